"""The colour theme a visitor chose, kept in a cookie."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

COOKIE = "theme"
THEMES = ("system", "light", "dark")
ONE_YEAR = 365 * 24 * 60 * 60


def theme_of(request: HttpRequest) -> str:
    """system, light or dark; anything else in the cookie is system."""
    chosen = request.COOKIES.get(COOKIE, "")
    return chosen if chosen in THEMES else "system"


def remember(response: HttpResponse, theme: str) -> None:
    """Keep the choice for a year; `system` forgets it."""
    if theme == "system":
        response.delete_cookie(COOKIE, samesite="Lax")
    else:
        response.set_cookie(COOKIE, theme, max_age=ONE_YEAR, samesite="Lax", httponly=True)
