"""What long commands say of how far they are."""

from io import StringIO
from types import SimpleNamespace

import pytest

from portal.foundation.progress import Progress


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that have passed, for the test to set."""
    now = [0.0]
    stopped = SimpleNamespace(monotonic=lambda: now[0])
    monkeypatch.setattr("portal.foundation.progress.time", stopped)
    return now


def test_quick_work_says_its_final_count_only(clock: list[float]) -> None:
    said = StringIO()
    progress = Progress(said, "rows", 2)
    progress.advance()
    progress.advance()
    progress.finish()
    assert said.getvalue() == "rows: 2 of 2\n"


def test_slow_work_says_a_count_a_second_and_no_count_twice(clock: list[float]) -> None:
    said = StringIO()
    progress = Progress(said, "rows")
    for clock[0] in (0.5, 1.0, 1.5, 2.0):
        progress.advance()
    progress.finish()
    assert said.getvalue() == "rows: 2\nrows: 4\n"


def test_no_work_is_said_at_the_end_and_not_in_a_pause(clock: list[float]) -> None:
    said = StringIO()
    progress = Progress(said, "rows")
    progress.pause()
    assert not said.getvalue()
    progress.finish()
    assert said.getvalue() == "rows: 0\n"
