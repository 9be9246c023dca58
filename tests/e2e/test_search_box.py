"""The search box that proposes, by keyboard and pointer; concepts' switches; one's own place."""

from typing import Any

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from tests.e2e.visitor import DESKTOP, PHONE, Visitor
from tests.factories import make_provider

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BOX = "input[name=q]"
OPTIONS = ".suggestions [role=option]"


@pytest.fixture(autouse=True)
def providers(portal: str) -> None:
    """Three providers, two of whose names begin alike."""
    for name in ("Zhedong Vision", "Zhedong Castings", "Harbour Works"):
        make_provider(organisation={"name_en": name, "name_zh": ""})
    call_command("work", "--once")


def type_in(visitor: Visitor, text: str) -> Any:
    """Type into the box and wait for what it proposes."""
    box = visitor.find(BOX).first
    box.press_sequentially(text, delay=20)
    expect(box).to_have_attribute("aria-expanded", "true")
    return box


def test_a_name_is_chosen_by_keyboard_on_the_home_page(come: Any) -> None:
    visitor = come("en", DESKTOP)
    visitor.page.goto(f"{visitor.portal}/en/")
    box = visitor.page.locator(BOX).first
    box.press_sequentially("zhed", delay=20)
    options = visitor.page.locator(OPTIONS)
    expect(options).to_have_count(2)
    expect(visitor.page.locator(".searchbox [role=status]")).to_have_text("Suggestions: 2")
    assert not box.get_attribute("aria-activedescendant")
    box.press("ArrowDown")
    first = options.first
    expect(first).to_have_attribute("aria-selected", "true")
    assert box.get_attribute("aria-activedescendant") == first.get_attribute("id")
    box.press("ArrowUp")
    box.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    chosen = options.last.locator("span").first.inner_text()
    visitor.look("home-suggestions")
    with visitor.page.expect_navigation():
        box.press("Enter")
    assert visitor.path.startswith("/providers/")
    assert chosen in visitor.text()


def test_escape_closes_the_list_and_enter_searches_for_what_was_typed(come: Any) -> None:
    visitor = come("en", PHONE)
    visitor.go("/search/?in=providers")
    box = type_in(visitor, "zhed")
    visitor.look("search-suggestions")
    box.press("Escape")
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(visitor.page.locator(OPTIONS)).to_have_count(0)
    assert box.input_value() == "zhed"
    with visitor.page.expect_navigation():
        box.press("Enter")
    assert visitor.page.url.endswith("/en/search/?q=zhed&in=providers")


def test_a_capability_is_chosen_with_the_pointer_and_then_switched_off(come: Any) -> None:
    visitor = come("zh-hans", DESKTOP)
    visitor.go("/search/")
    type_in(visitor, "shujucaiji")
    visitor.page.locator(OPTIONS, has_text="数据采集").first.click()
    visitor.page.wait_for_url("**q=**")
    assert visitor.find(BOX).first.input_value() == "数据采集"
    visitor.press(".reading .tag__remove")
    assert "without=" in visitor.page.url
    assert visitor.find(".reading .tag--off").count() == 1
    visitor.look("search-switched-off")
    visitor.press(".reading .tag--off a")
    assert "without=" not in visitor.page.url


def test_the_place_is_ones_own_where_the_browser_says_it(come: Any) -> None:
    visitor = come("en", DESKTOP)
    visitor.context.grant_permissions(["geolocation"])
    visitor.context.set_geolocation({"latitude": 29.87123, "longitude": 121.54987})
    visitor.go("/search/?in=providers")
    visitor.find("[data-my-place] button").click()
    visitor.page.wait_for_url("**near=**")
    assert "near=29.871%2C121.550" in visitor.page.url
    assert "within=25" in visitor.page.url
    assert visitor.find(".hit").count() == 3
    visitor.find("input[type=checkbox][name=near]").uncheck()
    visitor.press(".filters__body form [type=submit]")
    assert visitor.page.url.endswith("/en/search/?in=providers")
