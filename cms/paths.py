"""Addresses of pages from their slugs: Wagtail's own way asks for sites and roots first."""

from wagtail.models import Page


def path_below_home(page: Page) -> str:
    """The path without language: `/news/opening/`."""
    return "/" + page.url_path.strip("/").partition("/")[2].rstrip("/") + "/"


def path_of(page: Page) -> str:
    """The path with the language of the page, whose `locale` is loaded."""
    return f"/{page.locale.language_code}{path_below_home(page)}"
