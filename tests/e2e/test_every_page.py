"""Every page as those who come to it: axe-core, the narrowest phone (zoom 400 %), the keyboard,
reduced motion, names for screen readers; in both languages, each on a size of its own."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.utils import translation
from playwright.sync_api import Page as BrowserPage

from tests.e2e.visitor import DESKTOP, NARROW
from tests.inventory.city import City
from tests.inventory.pages import Page, pages
from tests.inventory.sessions import client_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
    "resultTypes": ["violations"],
}
# What no tool of axe looks at. Gives a line for each fault.
LOOK = """() => {
  const faults = [];
  const told = (e) => e.outerHTML.slice(0, 120);
  const shown = (e) => e.checkVisibility({visibilityProperty: true, opacityProperty: true});
  if (document.querySelectorAll("h1").length !== 1) faults.push("not one h1");
  if (document.querySelectorAll("main").length !== 1) faults.push("not one main");
  for (const field of document.querySelectorAll("[aria-invalid=true]")) {
    // A group of boxes is described as a whole.
    const group = field.closest("fieldset[aria-describedby]");
    const named = ((field.getAttribute("aria-describedby") || "") + " "
      + (group ? group.getAttribute("aria-describedby") : "")).split(" ");
    if (!named.some((id) => id && document.getElementById(id)?.textContent.trim()))
      faults.push("error not tied: " + told(field));
  }
  for (const e of document.querySelectorAll("[aria-describedby], [aria-labelledby]"))
    for (const name of ["aria-describedby", "aria-labelledby"])
      for (const id of (e.getAttribute(name) || "").split(" ").filter(Boolean))
        if (!document.getElementById(id)) faults.push(`${name} leads nowhere: ${told(e)}`);
  for (const e of document.querySelectorAll("*")) {
    const style = getComputedStyle(e);
    const seconds = (text) => Math.max(...text.split(",").map(parseFloat));
    if (seconds(style.transitionDuration) > 0.01 || seconds(style.animationDuration) > 0.01)
      { faults.push("moves: " + told(e)); break; }
  }
  const able = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]";
  for (const e of document.querySelectorAll(able)) {
    if (e.tabIndex > 0) faults.push("order changed: " + told(e));
    if (e.disabled || e.tabIndex < 0 || !shown(e)) continue;
    if (e.type === "radio" || e.closest("details:not([open])") && e.tagName !== "SUMMARY") continue;
    e.focus();
    if (document.activeElement !== e) { faults.push("takes no focus: " + told(e)); continue; }
    let ring = false;
    for (let at = e, up = 0; at && up < 3; at = at.parentElement, up++) {
      const style = getComputedStyle(at);
      if (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0
          || (style.boxShadow !== "none" && up === 0)) ring = true;
    }
    if (!ring) faults.push("focus not seen: " + told(e));
  }
  return faults;
}"""
WIDE = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  return [...document.querySelectorAll("body *")]
    .filter((e) => e.getBoundingClientRect().right > width + 1)
    .slice(0, 3).map((e) => "too wide: " + e.outerHTML.slice(0, 120));
}"""


@pytest.fixture
def city(portal: str) -> City:
    """One of everything."""
    return City()


class Look:
    """One browser context that changes persons by their cookie."""

    def __init__(self, browser: Any, portal: str, language: str, size: dict) -> None:
        self.portal, self.language, self.size = portal, language, size
        self.context = browser.new_context(viewport=size, reduced_motion="reduce")
        self.page: BrowserPage = self.context.new_page()
        self.faults: list[str] = []
        self.sessions: dict[str, str] = {}
        self.where = ""
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.faults.append(f"{self.where}: {error}"))

    def _console(self, message: Any) -> None:
        if "Content Security" in message.text or "Refused to" in message.text:
            self.faults.append(f"{self.where}: {message.text}")

    def be(self, city: City, who: str) -> None:
        """Be that person from now on."""
        self.context.clear_cookies()
        if city.people[who] is None:
            return
        name = settings.SESSION_COOKIE_NAME
        if who not in self.sessions:
            self.sessions[who] = client_of(city.people[who]).cookies[name].value
        self.context.add_cookies([{"name": name, "value": self.sessions[who], "url": self.portal}])

    def at(self, page: Page) -> None:
        """Open a page and note what is wrong with it."""
        url = f"{self.portal}/{self.language}{page.path}"
        self.where = f"{self.language} {page.name} ({page.who}) {page.path}"
        self.page.set_viewport_size(self.size)
        answer = self.page.request.get(url, max_redirects=0)
        kind = answer.headers.get("content-type", "")
        if not kind.startswith("text/html") or answer.status in (302, 405):
            return
        self.page.goto(url)
        found = [*self._axe(), *self._reflow(), *self._looked()]
        self.faults += [f"{self.where}: {fault}" for fault in found]

    def _axe(self) -> Iterator[str]:
        for violation in Axe().run(self.page, options=RULES).response["violations"]:
            for place in violation["nodes"][:3]:
                yield f"{violation['id']}: {place['html'][:160]}"

    def _looked(self) -> list[str]:
        # Once by the key, so that the browser shows where the focus is.
        self.page.keyboard.press("Tab")
        return list(self.page.evaluate(LOOK))

    def _reflow(self) -> list[str]:
        self.page.set_viewport_size(NARROW)
        return list(self.page.evaluate(WIDE))


@pytest.mark.parametrize(
    ("language", "size"), [("zh-hans", NARROW), ("en", DESKTOP)], ids=["zh-phone", "en-desktop"]
)
def test_every_page_can_be_used_by_everybody(
    browser: Any, portal: str, city: City, language: str, size: dict
) -> None:
    look = Look(browser, portal, language, size)
    with translation.override(language):
        walk = sorted(pages(city), key=lambda page: page.who)
    seen = ""
    for page in walk:
        if page.who != seen:
            look.be(city, page.who)
            seen = page.who
        look.at(page)
    look.context.close()
    assert not look.faults, "\n".join(look.faults)
