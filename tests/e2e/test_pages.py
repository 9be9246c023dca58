"""What holds on every main page: both themes, the narrowest phone, the keyboard, the language."""

from typing import Any

import pytest
from django.core.management import call_command

from portal.accounts.models import User
from tests.e2e.visitor import DESKTOP, NARROW, PHONE, Visitor
from tests.factories import (
    make_introduction,
    make_join_request,
    make_need,
    make_project,
    make_provider,
    make_user,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OPEN = ("/", "/search/", "/needs/", "/projects/", "/news/", "/needs/post/", "/accounts/signup/")


class City:
    """Some of everything, and the addresses of the pages that show it."""

    def __init__(self) -> None:
        self.provider = make_provider(owner=make_user("林眸"), verified=True)
        self.firm = self.provider.organisation
        self.person: User = self.firm.memberships.get().user
        self.need = make_need()
        self.project = make_project(maintainer=self.person, slug="plc4x")
        make_join_request(self.project)
        self.introduction = make_introduction(need=self.need, provider=self.provider)
        self.moderator = make_user("小杨", roles=("moderator",))
        waiting = make_need(state="moderation")
        call_command("work", "--once")
        key = self.firm.key
        self.open = (
            *OPEN,
            f"/needs/{self.need.ref}/",
            f"/providers/{key}/",
            "/projects/plc4x/",
        )
        self.own = (
            "/desk/",
            f"/desk/{key}/",
            f"/desk/{key}/details/",
            f"/desk/{key}/profile/",
            f"/desk/{key}/members/",
            f"/desk/{key}/offers/new/",
            f"/desk/{key}/offers/{self.provider.offers.get().pk}/delete/",
            "/introductions/",
            f"/introductions/{self.introduction.pk}/",
            "/needs/mine/",
            "/projects/plc4x/",
            "/projects/plc4x/edit/",
            "/projects/new/",
            "/contributions/",
            "/notifications/",
            "/accounts/profile/",
            "/accounts/email/",
        )
        self.moderation = (
            "/moderation/",
            f"/moderation/needs/{waiting.ref}/",
            f"/moderation/providers/{key}/",
        )


@pytest.fixture
def city(portal: str) -> City:
    """Some of everything."""
    return City()


def look_at(visitor: Visitor, paths: tuple[str, ...], name: str) -> None:
    """Open every page and look."""
    for path in paths:
        visitor.go(path)
        assert visitor.page.locator("h1").count() == 1, path
        visitor.look(name + path.replace("/", "_").rstrip("_"))


@pytest.mark.parametrize(
    ("language", "size", "theme"),
    [("zh-hans", PHONE, "dark"), ("en", DESKTOP, "light")],
    ids=["zh-phone-dark", "en-desktop-light"],
)
def test_every_page_is_in_order(
    come: Any, city: City, language: str, size: dict, theme: str
) -> None:
    look_at(come(language, size, theme=theme), city.open, theme)
    member = come(language, size, theme=theme)
    member.sign_in(city.person)
    look_at(member, city.own, theme)
    moderator = come(language, size, theme=theme)
    moderator.sign_in(city.moderator)
    look_at(moderator, city.moderation, theme)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_nothing_scrolls_sideways_on_the_narrowest_phone(
    come: Any, city: City, language: str
) -> None:
    visitor, member = come(language, NARROW), come(language, NARROW)
    member.sign_in(city.person)
    for path in city.open:
        visitor.go(path)
        visitor.fits()
    for path in city.own:
        member.go(path)
        member.fits()


def test_the_language_switch_keeps_the_page(come: Any, city: City) -> None:
    visitor = come("en", DESKTOP)
    for path in (*city.open, "/search/?q=plc&in=projects"):
        visitor.go(path)
        visitor.page.locator("header a[hreflang=zh-Hans]").first.click()
        visitor.page.wait_for_load_state()
        assert visitor.page.url == f"{visitor.portal}/zh-hans{path}"


FOCUS = """() => {
  const place = document.activeElement, style = getComputedStyle(place);
  const box = place.getBoundingClientRect();
  return {
    name: place.tagName,
    href: place.getAttribute("href") || "",
    shown: (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0)
      || style.boxShadow !== "none",
    seen: box.width > 0 && box.bottom > 0 && box.right > 0,
  };
}"""


def focused(visitor: Visitor) -> dict[str, Any]:
    """Where the keyboard is, and how that is shown."""
    return visitor.page.evaluate(FOCUS)


def test_the_keyboard_reaches_everything_and_shows_where_it_is(come: Any, city: City) -> None:
    visitor = come("en", DESKTOP)
    visitor.sign_in(city.person)
    visitor.go("/")
    visitor.page.keyboard.press("Tab")
    assert focused(visitor)["href"] == "#main"
    assert focused(visitor)["seen"]
    visitor.page.keyboard.press("Enter")
    assert visitor.page.evaluate("document.activeElement.id") == "main"
    visitor.go("/")
    reached = []
    for _ in range(40):
        visitor.page.keyboard.press("Tab")
        place = focused(visitor)
        if place["name"] == "BODY":
            break
        # The search box draws the frame around its field.
        assert place["shown"] or place["name"] == "INPUT", place
        assert place["seen"], place
        reached.append(place["name"] + place["href"])
    assert "A/en/search/?in=providers" in reached
    assert "SUMMARY" in reached


def test_the_account_menu_opens_with_the_keyboard(come: Any, city: City) -> None:
    visitor = come("en", DESKTOP)
    visitor.sign_in(city.person)
    visitor.go("/")
    visitor.page.locator("header details:not(.menu--nav) > summary").focus()
    visitor.page.keyboard.press("Enter")
    visitor.page.keyboard.press("Tab")
    assert focused(visitor)["href"] == "/en/waiting/"
    visitor.page.keyboard.press("Enter")
    visitor.page.wait_for_url("**/en/waiting/")
