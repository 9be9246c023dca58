"""Which engines this installation has, and one search over them that always answers."""

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from portal.foundation import outbox
from search import measures
from search.engines.base import Engine, EngineError, SearchResult
from search.engines.elasticsearch import ElasticsearchEngine
from search.engines.embedded import EmbeddedEngine
from search.queries import SearchQuery

WARM_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Answered:
    """A result, the engine it is from, and whether that one stands in for another.

    `behind_seconds`: how long a change has waited to get into the index that stands in; None when
    nothing waits for it or when it stands in for nobody."""

    result: SearchResult
    engine: str
    degraded: bool
    behind_seconds: float | None = None


@lru_cache(maxsize=8)
def _embedded(root: Path, prefix: str) -> EmbeddedEngine:
    return EmbeddedEngine(root, prefix)


@lru_cache(maxsize=8)
def _elasticsearch(
    urls: tuple[str, ...], prefix: str, request_timeout: float
) -> ElasticsearchEngine:
    return ElasticsearchEngine(urls, prefix, request_timeout=request_timeout)


def embedded() -> EmbeddedEngine:
    """The engine every installation has."""
    return _embedded(Path(settings.DUIJIE_DATA_DIR) / "index", settings.SEARCH_INDEX_PREFIX)


def elasticsearch() -> ElasticsearchEngine | None:
    """The cluster, where its address is set."""
    urls = tuple(settings.ELASTICSEARCH_URLS)
    if not urls:
        return None
    return _elasticsearch(urls, settings.SEARCH_INDEX_PREFIX, settings.SEARCH_REQUEST_TIMEOUT)


def all_engines() -> list[Engine]:
    """Every engine, the one that answers first in front. All are kept up to date."""
    return [engine for engine in (elasticsearch(), embedded()) if engine is not None]


def get_engine(name: str) -> Engine:
    """The engine of that name. Raises KeyError."""
    return {engine.name: engine for engine in all_engines()}[name]


Completed = Callable[[Engine], SearchQuery]


def search(query: SearchQuery, completed: Completed | None = None) -> Answered:
    """The first engine's answer; when it fails, the embedded one's. `completed` gives the query
    with what must be asked of the engine itself before.

    Raises EngineError when that fails too."""
    started = time.perf_counter()
    answered = _answer(completed or (lambda engine: query))
    seconds = time.perf_counter() - started
    measures.searched(answered.engine, degraded=answered.degraded, seconds=seconds)
    return answered


def _answer(asked: Completed) -> Answered:
    first, stand_in = elasticsearch(), embedded()
    if first is None:
        return Answered(stand_in.search(asked(stand_in)), stand_in.name, degraded=False)
    try:
        answered = Answered(first.search(asked(first)), first.name, degraded=False)
    except EngineError:
        result = stand_in.search(asked(stand_in))
        behind = outbox.behind_seconds(f"index:{stand_in.name}")
        return Answered(result, stand_in.name, degraded=True, behind_seconds=behind)
    _warmth.keep(stand_in)
    return answered


class _Warmth:
    """Keeps the index that may have to stand in open and read, in the background of searches
    that the other engine answers: the first one it is asked for is no slower than the next."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._kept: dict[tuple[int, int], float] = {}

    def keep(self, stand_in: EmbeddedEngine) -> None:
        """Warm it unless that was done in the last WARM_SECONDS by this process."""
        name, now = (os.getpid(), id(stand_in)), time.monotonic()
        if now < self._kept.get(name, 0.0):
            return
        with self._guard:
            if now < self._kept.get(name, 0.0):
                return
            self._kept = {name: now + WARM_SECONDS}
        threading.Thread(target=stand_in.warm, name="warm-index", daemon=True).start()


_warmth = _Warmth()
