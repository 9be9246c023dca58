"""The search page through its address: tabs, filters, places, orders, bad parameters, caching."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import caches

from cms.setup import ensure_base_pages
from portal.vocabulary import get_vocabulary
from search import engines, indexing
from search.engines.base import EngineError
from tests.clients import Client
from tests.factories import make_project, make_user

pytestmark = pytest.mark.django_db
ONE, TWO = list(get_vocabulary().concepts)[:2]


@pytest.fixture(autouse=True)
def index(settings: Any, tmp_path: Path) -> Iterator[None]:
    """Three projects and the base pages in an index of their own."""
    settings.DUIJIE_DATA_DIR = tmp_path
    caches["pages"].clear()
    ensure_base_pages()
    make_project(slug="torque", name_en="Torque logger", name_zh="扭矩记录", concepts=[ONE])
    make_project(slug="kiln", name_en="Kiln monitor", concepts=[ONE, TWO])
    make_project(slug="hidden", name_en="Hidden monitor", published=False)
    for engine in engines.all_engines():
        indexing.sync(engine)
    yield
    caches["pages"].clear()


def page(client: Client, query: str = "", language: str = "en", status: int = 200) -> str:
    response = client.get(f"/{language}/search/?{query}")
    assert response.status_code == status
    return response.content.decode()


def titles(html: str) -> set[str]:
    found = re.findall(r'class="hit__title"><a href="[^"]*">(.*?)</a>', html, re.DOTALL)
    return {re.sub(r"<[^>]+>|\s+", " ", title).strip() for title in found}


def test_nothing_asked_for_shows_everything(client: Client) -> None:
    html = page(client)
    assert {"Torque logger", "Kiln monitor", "How it works"} <= titles(html)
    assert "Hidden monitor" not in html
    assert "8 results" in html


def test_words_find_in_both_languages(client: Client) -> None:
    assert "Kiln monitor" in titles(page(client, "q=kiln&in=projects"))
    assert any("扭矩记录" in title for title in titles(page(client, "q=扭矩", "zh-hans")))


def test_tabs_count_every_type_under_the_filters(client: Client) -> None:
    html = page(client, "in=projects")
    assert titles(html) == {"Torque logger", "Kiln monitor"}
    assert re.search(r'in=projects" aria-current="page">Projects<span[^>]*>2<', html)
    assert re.search(r'in=pages">Pages<span[^>]*>6<', html)


def test_filters_narrow_and_can_be_taken_away(client: Client) -> None:
    html = page(client, f"in=projects&concept={TWO}")
    assert titles(html) == {"Kiln monitor"}
    label = get_vocabulary().concept_label(TWO, "en")
    assert f"Remove</span> {label}" in html or f"Remove {label}" in html
    assert 'href="?in=projects"' in html


def test_an_empty_answer_says_what_to_do(client: Client) -> None:
    assert "Nothing found" in page(client, "q=zeppelin&in=projects")
    assert "Nothing fits these filters" in page(client, "in=projects&district=330206")


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("in=everything", "There is no “everything” to search in"),
        ("price_max=-5", "is no value for the filter price_max"),
        ("price_max=1e9", "is no value for the filter price_max"),
        ("verified=perhaps", "is no value for the filter verified"),
        ("near=here", "is no place"),
        ("near=91,0", "is no place"),
        ("near=29.8,121.5&within=-1", "is no distance"),
        ("near=29.8,121.5&within=nan", "is no distance"),
        ("place=999999", "There is no district"),
        ("sort=random", "is no order"),
        ("sort=distance", "wants a place"),
        ("page=0", "There is no page"),
        ("page=99999", "There is no page"),
        ("q=" + "x" * 5001, "at most"),
    ],
)
def test_bad_parameters_are_told_and_nothing_breaks(
    client: Client, query: str, message: str
) -> None:
    html = page(client, query, status=400)
    assert message in html
    assert "Start again without filters" in html


@pytest.mark.parametrize(
    "query",
    [
        "q=%00",
        "q=%ff%fe",
        "kind=%00",
        "unknown=1",
        "district=",
        "within=10",
        "q=<script>",
        "tier=x",
    ],
)
def test_odd_parameters_are_harmless(client: Client, query: str) -> None:
    assert "<script>alert" not in page(client, query)
    assert 'value="<script>' not in page(client, query)


def test_a_district_stands_for_its_centre(client: Client) -> None:
    html = page(client, "place=330206&within=10&sort=distance")
    assert re.search(r"within 10 km of \w+", html)
    assert "Nearest first" in html
    assert re.search(r'<option value="330206" selected>', html)
    assert "Nearest first" not in page(client)


def test_a_form_sends_again_what_is_in_effect(client: Client) -> None:
    html = page(client, f"q=kiln&concept={ONE}&sort=newest")
    for name, value in (("concept", ONE), ("sort", "newest"), ("q", "kiln")):
        assert f'name="{name}" value="{value}"' in html


def test_what_stands_in_the_address_is_escaped(client: Client) -> None:
    html = page(client, 'q="><img src=x onerror=alert(1)>')
    assert "<img src=x" not in html


def test_no_engine_is_told(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(query: Any) -> None:
        raise EngineError("gone")

    monkeypatch.setattr(engines.embedded(), "search", broken)
    assert "being repaired" in page(client, status=503)


def test_an_elasticsearch_that_is_away_is_told_and_stood_in_for(
    client: Client, settings: Any
) -> None:
    settings.ELASTICSEARCH_URLS = ["http://127.0.0.1:9"]
    html = page(client, "q=kiln")
    assert "The main search engine does not answer" in html
    assert "Kiln monitor" in titles(html)


def test_signed_out_visitors_share_a_page(client: Client, django_assert_num_queries: Any) -> None:
    first = page(client, "q=kiln")
    with django_assert_num_queries(0):
        assert page(client, "q=kiln") == first
    assert "csrfmiddlewaretoken" not in first
    mine = Client()
    mine.force_login(make_user("Ola Nordmann"))
    assert "Ola Nordmann" in page(mine, "q=kiln")
    assert page(client, "q=kiln") == first


def test_a_page_asks_once_for_each_type(client: Client, django_assert_num_queries: Any) -> None:
    page(client, "in=projects")
    caches["pages"].clear()
    with django_assert_num_queries(1):
        page(client, "in=projects")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_home_leads_here(client: Client, language: str) -> None:
    html = client.get(f"/{language}/").content.decode()
    assert f'action="/{language}/search/"' in html


def test_only_reading(client: Client) -> None:
    assert client.post("/en/search/", {"q": "x"}).status_code == 405
