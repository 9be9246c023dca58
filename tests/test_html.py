"""The HTML of every page in both languages, before the Nu HTML checker."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from tests.inventory.city import City
from tests.inventory.pages import pages
from tests.inventory.sessions import client_of
from tests.services import html_check, node
from tests.services.programs import missing

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def city(settings: Any, tmp_path: Any) -> City:
    """With an index of its own."""
    settings.DUIJIE_DATA_DIR = tmp_path
    return City()


def html_of(city: City, language: str) -> Iterator[tuple[str, str]]:
    """(name, HTML) of every page in a language; what answers with no page is left out."""
    clients: dict[str, Client] = {}
    with translation.override(language):
        for page in pages(city):
            if page.who not in clients:
                clients[page.who] = client_of(city.people[page.who])
            response = clients[page.who].get(f"/{language}{page.path}")
            kind = response.headers.get("Content-Type", "")
            if kind.startswith("text/html") and response.status_code not in (302, 405):
                yield f"{language} {page.name} ({page.who})", response.content.decode()


def test_the_html_of_every_page_is_valid(city: City) -> None:
    shown = {name: html for language in ("en", "zh-hans") for name, html in html_of(city, language)}
    assert len(shown) > 150
    try:
        errors = html_check.errors(shown)
    except node.Unavailable as reason:
        missing(str(reason))
    assert not errors, "\n".join(errors)
