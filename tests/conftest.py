"""What every test stands on: which database, and how tests are spread over processes."""

from collections.abc import Iterator

import pytest
from django.conf import settings as django_settings
from django.contrib.contenttypes.models import ContentType
from django.core.cache import caches
from django.db import connection
from django.utils import translation
from hypothesis import settings
from wagtail.models import Collection, Locale, Page, Site

from tests.clients import Client
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


@pytest.fixture
def client() -> Client:
    """A browser in which `force_login` counts as both steps of signing in."""
    return Client()


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


_flushed = False


@pytest.fixture(autouse=True)
def _rows_of_migrations(request: pytest.FixtureRequest) -> None:
    """Give a test the rows that migrations made, once a transactional one has flushed them."""
    global _flushed
    marker = request.node.get_closest_marker("django_db")
    used = set(request.fixturenames)
    transactional = bool({"transactional_db", "live_server"} & used) or bool(
        marker and marker.kwargs.get("transaction")
    )
    if _flushed and (marker or transactional or "db" in used):
        request.getfixturevalue("transactional_db" if transactional else "db")
        restore_rows_of_migrations()
    _flushed = _flushed or transactional


def restore_rows_of_migrations() -> None:
    """Wagtail's first rows, where a flush has taken them: made at once, as by its migration, so
    that no signal has the worker do something about them."""
    for code, _ in django_settings.LANGUAGES:
        Locale.objects.get_or_create(language_code=code)
    if not Page.objects.exists():
        common = {
            "content_type": ContentType.objects.get_for_model(Page),
            "locale": Locale.objects.get(language_code=django_settings.LANGUAGE_CODE),
        }
        _, welcome = Page.objects.bulk_create(
            [
                Page(
                    title="Root",
                    slug="root",
                    path="0001",
                    depth=1,
                    numchild=1,
                    url_path="/",
                    **common,
                ),
                Page(
                    title="Welcome",
                    slug="home",
                    path="00010001",
                    depth=2,
                    url_path="/home/",
                    **common,
                ),
            ]
        )
        Site.objects.create(hostname="localhost", root_page=welcome, is_default_site=True)
    if not Collection.objects.exists():
        Collection.objects.bulk_create([Collection(name="Root", path="0001", depth=1)])
