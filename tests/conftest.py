"""What every test stands on: which database, and how tests are spread over processes."""

from collections.abc import Iterator

import pytest
from django.core.cache import caches
from django.db import connection
from django.utils import translation
from hypothesis import settings

from tests.services import elasticsearch, postgres
from tests.services.programs import missing

# A busy machine is no fault of the code: no deadline on one example.
settings.register_profile("duijie", deadline=None)
settings.load_profile("duijie")

# Tests that share a costly server are kept in one process, so that it is started once.
SHARED_SERVERS = ("elasticsearch", "browser")


def pytest_report_header() -> str:
    """Which database this run is on, so that a log tells."""
    return f"database: {connection.vendor} (DATABASE_URL chooses)"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep a file's tests in one process, and those of a shared server."""
    for item in items:
        if item.get_closest_marker("xdist_group"):
            continue
        server = next((name for name in SHARED_SERVERS if item.get_closest_marker(name)), None)
        item.add_marker(pytest.mark.xdist_group(server or item.nodeid.partition("::")[0]))


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The DATABASE_URL of a throw-away PostgreSQL, whatever database this run is on."""
    try:
        with postgres.cluster() as url:
            yield url
    except postgres.Unavailable as reason:
        missing(str(reason))


@pytest.fixture(scope="session")
def elasticsearch_url() -> Iterator[str]:
    """The address of a real node: ELASTICSEARCH_URL, else one started for this session."""
    try:
        with elasticsearch.running() as url:
            yield url
    except elasticsearch.Unavailable as reason:
        missing(str(reason))


@pytest.fixture(autouse=True)
def _no_kept_pages() -> None:
    """A test starts without the pages that another one left in the caches."""
    for cache in caches.all(initialized_only=True):
        cache.clear()


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Messages are in the source's language, whatever catalogues are compiled."""
    with translation.override("en"):
        yield
