"""What is missing beside Python is said plainly, and in CI it is a failure."""

import os
import subprocess
import sys

import pytest

from tests.ground.repository import ROOT
from tests.services.programs import missing

pytestmark = pytest.mark.ground


def run_without_programs(ci: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PATH": "/nowhere", "CI": ci}
    command = [sys.executable, "-m", "tests.services"]
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def test_missing_programs_are_named_with_what_cannot_be_run() -> None:
    done = run_without_programs(ci="")
    assert done.returncode == 0
    assert "services: Chromium is missing (Debian: chromium): no browser tests" in done.stderr
    assert "services: Maven is missing (Debian: maven): no tests on a real Elast" in done.stderr


def test_nothing_may_be_missing_in_ci() -> None:
    assert run_without_programs(ci="true").returncode == 1


def test_a_test_without_its_program_is_skipped_with_the_reason(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="no browser here"):
        missing("no browser here")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="no browser here"):
        missing("no browser here")
