"""An index through its life: of another shape, differing behind everybody's back, watched."""

import contextlib
import logging
import multiprocessing
import os
import resource
import signal
import threading
import time
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.db import connections
from pybreaker import CircuitBreakerError

from portal.foundation import outbox
from portal.foundation.models import OutboxRow
from search import engines, indexing, shape
from search.engines.base import Engine, EngineError, Upsert
from search.engines.breaker import Breaker
from search.engines.embedded import EmbeddedEngine
from search.models import state_of
from search.queries import SearchQuery
from search.sweep import sweep
from search.verify import verify
from tests.search.made import document
from tests.search.things import remove, save


@pytest.fixture
def other_shape(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Call it, and every index made before is one of another shape."""
    monkeypatch.setattr(shape, "_parts", {})
    monkeypatch.setattr(indexing, "_looked_at", {})
    return lambda: shape.register_part("encoder", lambda: "another encoder")


def settle(engine: Engine) -> None:
    while indexing.drain(engine):
        pass


def found(engine: Engine, text: str) -> set[str]:
    return {hit.key for hit in engine.search(SearchQuery(text=text)).hits}


def warnings() -> list[str]:
    return [str(one.msg) for one in run_checks() if one.id == "search.W001"]


# another shape


def test_another_shape_is_told_and_searches_go_on(
    indexed: Engine, other_shape: Callable[[], None]
) -> None:
    save("thing1", "lathe")
    settle(indexed)
    assert warnings() == []
    assert indexing.other_shape(indexed) == ""
    other_shape()
    told = (
        f"{indexed.name}: the index was made with another shape (another version of the portal, or "
        "another sentence encoder): run `manage.py index rebuild`"
    )
    assert told in warnings()
    shown = StringIO()
    with pytest.raises(CommandError):
        call_command("index", "verify", "--engine", indexed.name, stdout=shown)
    assert shown.getvalue().splitlines()[0] == told
    assert found(indexed, "lathe") == {"thing1"}
    call_command("index", "rebuild", "--engine", indexed.name, stderr=StringIO())
    call_command("index", "verify", "--engine", indexed.name, stdout=StringIO())


def test_the_worker_builds_an_index_of_another_shape_anew(
    indexed: Engine, other_shape: Callable[[], None], caplog: pytest.LogCaptureFixture
) -> None:
    save("thing1", "lathe")
    settle(indexed)
    other_shape()
    with caplog.at_level(logging.INFO, "search.indexing"):
        assert indexing.drain_named(indexed.name) == 0
        assert indexing.drain_named(indexed.name) == 0
    lines = [record.getMessage() for record in caplog.records]
    assert len(lines) == 2
    assert lines[0].endswith("run `manage.py index rebuild`; doing that now")
    assert lines[1] == f"index:{indexed.name}: built anew, 1 documents"
    assert indexing.other_shape(indexed) == ""


def test_what_stops_the_worker_from_building_leaves_the_old_index_in_use(
    indexed: Engine, other_shape: Callable[[], None]
) -> None:
    save("thing1", "lathe")
    save("thing2", "mill")
    settle(indexed)
    ContentType.objects.filter(app_label="thing2").update(model="broken")
    other_shape()
    save("thing1", "press")
    assert indexing.drain_named(indexed.name) == 1
    assert found(indexed, "press") == {"thing1"}
    assert indexing.other_shape(indexed) != ""


def test_an_index_from_before_shapes_were_kept_counts_as_another(tmp_path: Path) -> None:
    engine = EmbeddedEngine(tmp_path, "test")
    assert engine.held_shape() is None
    engine.write([Upsert(document("a", en="lathe"), 1)])
    assert engine.held_shape() == engine.shape()
    (tmp_path / "test" / "shape").unlink()
    assert engine.held_shape() == ""


# comparing and repairing


def test_the_checksum_sees_what_counts_do_not() -> None:
    pairs = [(f"key{number}", number % 7) for number in range(5_000)]
    count, total = shape.checksum("thing", pairs)
    assert count == 5_000
    assert shape.checksum("thing", reversed(pairs)) == (count, total)
    assert shape.checksum("other", pairs) != (count, total)
    swapped = [("key0", 1), ("key1", 0), *pairs[2:]]
    assert shape.checksum("thing", swapped)[1] != total
    assert shape.checksum("thing", []) == (0, 0)


def test_every_engine_sums_up_alike(indexed: Engine) -> None:
    for number in range(9):
        save(f"thing{number}", "lathe")
    save("thing3", "press")
    remove("thing4")
    settle(indexed)
    assert indexed.checksum("thing") == shape.checksum("thing", indexed.versions("thing"))
    assert indexed.checksum("thing")[0] == indexed.count("thing") == 8


def test_the_sweep_repairs_rows_changed_behind_the_actions_backs(
    indexed: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(6):
        save(f"thing{number}", "lathe")
    settle(indexed)
    assert sweep() == 0
    ContentType.objects.filter(app_label="thing1").delete()
    ContentType.objects.filter(app_label="thing2").update(model="hidden lathe")
    ContentType.objects.create(app_label="thing7", model="mill")
    # A restored backup: the database knows of fewer requests than the index has seen.
    OutboxRow.objects.filter(key="thing3").update(requested=1, done=1)
    save("thing4", "press")
    indexed.write([Upsert(document("thing3", type="thing", en="from the future"), 40)])
    with caplog.at_level(logging.WARNING, "search.sweep"):
        assert sweep() >= 4
    assert f"index:{indexed.name}: 4 thing differed, asked for again" in caplog.text
    settle(indexed)
    assert not any(verify(indexed))
    assert found(indexed, "lathe") == {"thing0", "thing3", "thing5"}
    assert found(indexed, "mill") == {"thing7"}
    assert state_of(indexed.name).repaired == 4
    assert state_of(indexed.name).differences == 0


def test_the_worker_sweeps_every_hour_unless_told_otherwise(settings: Any) -> None:
    from portal.foundation import work

    every, function = work._periodic["index-sweep"]
    assert every.total_seconds() == 3600
    assert function is sweep


# watching


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_sync_watch_drains_until_it_is_told_to_stop(
    things: None, number: signal.Signals, tmp_path: Path
) -> None:
    save("thing1", "lathe")
    connections.close_all()
    said = tmp_path / "said"

    def watch() -> None:
        with said.open("w") as stream:
            call_command("index", "sync", "--watch", stderr=stream)

    process = multiprocessing.get_context("fork").Process(target=watch)
    process.start()
    engine = engines.embedded()
    wait_for(lambda: found(engine, "lathe") == {"thing1"})
    save("thing2", "press")
    wait_for(lambda: found(engine, "press") == {"thing2"})
    assert process.pid is not None
    os.kill(process.pid, number)
    process.join(20)
    assert process.exitcode == 0
    lines = said.read_text().splitlines()
    assert lines[0] == "index sync: watching"
    assert lines[-2:] == ["embedded sync: 2", "index sync: stopped"]


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)


# a full disk


@pytest.mark.django_db(transaction=True)
def test_a_full_disk_is_told_and_nothing_is_lost(things: None) -> None:
    save("thing1", "lathe")
    engine = engines.embedded()
    settle(engine)
    for number in range(2, 60):
        save(f"thing{number}", "press " * 15)
    connections.close_all()

    def fill() -> None:
        # No file may grow beyond this: what a full disk does, to the index only.
        resource.setrlimit(resource.RLIMIT_FSIZE, (512, 512))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        try:
            engines.embedded().write([Upsert(document("k", en="words " * 2000), 1)])
        except EngineError as error:
            os._exit(7 if "embedded index: " in str(error) else 8)
        os._exit(9)

    process = multiprocessing.get_context("fork").Process(target=fill)
    process.start()
    process.join(30)
    assert process.exitcode == 7
    assert found(engine, "lathe") == {"thing1"}
    assert outbox.pending("index:embedded").count() == 58
    assert indexing.sync(engine) == indexing.Synced(done=58, left=0)
    assert not any(verify(engine))


# the breaker and the stand-in


def test_while_the_breaker_is_open_nobody_waits_and_one_looks(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("search.engines.breaker.PROBE_SECONDS", 0.3)
    looked: list[threading.Thread] = []
    well = False

    def look() -> None:
        looked.append(threading.current_thread())
        time.sleep(0.05)
        if not well:
            raise ConnectionError

    breaker = Breaker("Test", look)

    def call(fail: bool = True) -> None:
        with breaker.calling():
            if fail:
                raise ConnectionError

    caplog.set_level(logging.INFO, "search.engines.breaker")
    for _ in range(3):
        with pytest.raises(Exception):  # noqa: B017, PT011  the third is the breaker's own
            call()
    assert breaker.open
    started = time.monotonic()
    while len(looked) < 3:
        with pytest.raises(Exception, match="open"):
            call(fail=False)
        assert time.monotonic() - started < 30
        time.sleep(0.01)
    assert threading.current_thread() not in looked
    assert len(looked) <= (time.monotonic() - started) / 0.3 + 1
    well = True

    def back() -> bool:
        with contextlib.suppress(CircuitBreakerError):
            call(fail=False)
        return not breaker.open

    wait_for(back)
    assert [record.getMessage() for record in caplog.records] == [
        "Test does not answer: searches turn to the embedded index",
        "Test answers again",
    ]


def test_a_stand_in_says_how_old_it_is(things: None, settings: Any) -> None:
    save("thing1", "lathe")
    settle(engines.embedded())
    settings.ELASTICSEARCH_URLS = ["http://127.0.0.1:9"]
    answered = engines.search(SearchQuery(text="lathe"))
    assert (answered.engine, answered.degraded, answered.behind_seconds) == (
        "embedded",
        True,
        None,
    )
    save("thing2", "lathe")
    row = OutboxRow.objects.filter(target="index:embedded", key="thing2")
    row.update(changed=row.get().changed.replace(year=row.get().changed.year - 1))
    behind = engines.search(SearchQuery(text="lathe")).behind_seconds
    assert behind is not None
    assert 364 * 86_400 < behind < 367 * 86_400
    settings.ELASTICSEARCH_URLS = []
    assert engines.search(SearchQuery(text="lathe")).behind_seconds is None
