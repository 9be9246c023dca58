"""Whole pages kept for signed-out visitors, so that they are not built again for each of them.

A view says how long its page may be kept (`keep_for_visitors`); the middleware stands before
sessions, languages and everything else, so that a kept page costs one look into the cache.

What is kept is the same for everybody who asks for the same address: a page is neither kept nor
answered from the cache where a session, a pending message or a cookie comes into play, and a page
that used a CSRF token sets a cookie and so is never kept."""

from collections.abc import Callable
from hashlib import blake2b
from typing import Any

from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

CACHE = "pages"
MAX_ADDRESS = 600
"""Longer addresses are not worth keeping: hardly anybody asks for the same one again."""
THEME_COOKIE, THEMES = "theme", ("light", "dark")
PERSONAL_COOKIES = ("sessionid", "messages")
VARYING_HEADERS = ("HX-Request",)

_SECONDS, _NOTE = "_keep_for_visitors", "_noted_for_visitors"
Note = tuple[str, Any]
"""A listener's name, and what it is told; anything that can be pickled."""

_listeners: dict[str, Callable[[Any], object]] = {}


def listen(name: str, told: Callable[[Any], object]) -> None:
    """Let `told` know of each kept page that is answered with a note of that name."""
    _listeners[name] = told


def keep_for_visitors(
    response: HttpResponseBase, seconds: int, note: Note | None = None
) -> HttpResponseBase:
    """Let a signed-out visitor's page be kept for so long: others see what changed that late.

    `note`: the listener to tell, and what, whenever the kept page is answered."""
    setattr(response, _SECONDS, seconds)
    setattr(response, _NOTE, note)
    return response


class VisitorCacheMiddleware:
    """Answers signed-out visitors from kept pages."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.pages = caches[CACHE]

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        key = page_key(request)
        if key is None:
            return self.get_response(request)
        kept = self.pages.get(key)
        if kept is not None:
            body, headers, note = kept
            if note is not None:
                _listeners[note[0]](note[1])
            return HttpResponse(body, headers=headers)
        response = self.get_response(request)
        seconds = getattr(response, _SECONDS, 0)
        if seconds and isinstance(response, HttpResponse) and _may_be_kept(response):
            note = getattr(response, _NOTE, None)
            self.pages.set(key, (response.content, dict(response.headers), note), seconds)
        return response


def page_key(request: HttpRequest) -> str | None:
    """Under what the page is kept; None where it must not come from the cache.

    The language is part of the path; the theme cookie changes the page and so the key.
    Raises DisallowedHost for a host that is not ours."""
    if request.method != "GET" or any(name in request.COOKIES for name in PERSONAL_COOKIES):
        return None
    address = request.get_full_path()
    if len(address) > MAX_ADDRESS or "Authorization" in request.headers:
        return None
    parts = [request.scheme or "", request.get_host(), address]
    theme = request.COOKIES.get(THEME_COOKIE, "")
    parts.append(theme if theme in THEMES else "")
    parts.append("gzip" if "gzip" in request.headers.get("Accept-Encoding", "") else "")
    parts += [request.headers.get(name, "")[:20] for name in VARYING_HEADERS]
    return blake2b("\n".join(parts).encode("utf-8", "surrogatepass"), digest_size=20).hexdigest()


def _may_be_kept(response: HttpResponse) -> bool:
    private = {"private", "no-store"} & set(
        response.headers.get("Cache-Control", "").replace(" ", "").split(",")
    )
    # A nonce that is sent twice can be known by who writes into the page.
    nonce = "'nonce-" in response.headers.get("Content-Security-Policy", "")
    return response.status_code == 200 and not (response.cookies or private or nonce)
