"""Which engines this installation has, and one search over them that always answers."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from search.engines.base import Engine, EngineError, SearchResult
from search.engines.elasticsearch import ElasticsearchEngine
from search.engines.embedded import EmbeddedEngine
from search.queries import SearchQuery


@dataclass(frozen=True, slots=True)
class Answered:
    """A result, the engine it is from, and whether that one stands in for another."""

    result: SearchResult
    engine: str
    degraded: bool


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


def search(query: SearchQuery) -> Answered:
    """The first engine's answer; when it fails, the embedded one's.

    Raises EngineError when that fails too."""
    first = elasticsearch()
    if first is not None:
        try:
            return Answered(first.search(query), first.name, degraded=False)
        except EngineError:
            pass
    stand_in = embedded()
    return Answered(stand_in.search(query), stand_in.name, degraded=first is not None)
