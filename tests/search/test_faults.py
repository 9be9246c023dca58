"""When an engine fails: writing goes on, searching goes on, and afterwards nothing is missing."""

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from portal.foundation import outbox
from search import engines, indexing
from search.engines.base import EngineError, Upsert
from search.engines.embedded import EmbeddedEngine
from search.queries import SearchQuery
from search.verify import verify
from tests.search.made import document
from tests.search.things import remove, save
from tests.services import elasticsearch
from tests.services.programs import missing

TIMEOUT = 3.0


@pytest.fixture(scope="module")
def node() -> Iterator[elasticsearch.Node]:
    """A node of our own, to be broken."""
    try:
        node = elasticsearch.Node()
        node.start()
    except elasticsearch.Unavailable as reason:
        missing(str(reason))
    yield node
    node.close()


@pytest.fixture
def breakable(node: elasticsearch.Node, things: None, settings: Any) -> Iterator[Any]:
    """That node in front of the embedded engine, both with one document."""
    settings.ELASTICSEARCH_URLS = [node.url]
    # A busy test machine is slow without being broken.
    settings.SEARCH_REQUEST_TIMEOUT = TIMEOUT
    wait_until_back()
    save("thing1", "lathe")
    for engine in engines.all_engines():
        indexing.sync(engine)
    assert engines.search(SearchQuery(text="lathe")).engine == "elasticsearch"
    yield node
    if node.process is None:
        node.start()
    wait_until_back()


def wait_until_back() -> None:
    """Until the node answers and the breaker has tried it again."""
    deadline = time.monotonic() + 90
    while not engines.get_engine("elasticsearch").health().ok:
        assert time.monotonic() < deadline
        time.sleep(0.5)


def write_while_it_is_away() -> None:
    save("thing1", "press")
    save("thing2", "mill")
    save("thing3", "drill")
    remove("thing3")
    for engine in engines.all_engines():
        indexing.drain(engine)


def found(text: str) -> tuple[set[str], str, bool]:
    answered = engines.search(SearchQuery(text=text))
    return {hit.key for hit in answered.result.hits}, answered.engine, answered.degraded


def all_verified() -> bool:
    return not any(difference for engine in engines.all_engines() for difference in verify(engine))


@pytest.mark.elasticsearch
@pytest.mark.django_db
def test_elasticsearch_killed_while_people_write_and_search(breakable: elasticsearch.Node) -> None:
    breakable.kill()
    write_while_it_is_away()
    assert found("press") == ({"thing1"}, "embedded", True)
    assert found("lathe") == (set(), "embedded", True)
    assert outbox.pending("index:elasticsearch").count() == 3
    assert not outbox.pending("index:embedded").exists()
    breakable.start()
    wait_until_back()
    synced = indexing.sync(engines.get_engine("elasticsearch"))
    assert (synced.done, synced.left) == (3, 0)
    assert all_verified()
    assert found("press") == ({"thing1"}, "elasticsearch", False)


@pytest.mark.elasticsearch
@pytest.mark.django_db
def test_elasticsearch_frozen_costs_little_and_loses_nothing(breakable: Any) -> None:
    breakable.freeze()
    try:
        save("thing1", "press")
        indexing.drain(engines.embedded())
        times = []
        for _ in range(8):
            started = time.monotonic()
            assert found("press") == ({"thing1"}, "embedded", True)
            times.append(time.monotonic() - started)
        # Three slow calls, then the breaker answers for it.
        assert max(times) < 2 * TIMEOUT
        assert sorted(times)[4] < TIMEOUT / 4
    finally:
        breakable.thaw()
    wait_until_back()
    assert indexing.sync(engines.get_engine("elasticsearch")).left == 0
    assert all_verified()


@pytest.mark.elasticsearch
@pytest.mark.django_db
def test_while_it_is_away_sync_says_so(breakable: elasticsearch.Node) -> None:
    breakable.kill()
    save("thing1", "press")
    synced = indexing.sync(engines.get_engine("elasticsearch"))
    assert (synced.done, synced.left) == (0, 1)
    assert synced.reason.startswith("Elasticsearch: ")


# the embedded engine


