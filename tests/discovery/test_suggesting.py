"""What the box proposes while somebody types."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.cache import caches

from cms.setup import ensure_base_pages
from portal.discovery.suggesting import LIMIT, MAX_CONCEPTS, MAX_TEXT
from portal.vocabulary import get_vocabulary
from search import engines, indexing
from search.engines.base import EngineError
from tests.clients import Client
from tests.factories import make_listed_provider, make_project

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def index(settings: Any, tmp_path: Path) -> Iterator[None]:
    """Two providers and two projects, one of them hidden."""
    settings.DUIJIE_DATA_DIR = tmp_path
    caches["pages"].clear()
    make_listed_provider(name_zh="甬眸智检", name_en="Yongmou Inspection")
    make_listed_provider(name_zh="宁波视界", name_en="")
    make_project(slug="kiln", name_en="Kiln monitor", name_zh="")
    make_project(slug="hidden", name_en="Kiln secret", published=False)
    indexing.sync(engines.embedded())
    yield
    caches["pages"].clear()


def items(client: Client, typed: str, language: str = "en") -> list[dict[str, str]]:
    response = client.get(f"/{language}/search/suggest/", {"q": typed})
    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"
    found = response.json()["items"]
    assert len(found) <= LIMIT
    return list(found)


def names(client: Client, typed: str, language: str = "en") -> list[str]:
    return [one["text"] for one in items(client, typed, language) if one["url"]]


def concepts(client: Client, typed: str, language: str = "en") -> list[str]:
    return [one["text"] for one in items(client, typed, language) if not one["url"]]


def test_a_name_leads_to_its_page_and_says_what_it_is(client: Client) -> None:
    [kiln] = [one for one in items(client, "kil") if one["url"]]
    assert kiln == {
        "text": "Kiln monitor",
        "lang": "en",
        "kind": "Project",
        "url": "/en/projects/kiln/",
    }


@pytest.mark.parametrize("typed", ["宁波视", "视界", "ningbo", "ningboshi", "nbsj"])
def test_a_chinese_name_is_typed_in_characters_pinyin_or_initials(
    client: Client, typed: str
) -> None:
    [found] = [one for one in items(client, typed) if one["text"] == "宁波视界"]
    assert (found["lang"], found["kind"]) == ("zh-Hans", "Provider")


def test_names_are_in_the_language_of_the_page_where_they_have_it(client: Client) -> None:
    assert names(client, "yongmou") == ["Yongmou Inspection"]
    assert names(client, "yongmou", "zh-hans") == ["甬眸智检"]


@pytest.mark.parametrize("typed", ["视觉检", "shijuejian", "shi jue jian", "視覺檢"])
def test_a_capability_fills_the_box(client: Client, typed: str) -> None:
    assert "视觉检测" in concepts(client, typed, "zh-hans")


def test_a_synonym_says_what_it_stands_for(client: Client) -> None:
    concept = get_vocabulary().concepts["plc_gateway"]
    synonym = concept.synonyms_en[1]
    [found] = [one for one in items(client, synonym[:12]) if one["text"] == synonym]
    assert found["kind"] == f"Capability: {concept.en}"


def test_what_begins_so_comes_before_what_has_it_inside(client: Client) -> None:
    found = concepts(client, "inspection")
    assert len(found) <= MAX_CONCEPTS
    inside = [not text.lower().startswith("inspection") for text in found]
    assert inside == sorted(inside)


@pytest.mark.parametrize("typed", ["", " ", "k", "\x00", "\u202e", "-", '"', "x" * (MAX_TEXT + 1)])
def test_too_little_and_too_much_propose_nothing(client: Client, typed: str) -> None:
    assert items(client, typed) == []


@pytest.mark.parametrize(
    "typed", ["<script>", "{{7*7}}", "{% now %}", "' OR 1=1", "\\", "*", "a*", "ki~", "(", "😱"]
)
def test_odd_letters_are_letters(client: Client, typed: str) -> None:
    items(client, typed)


def test_nothing_given_and_too_much_given_are_no_errors(client: Client) -> None:
    assert client.get("/en/search/suggest/").json() == {"items": []}
    assert client.get("/en/search/suggest/?q=%ED%A0%80&q=%ff").status_code == 200
    assert client.get("/en/search/suggest/?" + "q=x&" * 5000).status_code == 400


def test_without_an_engine_there_are_capabilities(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise EngineError("gone")

    monkeypatch.setattr(engines.embedded(), "suggest", broken)
    assert concepts(client, "inspection")
    assert names(client, "kiln") == []


def test_signed_out_visitors_share_an_answer(
    client: Client, django_assert_num_queries: Any
) -> None:
    first = items(client, "kiln")
    with django_assert_num_queries(0):
        assert items(client, "kiln") == first


def test_one_query_for_each_type_that_has_a_name(
    client: Client, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1):
        items(client, "kiln")
    with django_assert_num_queries(0):
        items(client, "zzzz")


def test_an_address_may_ask_so_often_a_minute(client: Client, settings: Any) -> None:
    settings.SUGGESTIONS_PER_MINUTE = 2
    codes = [client.get(f"/en/search/suggest/?q=k{n}").status_code for n in range(3)]
    assert codes == [200, 200, 429]
    assert client.get("/en/search/").status_code == 200


@pytest.mark.parametrize("path", ["/en/", "/en/search/"])
def test_the_boxes_know_where_to_ask(client: Client, path: str) -> None:
    ensure_base_pages()
    html = BeautifulSoup(client.get(path).content, "html.parser")
    box = html.select_one(".searchbox input[name=q]")
    assert box["data-suggest"] == "/en/search/suggest/"
    assert box["data-suggest-label"] == "Suggestions"
    scripts = [str(one["src"]) for one in html.select("script[src]")]
    assert any(src.startswith("/static/discovery/search") for src in scripts)
