"""A real Chromium for browser tests."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from playwright.sync_api import Browser, sync_playwright

from tests.services.programs import find_chromium, missing

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def running() -> Iterator[Browser]:
    """A browser for as long as the block lasts; one at a time, as Playwright keeps one loop.

    That loop would otherwise forbid the ORM in this thread."""
    program = find_chromium()
    if program is None:
        missing("no Chromium here")
    allowed = {"DJANGO_ALLOW_ASYNC_UNSAFE": "1"}
    with patch.dict(os.environ, allowed), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(program), args=FLAGS)
        yield browser
        browser.close()
