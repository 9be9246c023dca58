"""Whose sign-in attempts are counted: the address, however the form or back end calls it."""

from typing import Any

from django.http import HttpRequest


def address(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """The address somebody tries to sign in with, in lower case; "" where none is given."""
    known = credentials or {}
    given = known.get("email") or known.get("username") or request.POST.get("login")
    return str(given or request.POST.get("username") or "").strip().lower()
