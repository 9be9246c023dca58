"""The throw-away PostgreSQL is a real one, and a command finds it."""

import sys

import psycopg
import pytest

from tests.services import postgres

pytestmark = pytest.mark.ground


def test_cluster_takes_rows_and_is_gone_afterwards(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as session:
        session.execute("CREATE TABLE words (word text)")
        session.execute("INSERT INTO words VALUES ('对接')")
        assert session.execute("SELECT word FROM words").fetchall() == [("对接",)]
        assert session.info.server_version >= 130000


def test_command_is_run_with_the_address_and_its_exit_code_is_ours() -> None:
    script = (
        "import os, sys; sys.exit(7 if os.environ['DATABASE_URL'].startswith('postgres') else 1)"
    )
    assert postgres.main([sys.executable, "-c", script]) == 7


def test_no_command_is_bad_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert postgres.main([]) == 2
    assert "usage" in capsys.readouterr().err
