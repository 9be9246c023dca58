"""Both engines, empty, for one test each."""

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from search import documents, engines
from search.engines.base import Engine
from search.engines.elasticsearch import ElasticsearchEngine
from search.engines.embedded import EmbeddedEngine
from tests.search.things import Things


@pytest.fixture
def embedded(tmp_path: Path) -> EmbeddedEngine:
    return EmbeddedEngine(tmp_path / "index", "test")


@pytest.fixture
def elastic(elasticsearch_url: str) -> Iterator[ElasticsearchEngine]:
    engine = ElasticsearchEngine(
        [elasticsearch_url], f"test-{uuid.uuid4().hex[:8]}", request_timeout=20
    )
    yield engine
    engine.drop()


@pytest.fixture(
    params=["embedded", pytest.param("elastic", marks=pytest.mark.elasticsearch)],
)
def engine(request: pytest.FixtureRequest) -> Engine:
    return request.getfixturevalue(request.param)


@pytest.fixture
def things(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, db: None
) -> Iterator[None]:
    """A document type of its own, the only one, and an empty index of its own."""
    settings.DUIJIE_DATA_DIR = tmp_path
    settings.SEARCH_INDEX_PREFIX = f"test-{uuid.uuid4().hex[:8]}"
    settings.ELASTICSEARCH_URLS = []
    monkeypatch.setattr(documents, "_types", {})
    documents.register(Things())
    yield
    for engine in engines.all_engines():
        engine.drop()


@pytest.fixture
def things_on_both(things: None, settings: Any, elasticsearch_url: str) -> None:
    """The same with Elasticsearch in front."""
    settings.ELASTICSEARCH_URLS = [elasticsearch_url]
    settings.SEARCH_REQUEST_TIMEOUT = 20


@pytest.fixture(params=["embedded", pytest.param("elasticsearch", marks=pytest.mark.elasticsearch)])
def indexed(request: pytest.FixtureRequest, db: None) -> Engine:
    """One engine of the installation, with `things` registered."""
    one = request.param == "embedded"
    request.getfixturevalue("things" if one else "things_on_both")
    return engines.get_engine(request.param)
