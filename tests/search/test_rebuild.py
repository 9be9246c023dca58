"""A rebuild that is killed goes on where it stopped, and loses nothing that happened meanwhile."""

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection, connections

from portal.foundation import outbox
from search import documents, engines, indexing, rebuilding, shape, turns
from search.documents import IndexedDocument
from search.engines.base import Engine, EngineError
from search.models import state_of
from search.queries import SearchQuery
from search.reading import register_dimensions
from search.sweep import sweep
from search.verify import verify
from tests.search.things import Things, remove, save

ROWS = 240
BATCH = 20


class Counted(Things):
    """Counts the rows read, taking its time over each."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.seconds, self.read = seconds, 0

    def to_document(self, obj: Any) -> IndexedDocument:
        time.sleep(self.seconds)
        self.read += 1
        return super().to_document(obj)


class Stuck(Counted):
    """Gets no further than two thirds."""

    def to_document(self, obj: Any) -> IndexedDocument:
        self.seconds = 3600 if self.read >= ROWS * 2 // 3 else 0.002
        return super().to_document(obj)


@pytest.fixture(autouse=True)
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rebuilding, "BATCH", BATCH)
    monkeypatch.setattr(rebuilding, "CHECKPOINT_SECONDS", 0.0)


def settle(engine: Engine) -> None:
    while indexing.drain(engine):
        pass
    assert not outbox.pending(indexing.target_of(engine)).exists()


def many(count: int = ROWS) -> None:
    ContentType.objects.bulk_create(
        ContentType(app_label=f"thing{number:04}", model="lathe") for number in range(count)
    )


def found(engine: Engine, text: str) -> int:
    return engine.search(SearchQuery(text=text)).total


def in_a_process(run: Callable[[], None]) -> multiprocessing.process.BaseProcess:
    """Run in a process of its own, with connections of its own."""
    connections.close_all()

    def child() -> None:
        engines._elasticsearch.cache_clear()
        engines._embedded.cache_clear()
        run()

    process = multiprocessing.get_context("fork").Process(target=child)
    process.start()
    return process


def kill(process: multiprocessing.process.BaseProcess) -> None:
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join(30)


@pytest.mark.django_db(transaction=True)
def test_a_killed_rebuild_goes_on_under_writes(indexed: Engine) -> None:
    many()
    indexing.rebuild(indexed)
    save("thing0003", "press")
    settle(indexed)
    name = indexed.name

    def build() -> None:
        documents.register(Stuck())
        indexing.rebuild(engines.get_engine(name))

    process = in_a_process(build)
    deadline = time.monotonic() + 60
    while (done := state_of(name).taken_in) < ROWS // 3 or not state_of(name).building:
        assert time.monotonic() < deadline
        assert process.is_alive()
        save("thing0005", f"press {done}")
        settle(indexed)
    kill(process)
    done = state_of(name).taken_in
    assert ROWS // 3 <= done <= ROWS * 2 // 3
    assert len(indexed.beside()) == 1
    # Nobody builds now, and people go on: in what was taken in, and in what was not.
    save("thing0007", "press")
    remove("thing0009")
    save("thing0011", "hidden lathe")
    save(f"thing{ROWS - 3:04}", "press")
    remove(f"thing{ROWS - 5:04}")
    save("thing9999", "press")
    settle(indexed)
    assert found(indexed, "press") == 5
    counted = Counted(0.002)
    documents.register(counted)
    said: list[str] = []
    with writing_meanwhile(indexed):
        indexing.rebuild(indexed, say=said.append)
    assert said == [f"{name} rebuild: goes on after {done} documents"]
    assert counted.read < ROWS - done + 2 * BATCH + len(WRITTEN) * 4
    settle(indexed)
    assert not any(verify(indexed))
    assert found(indexed, "drill") == len(WRITTEN)
    assert indexed.beside() == []
    assert state_of(name).building == ""


WRITTEN = [f"thing{number:04}" for number in (13, 50, 120, ROWS - 10)]


class writing_meanwhile:
    """Changes rows, and has them indexed, from another thread."""

    def __init__(self, engine: Engine) -> None:
        self.thread = threading.Thread(target=self.write, args=(engine,))

    def write(self, engine: Engine) -> None:
        for key in WRITTEN:
            save(key, "drill")
            indexing.drain(engine)
        connection.close()

    def __enter__(self) -> None:
        self.thread.start()

    def __exit__(self, *error: object) -> None:
        self.thread.join(60)


def fail_half_way(engine: Engine, rows: int = 60) -> None:
    """A rebuild that a broken row stops."""
    many(rows)
    indexing.rebuild(engine)
    ContentType.objects.filter(app_label=f"thing{rows - 5:04}").update(model="broken")
    with pytest.raises(EngineError, match="broken row"):
        indexing.rebuild(engine)
    ContentType.objects.filter(app_label=f"thing{rows - 5:04}").update(model="mended")
    assert len(engine.beside()) == 1
    assert state_of(engine.name).taken_in == rows - BATCH


def test_a_rebuild_that_a_row_stopped_goes_on_when_it_is_mended(indexed: Engine) -> None:
    fail_half_way(indexed)
    counted = Counted()
    documents.register(counted)
    assert indexing.rebuild(indexed) == 60
    assert counted.read == BATCH
    assert found(indexed, "mended") == 1
    assert indexed.beside() == []


def test_what_was_half_built_for_another_shape_is_dropped(
    indexed: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shape, "_parts", {})
    fail_half_way(indexed)
    shape.register_part("encoder", lambda: "another")
    said: list[str] = []
    assert indexing.rebuild(indexed, say=said.append) == 60
    assert said == []
    assert indexed.beside() == []
    assert not any(verify(indexed))
    assert found(indexed, "mended") == 1


def test_leftovers_are_removed_by_the_sweep_except_what_can_be_gone_on_with(
    indexed: Engine,
) -> None:
    fail_half_way(indexed)
    [kept] = indexed.beside()
    with indexed.rebuilding(keep=True):
        pass
    assert len(indexed.beside()) == 2
    sweep()
    assert indexed.beside() == [kept]


def test_one_builder_at_a_time(indexed: Engine) -> None:
    many(5)
    told: list[str] = []

    def second() -> None:
        try:
            indexing.rebuild(indexed)
        except EngineError as error:
            told.append(str(error))
        connection.close()

    with turns.only_builder(indexed):
        other = threading.Thread(target=second)
        other.start()
        other.join(30)
    assert told == [f"{indexed.name}: another process is building the index"]


# vectors of another encoder


class WithVectors(Things):
    """One passage each, of as many dimensions as its text says."""

    def to_document(self, obj: Any) -> IndexedDocument:
        made = super().to_document(obj)
        vector = np.ones(int(obj.model), dtype=np.float32)
        object.__setattr__(made, "vectors", (vector,))
        return made


def test_vectors_of_other_dimensions_are_left_out(
    indexed: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.reading._dimensions", None)
    documents.register(WithVectors())
    save("thing1", "4")
    save("thing2", "4")
    settle(indexed)
    # Another encoder: of one text it has made a vector, of the other the old one is still there.
    register_dimensions(lambda: 8)
    save("thing2", "8")
    assert indexing.rebuild(indexed) == 2
    settle(indexed)
    assert not any(verify(indexed))
    eight = np.ones(8, dtype=np.float32)
    nearest = indexed.knn(eight, filters=SearchQuery().filters, k=5, type="thing")
    assert [key for key, _ in nearest] == ["thing2"]
