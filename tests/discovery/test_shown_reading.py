"""How a text was read, shown on the page: syntax, concepts with their switches, what is ruled out,
what else may have been meant, long texts, filters to take away, places."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from bs4 import BeautifulSoup, Tag
from django.core.cache import caches

from cms.setup import ensure_base_pages
from portal.vocabulary import get_vocabulary
from search import engines, indexing
from tests.clients import Client
from tests.factories import make_listed_provider, make_project

pytestmark = pytest.mark.django_db
READ, OTHER = "plc_gateway", "visual_inspection"
TEXT = "OPC UA"


@pytest.fixture(autouse=True)
def index(settings: Any, tmp_path: Path) -> Iterator[None]:
    """A few projects and a provider in an index of their own."""
    settings.DUIJIE_DATA_DIR = tmp_path
    caches["pages"].clear()
    ensure_base_pages()
    usual = {"summary_zh": "", "name_zh": ""}
    make_project(slug="reader", name_en="Meter reader", concepts=[READ], **usual)
    make_project(slug="burrs", name_en="Burr finder", summary_en="Finds burrs on stamped parts.")
    make_project(
        slug="robot", name_en="Burr robot", summary_en="A robot grinds burrs.", summary_zh=""
    )
    make_project(slug="deburr", name_en="毛刺检测", summary_zh="冲压件毛刺检测。")
    make_listed_provider(name_zh="宁波视界", name_en="Vista Ningbo")
    for engine in engines.all_engines():
        indexing.sync(engine)
    yield
    caches["pages"].clear()


def page(client: Client, language: str = "en", **given: Any) -> BeautifulSoup:
    response = client.get(f"/{language}/search/", given)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def titles(html: BeautifulSoup) -> set[str]:
    return {" ".join(one.get_text(" ", strip=True).split()) for one in html.select(".hit__title a")}


def group(html: BeautifulSoup, label: str) -> Tag | None:
    return html.find(attrs={"role": "group", "aria-label": label})


def chips(html: BeautifulSoup, label: str) -> list[str]:
    row = group(html, label)
    return [one.get_text(" ", strip=True) for one in row.select(".tag__label")] if row else []


def given_by(link: Tag) -> dict[str, list[str]]:
    return parse_qs(urlsplit(str(link["href"])).query)


# syntax


def test_a_phrase_must_stand_in_what_is_found_and_can_be_taken_away(client: Client) -> None:
    html = page(client, q='"stamped parts"', **{"in": "projects"})
    assert titles(html) == {"Burr finder"}
    assert chips(html, "Exactly") == ["stamped parts"]
    row = group(html, "Exactly")
    assert row is not None
    assert given_by(row.select_one(".tag__remove")) == {"in": ["projects"]}
    assert [mark.get_text() for mark in html.select(".hit mark")] == ["stamped", "parts"]


def test_an_excluded_word_is_in_nothing_found_and_can_be_taken_back(client: Client) -> None:
    html = page(client, q='burrs -robot -"no such thing"', **{"in": "projects"})
    assert titles(html) == {"Burr finder"}
    assert chips(html, "Without") == ["robot", "no such thing"]
    row = group(html, "Without")
    assert row is not None
    assert given_by(row.select_one(".tag__remove"))["q"] == ['burrs -"no such thing"']


def test_how_to_search_is_told_with_examples_to_try(client: Client) -> None:
    html = page(client, **{"in": "projects"})
    links = html.select("details.how-to a")
    assert len(links) == 4
    assert all(given_by(link)["in"] == ["projects"] for link in links)
    for link in links:
        assert client.get("/en/search/" + str(link["href"])).status_code == 200


# concepts


def test_a_concept_finds_what_its_words_do_not_and_says_so(client: Client) -> None:
    label = get_vocabulary().concept_label(READ, "en")
    html = page(client, q=TEXT, **{"in": "projects"})
    assert "Meter reader" in titles(html)
    assert label in chips(html, "Understood as")
    card = next(one for one in html.select("article.hit") if "Meter reader" in one.get_text())
    assert card.select_one(".hit__because").get_text(" ", strip=True) == f"Found for {label}"


def test_a_concept_is_switched_off_and_on_again(client: Client) -> None:
    on = page(client, q=TEXT, **{"in": "projects"})
    row = group(on, "Understood as")
    assert row is not None
    off_link = next(
        chip.select_one(".tag__remove")
        for chip in row.select(".tag")
        if get_vocabulary().concept_label(READ, "en") in chip.get_text()
    )
    assert given_by(off_link) == {"q": [TEXT], "without": [READ], "in": ["projects"]}
    off = BeautifulSoup(client.get("/en/search/" + str(off_link["href"])).content, "html.parser")
    assert "Meter reader" not in titles(off)
    assert off.find("input", {"name": "q"})["value"] == TEXT
    assert off.find("input", {"name": "without"})["value"] == READ
    [back] = group(off, "Understood as").select(".tag--off a")
    assert "Search again for" in back.get_text()
    assert given_by(back) == {"q": [TEXT], "in": ["projects"]}
    assert titles(page(client, **given_by(back))) == titles(on)


def test_an_unknown_concept_that_is_off_changes_nothing(client: Client) -> None:
    html = page(client, q=TEXT, without="nothing_such", **{"in": "projects"})
    assert "Meter reader" in titles(html)
    assert not html.select(".tag--off")


def test_what_is_ruled_out_and_what_is_there_is_said_and_not_searched_for(client: Client) -> None:
    html = page(client, "zh-hans", q="数据采集，不要上云，我们已经有MES")
    rows = html.select(".reading .tag--ruled .tag__label")
    shown = {one.get_text(strip=True) for one in rows}
    label = get_vocabulary().concept_label
    assert {label("cloud_migration", "zh"), label("light_mes", "zh")} <= shown
    read = {one.get_text(strip=True) for one in html.select(".reading .tag--concept .tag__label")}
    assert not read & {label("cloud_migration", "zh"), label("light_mes", "zh")}


# what else may have been meant


def test_a_mistyped_word_is_proposed_and_never_searched_instead(client: Client) -> None:
    html = page(client, "zh-hans", q="毛次")
    [link] = html.select(".reading p[role=status] a")
    assert link.get_text(strip=True) == "毛刺"
    assert html.find("input", {"name": "q"})["value"] == "毛次"
    assert not html.select(".hit mark")
    found = client.get("/zh-hans/search/" + str(link["href"])).content.decode()
    assert "<mark>毛刺</mark>" in found


def test_a_word_that_finds_enough_is_left_alone(client: Client) -> None:
    assert not page(client, q="burrs").select(".reading p[role=status]")


def test_nothing_is_proposed_that_finds_nothing(client: Client) -> None:
    assert not page(client, q="zzyzzxq").select(".reading p[role=status]")


# filters to take away


def test_with_filters_and_nothing_found_each_says_what_there_is_without_it(client: Client) -> None:
    given = {"q": "Vista", "district": "330212", "in": "providers", "verified": "false"}
    html = page(client, **given)
    assert "Nothing fits these filters" in html.get_text()
    row = group(html, "Without one filter")
    assert row is not None
    [chip] = row.select(".tag")
    link = chip.select_one("a")
    assert (link.get_text(strip=True), chip.select_one(".tag__note").get_text()) == (
        "District",
        "1",
    )
    assert given_by(link) == {"q": ["Vista"], "in": ["providers"], "verified": ["false"]}
    other = client.get("/en/search/" + str(link["href"])).content
    count = BeautifulSoup(other, "html.parser").select_one(".toolbar__count").get_text()
    assert count == "1 result"


# long texts

LONG = (
    "我们是北仑一家做压铸件的小厂，三十台压铸机，夜里停机没有人知道，早上来了才发现已经停了三四个小时。"
    "每天靠班长手抄产量，月底对不上账。客户又催着要追溯，每一批料、每一炉温度都要能查到。"
    "铸件表面的毛刺和气孔靠人看，漏检多，主机厂一退货就是一整批，冲压件毛刺检测也没有人做。"
)


def test_a_long_text_gets_a_large_box_and_says_what_was_searched_for(client: Client) -> None:
    html = page(client, "zh-hans", q=LONG)
    assert html.select_one(".searchbox textarea[name=q]").get_text().strip() == LONG
    pieces = [one.get_text() for one in html.select(".reading p.small span")[1:]]
    assert "冲压件毛刺检测" in pieces
    assert all(piece in LONG for piece in pieces)
    assert "月底" not in "".join(pieces)


def test_a_text_that_says_enough_can_be_posted_as_a_need(client: Client) -> None:
    html = page(client, "zh-hans", q=LONG)
    links = [link for link in html.select("main a") if "/needs/post/" in str(link["href"])]
    assert [given_by(link) for link in links] == [{"text": [LONG]}]
    form = client.get(str(links[0]["href"])).content.decode()
    assert "冲压件毛刺检测也没有人做" in form
    assert not [
        link
        for link in page(client, q="burrs").select("main a")
        if "/needs/post/" in str(link["href"])
    ]


def test_a_short_text_says_nothing_of_being_long(client: Client) -> None:
    html = page(client, q="burrs")
    assert not html.select(".searchbox textarea")
    assert not html.select(".reading p.small")


# places


def test_a_park_stands_for_its_district(client: Client) -> None:
    park = get_vocabulary().parks[0]
    html = page(client, place=park.key, within="10", sort="distance")
    assert f"within 10 km of {park.en}" in html.get_text()
    groups = {one["label"]: one for one in html.select("select[name=place] optgroup")}
    assert set(groups) == {"Districts", "Parks"}
    assert groups["Parks"].select_one("option[selected]")["value"] == park.key
    assert not groups["Districts"].select("option[selected]")


def test_a_point_on_the_map_stays_until_it_is_unchecked(client: Client) -> None:
    html = page(client, near="29.871,121.544", within="10")
    assert "within 10 km of 29.871, 121.544" in html.get_text()
    box = html.select_one("input[type=checkbox][name=near]")
    assert box["value"] == "29.871,121.544"
    assert box.has_attr("checked")
    mine = html.select_one("[data-my-place]")
    assert mine.has_attr("hidden")
    assert "only if you save the search" in mine.get_text()


# facets and the address


def test_a_facet_counts_what_each_value_would_give(client: Client) -> None:
    """The counts of a field stay right under its own filter: no other value turns to nought."""
    make_project(slug="both", name_en="Both", concepts=[READ, OTHER])
    make_project(slug="other", name_en="Other", concepts=[OTHER])
    for engine in engines.all_engines():
        indexing.sync(engine)
    chosen = page(client, concept=READ, **{"in": "projects"})
    assert titles(chosen) == {"Meter reader", "Both"}
    counts = {
        tuple(given_by(link).get("concept", [])): int(link.select_one(".facet__count").get_text())
        for link in chosen.select(".facet__value")
        if "concept=" in str(link["href"]) or link.has_attr("aria-current")
    }
    # Chosen, another one beside it, and the language, which counts under the choice.
    assert counts == {(): 2, (READ, OTHER): 2, (READ,): 1}
    both = page(client, concept=[READ, OTHER], **{"in": "projects"})
    assert titles(both) == {"Meter reader", "Both", "Other"}


def test_the_language_of_documents_is_a_facet(client: Client) -> None:
    html = page(client, q="burr", **{"in": "projects"})
    counts = {
        given_by(link)["language"][0]: link.select_one(".facet__count").get_text()
        for link in html.select(".facet__value")
        if "language=" in str(link["href"])
    }
    assert counts == {"en": "2", "zh": "1"}
    chosen = client.get("/en/search/", {"q": "burr", "in": "projects", "language": "zh"})
    assert titles(BeautifulSoup(chosen.content, "html.parser")) == {"Burr finder"}


def test_an_address_has_one_form(client: Client) -> None:
    response = client.get("/en/search/?sort=newest&in=projects&q=burr&price_max=&utm=1&page=1")
    link = BeautifulSoup(response.content, "html.parser").find("link", rel="canonical")
    assert link["href"] == "http://testserver/en/search/?q=burr&in=projects&sort=newest"


def test_what_stands_in_chips_is_escaped(client: Client) -> None:
    given = quote('"<b>bold</b>" -"<i>x</i>" burr')
    html = client.get(f"/en/search/?q={given}").content.decode()
    assert "<b>bold" not in html
    assert "<i>x" not in html
    assert "&lt;b&gt;bold&lt;/b&gt;" in html
