"""axe-core finds nothing on the style guide and the account pages, in either language or theme."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Browser

from portal.accounts.models import User
from tests.clients import Client

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 390, "height": 844}
LAPTOP = {"width": 1280, "height": 900}
ENTRANCES = ("accounts/login/", "accounts/signup/", "accounts/password/reset/", "nowhere/")
ACCOUNT = (
    "accounts/email/",
    "accounts/password/change/",
    "accounts/2fa/",
    "accounts/3rdparty/",
    "accounts/logout/",
    "notifications/",
)


def look(browser: Browser, url: str, *, theme: str, viewport: dict, session: str = "") -> None:
    """Open `url` and expect no violation, no console error and no sideways scrolling."""
    context = browser.new_context(viewport=viewport, color_scheme=theme, reduced_motion="reduce")
    if session:
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": url}])
    page = context.new_page()
    refused: list[str] = []
    page.on("console", lambda m: refused.append(m.text) if "Content Security" in m.text else None)
    page.goto(url)
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"], url
    assert refused == []
    context.close()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, LAPTOP], ids=["phone", "laptop"])
def test_styleguide(chromium, live_server, language, theme, viewport):
    look(chromium, f"{live_server.url}/{language}/styleguide/", theme=theme, viewport=viewport)


def test_styleguide_on_the_narrowest_phone(chromium, live_server):
    narrow = {"width": 320, "height": 600}
    look(chromium, f"{live_server.url}/en/styleguide/", theme="light", viewport=narrow)


@pytest.mark.parametrize(("language", "theme"), [("zh-hans", "light"), ("en", "dark")])
def test_entrances(chromium, live_server, language, theme):
    for path in ENTRANCES:
        look(chromium, f"{live_server.url}/{language}/{path}", theme=theme, viewport=PHONE)


@pytest.mark.parametrize(("language", "theme"), [("zh-hans", "dark"), ("en", "light")])
def test_account_pages(chromium, live_server, language, theme):
    client = Client()
    client.force_login(
        User.objects.create_user("chen@example.cn", "Harbour-9-blue", name="陈伟"),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    for path in ACCOUNT:
        url = f"{live_server.url}/{language}/{path}"
        look(chromium, url, theme=theme, viewport=LAPTOP, session=session)


def test_menus_work_without_javascript(chromium, live_server):
    context = chromium.new_context(viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}/en/styleguide/")
    page.locator(".menu--nav > summary").click()
    page.locator(".menu--nav").get_by_role("link", name="中文").click()
    assert page.url.endswith("/zh-hans/styleguide/")
    page.locator("button[value=dark]").click()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    context.close()


def test_menus_close_on_escape_and_elsewhere(chromium, live_server):
    page = chromium.new_page(viewport=PHONE)
    page.goto(f"{live_server.url}/en/styleguide/")
    menu = page.locator(".menu--nav")
    menu.locator("summary").click()
    page.keyboard.press("Escape")
    assert menu.get_attribute("open") is None
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    menu.locator("summary").click()
    page.mouse.click(20, 700)
    assert menu.get_attribute("open") is None
    page.close()
