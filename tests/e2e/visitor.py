"""Somebody with a browser: goes to pages, fills in forms, follows links from e-mails."""

import os
import re
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.core import mail
from playwright.sync_api import Browser, ConsoleMessage, Locator, Response

from portal.accounts.models import User
from tests.clients import Client

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}
NARROW = {"width": 320, "height": 640}
PASSWORD = "Harbour-9-blue"
# Where to leave a picture of every page looked at, for whoever wants to see them.
PICTURES = os.environ.get("E2E_PICTURES", "")


class Visitor:
    """One person's browser, in one interface language."""

    def __init__(
        self,
        browser: Browser,
        portal: str,
        language: str,
        size: dict,
        *,
        theme: str = "light",
        javascript: bool = True,
    ) -> None:
        self.portal, self.language, self.size = portal, language, size
        self.javascript = javascript
        self.context = browser.new_context(
            viewport=size,
            color_scheme=theme,
            reduced_motion="reduce",
            java_script_enabled=javascript,
            locale="en-GB" if language == "en" else "zh-CN",
        )
        self.page = self.context.new_page()
        self.troubles: list[str] = []
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.troubles.append(f"script: {error}"))
        self.page.on("response", self._answered)

    def _console(self, message: ConsoleMessage) -> None:
        if "Content Security" in message.text or "Refused to" in message.text:
            self.troubles.append(message.text)

    def _answered(self, response: Response) -> None:
        if response.status >= 500:
            self.troubles.append(f"{response.status} {response.url}")

    def leave(self) -> None:
        """Close the browser."""
        self.context.close()

    # moving

    def go(self, path: str) -> None:
        """Open an address without its language prefix."""
        self.page.goto(f"{self.portal}/{self.language}{path}")

    @property
    def path(self) -> str:
        """Where one is, without language and query."""
        address = self.page.url.removeprefix(self.portal).partition("?")[0].partition("#")[0]
        return address.removeprefix(f"/{self.language}")

    def find(self, selector: str) -> Locator:
        """What a selector finds in the main part of the page."""
        return self.page.locator(f"#main {selector}")

    def press(self, selector: str) -> None:
        """Press a button or follow a link, and wait for the page it leads to."""
        self.find(selector).first.click()
        self.page.wait_for_load_state()

    def send(self, values: dict[str, str], button: str = "form[method=post] [type=submit]") -> None:
        """Fill in fields by name and send the form."""
        for name, value in values.items():
            self.fill(name, value)
        self.press(button)

    def fill(self, name: str, value: str) -> None:
        """Type into a field, choose of a list, or tick the value of a group."""
        field = self.find(f'[name="{name}"]').first
        if field.evaluate("e => e.tagName") == "SELECT":
            field.select_option(value)
        elif field.get_attribute("type") in ("radio", "checkbox"):
            self.find(f'[name="{name}"][value="{value}"]').check()
        else:
            field.fill(value)

    def refusals(self) -> list[str]:
        """What a form says is wrong."""
        return self.find(".form-errors li").all_inner_texts()

    # signing in

    def sign_in(self, user: User) -> None:
        """Be signed in without the form."""
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        name = settings.SESSION_COOKIE_NAME
        value = client.cookies[name].value
        self.context.add_cookies([{"name": name, "value": value, "url": self.portal}])

    def sign_in_by_form(self, user: User, password: str) -> None:
        """Sign in where a page asks for it, and agree to the notices where they are due."""
        self.send({"login": user.email, "password": password})
        if self.path == "/accounts/notices/":
            self.find('[name="agree"]').check()
            self.press("form[method=post] [type=submit]")

    def sign_up(self, email: str, name: str) -> None:
        """Fill in the sign-up form that is open and follow the link from the e-mail."""
        before = len(mail.outbox)
        self.find('[name="agree"]').check()
        self.send({"name": name, "email": email, "password1": PASSWORD, "password2": PASSWORD})
        assert len(mail.outbox) == before + 1
        message = mail.outbox[-1]
        assert message.to == [email]
        self.page.goto(re.search(r"http\S+", message.body)[0])
        self.press("form[method=post] [type=submit]")

    # looking

    def text(self) -> str:
        """What stands in the main part."""
        return self.page.locator("#main").inner_text()

    def look(self, name: str) -> None:
        """Expect a page that axe-core finds nothing on, that doesn't scroll sideways, and that is
        in the visitor's language."""
        if PICTURES:
            file = f"{self.language}-{self.size['width']}-{name}.png"
            self.page.screenshot(path=Path(PICTURES) / file, full_page=True)
        html = self.page.locator("html")
        assert html.get_attribute("lang") == ("en" if self.language == "en" else "zh-Hans")
        if not self.javascript:
            return
        results: Any = Axe().run(self.page)
        assert results.violations_count == 0, f"{self.path}\n{results.generate_report()}"
        self.fits()

    def fits(self) -> None:
        """Expect no sideways scrolling."""
        assert self.page.evaluate("document.documentElement.scrollWidth") <= self.size["width"], (
            self.path
        )
