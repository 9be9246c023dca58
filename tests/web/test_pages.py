"""The frame around every page: languages, theme, navigation, and pages that say what went wrong."""

from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from portal.web.samples import ICONS
from tests.clients import Client


def page_of(client: Client, path: str, **cookies: str) -> BeautifulSoup:
    for name, value in cookies.items():
        client.cookies[name] = value
    response = client.get(path)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


@pytest.mark.parametrize(("prefix", "lang"), [("zh-hans", "zh-Hans"), ("en", "en")])
def test_styleguide_in_both_languages(client, prefix, lang):
    page = page_of(client, f"/{prefix}/styleguide/")
    assert page.html["lang"] == lang
    assert len(page.find_all("h1")) == 1
    assert page.find(class_="skip-link")["href"] == "#main"
    assert page.find(id="main").name == "main"


def test_the_other_language_is_the_same_page(client):
    page = page_of(client, "/en/styleguide/?theme=dark&q=%E6%9C%BA")
    link = page.find("a", hreflang="zh-Hans")
    assert link["href"] == "/zh-hans/styleguide/?theme=dark&q=%E6%9C%BA"
    assert page.find("link", rel="alternate")["href"] == link["href"]


def test_a_page_may_say_where_its_translation_is():
    request = RequestFactory().get("/en/news/port/")
    with translation.override("en"):
        html = render_to_string(
            "base.html", {"language_urls": {"zh-hans": "/zh-hans/news/gang/"}}, request
        )
    assert BeautifulSoup(html, "html.parser").find("a", hreflang="zh-Hans")["href"] == (
        "/zh-hans/news/gang/"
    )


def test_theme_follows_the_system_until_chosen(client):
    assert not page_of(client, "/en/styleguide/").html.has_attr("data-theme")
    back = client.post("/en/theme/", {"theme": "dark", "next": "/en/styleguide/?a=1"})
    assert (back.status_code, back["Location"]) == (302, "/en/styleguide/?a=1")
    page = page_of(client, "/en/styleguide/")
    assert page.html["data-theme"] == "dark"
    assert page.find("button", value="dark")["aria-pressed"] == "true"
    client.post("/en/theme/", {"theme": "system"})
    assert not page_of(client, "/en/styleguide/").html.has_attr("data-theme")


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "", "javascript:1"])
def test_theme_goes_back_to_this_site_only(client, target):
    assert client.post("/en/theme/", {"theme": "dark", "next": target})["Location"] == "/en/"


@pytest.mark.parametrize("theme", ["", "neon", "x" * 10_000])
def test_unknown_themes_change_nothing(client, theme):
    assert "theme" not in client.post("/en/theme/", {"theme": theme}).cookies
    assert not page_of(client, "/en/styleguide/", theme="neon").html.has_attr("data-theme")


def test_theme_is_changed_by_posting_only(client):
    assert client.get("/en/theme/").status_code == 405


def test_the_section_one_is_in_is_marked(client):
    request = RequestFactory().get("/en/search/?in=needs")
    with translation.override("en"):
        html = render_to_string("base.html", {}, request)
    nav = BeautifulSoup(html, "html.parser").find("nav", attrs={"aria-label": "Main"})
    assert [a.text for a in nav.select("[aria-current]")] == ["Needs"]


@pytest.mark.parametrize("code", [400, 403, 404, 429])
def test_error_pages_lead_on(code):
    request = RequestFactory().get("/en/nowhere/")
    with translation.override("en"):
        page = BeautifulSoup(render_to_string(f"{code}.html", {}, request), "html.parser")
    assert str(code) in page.main.text
    assert page.main.find("a", class_="button")


def test_the_500_page_needs_no_context():
    page = BeautifulSoup(render_to_string("500.html"), "html.parser")
    assert page.find("h1").text == "这边出了问题"
    assert page.find(lang="en").h2.text == "Something went wrong on our side"


def test_confirm_page_asks_and_offers_the_way_back():
    request = RequestFactory().get("/en/")
    context = {
        "title": "Withdraw <it>?",
        "text": "Nobody sees it then.",
        "confirm_label": "Withdraw",
        "tone": "danger",
        "cancel_url": "/en/needs/1/",
        "fields": {"version": 3},
    }
    page = BeautifulSoup(render_to_string("layouts/confirm.html", context, request), "html.parser")
    form = page.find("form", class_="confirm")
    assert page.h1.text == "Withdraw <it>?"
    assert form.find("input", attrs={"name": "version"})["value"] == "3"
    assert form.find("a")["href"] == "/en/needs/1/"
    assert "button--danger" in form.find("button")["class"]


def test_every_icon_of_the_sprite_is_in_the_styleguide():
    sprite = BeautifulSoup(Path(finders.find("web/icons.svg")).read_bytes(), "html.parser")
    assert sorted(ICONS) == sorted(symbol["id"] for symbol in sprite.find_all("symbol"))
