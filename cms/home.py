"""The parts of the home page that rooms register, built once a minute for each language."""

from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from portal.foundation.desk.reading import kept_desk
from portal.foundation.registries import indicators
from portal.foundation.registries import panels as registered_panels
from portal.foundation.text import content_language

SECONDS = 60
WAITING = 5


@dataclass(frozen=True)
class Figure:
    """A live figure; `url` with the language opens the records behind it."""

    value: int
    label: str
    url: str


def figures() -> list[Figure]:
    """Every registered indicator, in the active language."""
    entries = indicators.all()
    key = "home-figures"
    values: dict[str, int] = cache.get(key) or {}
    if values.keys() != {entry.name for entry in entries}:
        values = {entry.name: entry.value() for entry in entries}
        cache.set(key, values, SECONDS)
    language = get_language()
    return [
        Figure(values[entry.name], str(entry.label), f"/{language}{entry.url}") for entry in entries
    ]


def panels() -> list[SafeString]:
    """Every registered panel as HTML, in the active language."""
    key = f"home-panels-{get_language()}"
    kept: list[str] | None = cache.get(key)
    if kept is None:
        language = content_language()
        kept = [
            render_to_string(panel.template, panel.context(language))
            for panel in registered_panels.all()
        ]
        cache.set(key, kept, SECONDS)
    return [mark_safe(html) for html in kept]  # noqa: S308 - rendered by our own templates


def waiting(request: HttpRequest) -> dict[str, Any] | None:
    """The most urgent of what waits for whoever is signed in; None for visitors."""
    if not request.user.is_authenticated:
        return None
    desk = kept_desk(request)
    return {"lines": desk.first(WAITING), "total": desk.total, "late": desk.late}


def forget() -> None:
    """Build everything again on the next visit."""
    cache.delete_many(["home-figures", "home-panels-zh-hans", "home-panels-en"])
