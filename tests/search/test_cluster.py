"""Three real nodes: one dies, all die, all come back; nobody's search fails and nothing is lost."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType

from portal.foundation import outbox
from search import engines, indexing
from search.engines.base import EngineError
from search.queries import SearchQuery
from search.verify import verify
from tests.search.things import remove, save
from tests.services import elasticsearch
from tests.services.programs import missing

ROWS = 300
PAUSE = 0.02
TIMEOUT = 3.0


@pytest.fixture
def cluster() -> Iterator[elasticsearch.Cluster]:
    try:
        nodes = elasticsearch.Cluster()
    except elasticsearch.Unavailable as reason:
        missing(str(reason))
    try:
        nodes.start()
        yield nodes
    except elasticsearch.Unavailable as reason:
        missing(str(reason))
    finally:
        nodes.close()


class Load:
    """Searches from two threads until it is left: which engine answered how often, what failed."""

    def __init__(self) -> None:
        self.answers: Counter[str] = Counter()
        self.wrong: list[str] = []
        self.slowest = 0.0
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._search) for _ in range(2)]

    def _search(self) -> None:
        while not self._stop.is_set():
            started = time.monotonic()
            try:
                answered = engines.search(SearchQuery(text="lathe"))
            except EngineError as error:
                self.wrong.append(str(error))
            else:
                self.answers[answered.engine] += 1
                if answered.result.total < ROWS - 10:
                    self.wrong.append(f"{answered.engine}: {answered.result.total}")
            self.slowest = max(self.slowest, time.monotonic() - started)
            time.sleep(PAUSE)

    def __enter__(self) -> "Load":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(30)


def drain_all() -> None:
    for engine in engines.all_engines():
        while indexing.drain(engine):
            pass


def holding_node(cluster: elasticsearch.Cluster) -> elasticsearch.Node:
    """The node with the primary shard: the worst one to lose."""
    engine = engines.elasticsearch()
    assert engine is not None
    shards: Any = engine._client.cat.shards(index=engine.alias, format="json")
    [name] = [shard["node"] for shard in shards if shard["prirep"] == "p"]
    return next(node for node in cluster.nodes if node.name == name)


def same_as_the_database() -> bool:
    return not any(found for engine in engines.all_engines() for found in verify(engine))


def wait_until_it_answers() -> None:
    deadline = time.monotonic() + 60
    while engines.search(SearchQuery(text="lathe")).degraded:
        assert time.monotonic() < deadline
        time.sleep(0.2)


@pytest.mark.elasticsearch
@pytest.mark.django_db(transaction=True)
def test_nodes_die_and_come_back(
    cluster: elasticsearch.Cluster, things: None, settings: Any, client: Any
) -> None:
    settings.ELASTICSEARCH_URLS = cluster.urls
    settings.SEARCH_REQUEST_TIMEOUT = TIMEOUT
    ContentType.objects.bulk_create(
        ContentType(app_label=f"thing{number:04}", model="lathe") for number in range(ROWS)
    )
    for engine in engines.all_engines():
        indexing.rebuild(engine)
    cluster.wait_for("wait_for_status=green")

    # One data node, the one with the primary shard, while people search and write.
    with Load() as load:
        time.sleep(0.5)
        lost = holding_node(cluster)
        lost.kill()
        for number in range(5):
            save(f"thing{number:04}", "press")
            save(f"thing9{number:03}", "press")
            drain_all()
            time.sleep(0.2)
    assert load.wrong == []
    assert set(load.answers) == {"elasticsearch"}
    assert sum(load.answers.values()) > 20
    lost.start()
    cluster.wait_for("wait_for_status=green")
    assert not outbox.pending("index:elasticsearch").exists()
    assert same_as_the_database()

    # All of them.
    for node in cluster.nodes:
        node.kill()
    with Load() as load:
        save("thing0020", "drill")
        remove("thing0021")
        drain_all()
    assert load.wrong == []
    assert set(load.answers) == {"embedded"}
    answered = engines.search(SearchQuery(text="drill"))
    assert (answered.result.total, answered.degraded, answered.behind_seconds) == (1, True, None)
    page = client.get("/en/search/", {"q": "spindle"})
    assert page.status_code == 200
    assert "The main search engine does not answer" in page.content.decode()
    assert "It is up to date." in page.content.decode()
    assert outbox.pending("index:elasticsearch").count() == 2

    cluster.start()
    wait_until_it_answers()
    engine = engines.get_engine("elasticsearch")
    assert indexing.sync(engine) == indexing.Synced(done=2, left=0)
    assert same_as_the_database()
    assert engines.search(SearchQuery(text="drill")).result.total == 1