def test_a_reader_sees_what_another_process_wrote(tmp_path: Path) -> None:
    reader = EmbeddedEngine(tmp_path, "test")
    assert reader.count() == 0
    reader.write([Upsert(document("here"), 1)])
    assert reader.count() == 1
    child = multiprocessing.get_context("fork").Process(target=_write_one, args=(reader, "there"))
    child.start()
    child.join(30)
    assert child.exitcode == 0
    assert {key for key, _ in reader.versions("provider")} == {"here", "there"}


def _write_one(engine: EmbeddedEngine, key: str) -> None:
    engine.write([Upsert(document(key), 1)])
    assert key in {held for held, _ in engine.versions("provider")}


def test_writers_wait_for_each_other(tmp_path: Path) -> None:
    engine = EmbeddedEngine(tmp_path, "test")
    fork = multiprocessing.get_context("fork")
    processes = [fork.Process(target=_write_one, args=(engine, f"p{n}")) for n in range(4)]
    threads = [threading.Thread(target=_write_one, args=(engine, f"t{n}")) for n in range(4)]
    for worker in (*processes, *threads):
        worker.start()
    for worker in (*processes, *threads):
        worker.join(60)
    assert engine.count() == 8


def test_a_writer_killed_in_mid_commit_leaves_a_whole_index(tmp_path: Path) -> None:
    engine = EmbeddedEngine(tmp_path, "test")
    engine.write([Upsert(document("first", en="kept"), 1)])
    for attempt in range(5):
        child = multiprocessing.get_context("spawn").Process(
            target=_write_for_ever, args=(tmp_path,)
        )
        child.start()
        time.sleep(1.0 + attempt * 0.11)
        assert child.pid is not None
        os.kill(child.pid, signal.SIGKILL)
        child.join(30)
        held = dict(engine.versions("provider"))
        assert held["first"] == 1
        assert engine.count() == len(held)
        engine.write([Upsert(document(f"after{attempt}"), 1)])
    assert "after4" in dict(engine.versions("provider"))


def _write_for_ever(root: Path) -> None:
    engine = EmbeddedEngine(root, "test")
    version = 1
    while True:
        version += 1
        engine.write([Upsert(document(f"k{n}", en="words " * 50), version) for n in range(100)])


def test_a_search_goes_on_while_the_index_is_built_anew(tmp_path: Path) -> None:
    engine = EmbeddedEngine(tmp_path, "test")
    engine.write([Upsert(document("a", en="mould"), 1)])
    stop = threading.Event()
    wrong: list[object] = []

    def keep_searching() -> None:
        while not stop.is_set():
            try:
                total = engine.search(SearchQuery(text="mould")).total
            except EngineError as error:
                wrong.append(error)
            else:
                wrong.extend([] if total == 1 else [total])

    searching = threading.Thread(target=keep_searching)
    searching.start()
    for version in range(2, 12):
        with engine.rebuilding() as new:
            new.write([Upsert(document("a", en="mould"), version)])
            new.publish(lambda: None)
    stop.set()
    searching.join(30)
    assert wrong == []


def test_a_folder_that_can_not_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "index").write_text("a file where the folder should be")
    engine = EmbeddedEngine(tmp_path / "index", "test")
    with pytest.raises(EngineError, match="embedded index"):
        engine.write([Upsert(document("a"), 1)])
    assert not engine.health().ok


@pytest.mark.elasticsearch
def test_a_cluster_without_room_takes_the_documents_once_it_has_some(breakable: Any) -> None:
    # Elasticsearch answers 429 to what does not fit into the memory it keeps for requests.
    def room(limit: str | None) -> None:
        body = {"transient": {"network.breaker.inflight_requests.limit": limit}}
        engine: Any = engines.get_engine("elasticsearch")
        engine._client.cluster.put_settings(**body)

    save("thing2", "milling " * 12)
    room("256b")
    later = threading.Timer(1.0, room, [None])
    later.start()
    try:
        synced = indexing.sync(engines.get_engine("elasticsearch"))
    finally:
        later.join()
        room(None)
    assert (synced.done, synced.left, synced.reason) == (1, 0, "")
    assert engines.search(SearchQuery(text="milling")).result.total == 1
