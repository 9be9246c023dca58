"""Whole pages kept for signed-out visitors: who gets them, who never does."""

import gzip
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import caches
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from portal.foundation.middleware import CompressedForVisitors
from portal.foundation.visitor_cache import (
    MAX_ADDRESS,
    VisitorCacheMiddleware,
    keep_for_visitors,
)

rf = RequestFactory()


class Site:
    """A view that counts how often it is asked, behind the middleware."""

    def __init__(self, change: Callable[[HttpRequest, HttpResponse], Any] | None = None) -> None:
        self.asked, self.change = 0, change
        self.front = VisitorCacheMiddleware(self.view)

    def view(self, request: HttpRequest) -> HttpResponse:
        self.asked += 1
        response = HttpResponse(f"{request.get_full_path()} {self.asked}")
        keep_for_visitors(response, 60)
        if self.change:
            self.change(request, response)
        return response

    def get(self, path: str = "/en/", **extra: Any) -> str:
        cookies = extra.pop("cookies", {})
        request = rf.get(path, **extra)
        request.COOKIES.update(cookies)
        return self.front(request).content.decode()


@pytest.fixture(autouse=True)
def _empty() -> None:
    caches["pages"].clear()


def test_the_second_visitor_gets_the_kept_page_with_its_headers() -> None:
    site = Site(lambda request, response: response.headers.setdefault("X-Frame-Options", "DENY"))
    assert site.get() == site.get() == "/en/ 1"
    assert site.front(rf.get("/en/")).headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize(
    "extra",
    [
        {"path": "/zh-hans/"},
        {"path": "/en/?q=1"},
        {"headers": {"host": "localhost"}},
        {"headers": {"HX-Request": "true"}},
        {"headers": {"Accept-Encoding": "gzip, br"}},
        {"cookies": {"theme": "dark"}},
        {"secure": True},
    ],
)
def test_what_changes_the_page_keeps_pages_apart(extra: dict[str, Any]) -> None:
    site = Site()
    site.get()
    assert site.get(**extra).endswith(" 2")
    assert site.get() == "/en/ 1"


@pytest.mark.parametrize(
    "extra",
    [
        {"cookies": {"sessionid": "x"}},
        {"cookies": {"messages": "x"}},
        {"headers": {"Authorization": "Bearer x"}},
        {"path": "/en/?q=" + "x" * MAX_ADDRESS},
    ],
)
def test_who_is_somebody_is_never_answered_from_the_cache(extra: dict[str, Any]) -> None:
    site = Site()
    site.get(**{k: v for k, v in extra.items() if k == "path"})
    assert site.get(**extra).endswith(" 2")
    assert site.get(**extra).endswith(" 3")


def _set_cookie(request: HttpRequest, response: HttpResponse) -> None:
    response.set_cookie("a", "b")


def _missing(request: HttpRequest, response: HttpResponse) -> None:
    response.status_code = 404


def _private(request: HttpRequest, response: HttpResponse) -> None:
    response.headers["Cache-Control"] = "max-age=0, private"


def _unmarked(request: HttpRequest, response: HttpResponse) -> None:
    keep_for_visitors(response, 0)


@pytest.mark.parametrize("change", [_set_cookie, _missing, _private, _unmarked])
def test_a_page_of_ones_own_is_not_kept(change: Any) -> None:
    site = Site(change)
    assert site.get() == "/en/ 1"
    assert site.get() == "/en/ 2"


def test_posts_go_through() -> None:
    site = Site()
    site.get()
    assert site.front(rf.post("/en/")).content == b"/en/ 2"


def test_a_foreign_host_is_refused() -> None:
    with pytest.raises(DisallowedHost):
        Site().get(headers={"host": "evil.example"})


def _with_nonce(request: HttpRequest, response: HttpResponse) -> None:
    response.headers["Content-Security-Policy"] = "script-src 'self' 'nonce-abc'"


def test_a_page_with_a_nonce_is_not_kept_as_its_nonce_would_be_known() -> None:
    site = Site(_with_nonce)
    assert site.get() == "/en/ 1"
    assert site.get() == "/en/ 2"


def test_themes_that_are_none_make_no_page_of_their_own() -> None:
    site = Site()
    assert site.get() == site.get(cookies={"theme": "x1"}) == "/en/ 1"
    assert site.get(cookies={"theme": "dark\n"}) == "/en/ 1"


def pressed(content: str = "text/html; charset=utf-8", **extra: Any) -> HttpResponse:
    """A long answer behind the compression, asked for by a browser that takes gzip."""
    request = rf.get("/en/", headers={"Accept-Encoding": "gzip"})
    request.COOKIES.update(extra.get("cookies", {}))

    def view(request: HttpRequest) -> HttpResponse:
        response = HttpResponse("找" * 2000, content_type=content)
        for name in extra.get("sets", ()):
            response.set_cookie(name, "1")
        return response

    return CompressedForVisitors(view)(request)


def test_pages_of_visitors_are_compressed() -> None:
    response = pressed()
    assert response.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(response.content).decode() == "找" * 2000
    assert "Accept-Encoding" in response.headers["Vary"]


@pytest.mark.parametrize(
    "extra",
    [{"cookies": {"sessionid": "x"}}, {"sets": ["csrftoken"]}, {"content": "text/csv"}],
    ids=["signed in", "a token in the page", "no page"],
)
def test_what_may_hold_something_secret_is_not_compressed(extra: dict[str, Any]) -> None:
    assert "Content-Encoding" not in pressed(**extra).headers
