"""The commands that newcomers and machines are told of are there and do what they are said to."""

import os
import re
import subprocess

import pytest

from tests.ground.repository import ROOT, environment, make_targets, read

pytestmark = pytest.mark.ground


def make(*arguments: str) -> str:
    done = subprocess.run(
        ["make", *arguments],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_help_is_the_default_and_lists_every_target() -> None:
    told = make()
    assert told == make("help")
    listed = {line.split()[0] for line in told.splitlines()}
    assert listed == make_targets()
    assert {"install", "run", "test", "check", "bench", "help"} <= listed


def test_no_target_is_taken_for_a_file() -> None:
    phony = re.search(r"^\.PHONY: ((?:.*\\\n)*.*)$", read("Makefile"), re.MULTILINE)
    assert phony
    assert set(phony[1].replace("\\", " ").split()) == make_targets()


def test_run_installs_then_prepares_then_serves() -> None:
    steps = [line.removeprefix("exec ") for line in make("-n", "run").splitlines()]
    assert steps == [
        "scripts/install.sh",
        ".venv/bin/python scripts/prepare.py",
        ".venv/bin/python scripts/run.py",
    ]


def test_tests_run_on_both_databases() -> None:
    steps = make("-n", "test")
    on_sqlite = steps.index("-m pytest -n 2\n")
    on_postgres = steps.index("-m tests.services.postgres .venv/bin/python -m pytest -n 2")
    assert steps.index("-m tests.services\n") < on_sqlite < on_postgres


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md", "docs/configuration.md"])
def test_targets_in_documents_exist(document: str) -> None:
    named = set(re.findall(r"`(?:[A-Z_]+=\S+ )*make ([a-z-]+)", read(document)))
    named |= set(re.findall(r"^(?:[A-Z_]+=\S+ )*make ([a-z-]+)", read(document), re.MULTILINE))
    assert named
    assert named <= make_targets()


def test_continuous_integration_checks_and_tests() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    subprocess.run(["bash", "-n", str(script)], check=True)
    lines = script.read_text().splitlines()
    assert "set -euo pipefail" in lines
    assert [line for line in lines if line.startswith("make ")] == [
        "make install",
        "make services",
        "make --keep-going check",
        "make test",
    ]


def test_install_does_nothing_the_second_time() -> None:
    make("install")
    assert make("install") == ""
