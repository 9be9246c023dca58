"""Searching with a mouse: filters in the address, pages, and the way back."""

import re
from typing import Any

import pytest
from django.core.management import call_command

from tests.e2e.visitor import DESKTOP, PHONE, Visitor
from tests.factories import make_provider

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DISTRICTS = ("330206", "330212")


@pytest.fixture(autouse=True)
def providers(portal: str) -> None:
    """More than one page of providers, a third of them in Beilun."""
    for number in range(27):
        make_provider(
            organisation={"district": DISTRICTS[number % 3 > 0]}, verified=number % 2 == 0
        )
    call_command("work", "--once")


def count(visitor: Visitor) -> int:
    """How many results the page says there are."""
    return int(re.search(r"\d+", visitor.find(".toolbar__count").inner_text())[0])


def test_filters_pages_and_back(come: Any) -> None:
    visitor = come("en", DESKTOP)
    visitor.go("/search/?in=providers")
    visitor.look("search")
    assert count(visitor) == 27
    visitor.press('.facet a[href*="district=330206"]')
    assert "district=330206" in visitor.page.url
    assert count(visitor) == 9
    visitor.look("search-filtered")
    visitor.page.go_back()
    assert count(visitor) == 27
    first = visitor.find(".hit__title a").first.get_attribute("href")
    visitor.press("a[rel=next]")
    assert "page=2" in visitor.page.url
    assert visitor.find(".hit__title a").first.get_attribute("href") != first
    visitor.page.go_back()
    assert visitor.find(".hit__title a").first.get_attribute("href") == first


def test_a_filter_keeps_the_words_and_is_taken_away_again(come: Any) -> None:
    visitor = come("en", PHONE)
    visitor.go("/search/?in=providers&district=330206")
    visitor.fill("q", "数据采集")
    visitor.press("form[role=search] [type=submit]")
    assert "district=330206" in visitor.page.url
    assert count(visitor) == 9
    visitor.press(".toolbar .tag a, .toolbar a.tag, .toolbar .tag__remove")
    assert "district" not in visitor.page.url
    assert visitor.find("[name=q]").first.input_value() == "数据采集"
    assert count(visitor) == 27


def test_it_works_without_javascript(come: Any) -> None:
    visitor = come("zh-hans", PHONE, javascript=False)
    visitor.go("/")
    visitor.page.locator('form[action$="/search/"] [name=q]').first.fill("数据采集")
    visitor.page.locator('form[action$="/search/"] [type=submit]').first.click()
    assert visitor.path == "/search/"
    assert count(visitor) >= 27
    visitor.find(".filters__panel > summary").click()
    visitor.find("select[name=place]").select_option("330206")
    visitor.press(".filters__body form [type=submit]")
    assert "place=330206" in visitor.page.url
