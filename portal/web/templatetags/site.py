"""What the frame around every page needs: theme, addresses in the other language, sections."""

from __future__ import annotations

from typing import Any

from django import template
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest
from django.template.context import Context
from django.urls import translate_url
from django.utils.translation import get_language, gettext

from portal.web.theme import theme_of

register = template.Library()

#: Interface languages as their readers call them.
LANGUAGE_NAMES = {"zh-hans": "中文", "en": "English"}
HTML_LANG = {"zh-hans": "zh-Hans", "en": "en"}


@register.simple_tag
def html_lang() -> str:
    """The page's `lang` attribute."""
    return HTML_LANG.get(get_language() or "", "zh-Hans")


@register.simple_tag
def root() -> str:
    """The home address in the interface language: `/zh-hans/` or `/en/`."""
    return f"/{get_language() or 'zh-hans'}/"


@register.simple_tag(takes_context=True)
def theme(context: Context) -> str:
    """light, dark or system, as the visitor chose."""
    return theme_of(context["request"]) if "request" in context else "system"


@register.simple_tag(takes_context=True)
def other_language(context: Context) -> dict[str, str]:
    """code, html_lang, name and url of this same page in the other language.

    A view whose address differs between languages puts `language_urls` ({code: url}) in its
    context."""
    code = "en" if (get_language() or "").startswith("zh") else "zh-hans"
    request: HttpRequest | None = context.get("request")
    urls: dict[str, str] = context.get("language_urls") or {}
    here = request.get_full_path() if request else "/"
    url = urls.get(code) or translate_url(here, code)
    if url == here:
        url = f"/{code}/"
    return {"code": code, "html_lang": HTML_LANG[code], "name": LANGUAGE_NAMES[code], "url": url}


def _asked(request: HttpRequest, name: str) -> str:
    """A parameter of the address; empty on the page that refuses an address with too many."""
    try:
        return request.GET.get(name, "")
    except SuspiciousOperation:
        return ""


@register.simple_tag(takes_context=True)
def sections(context: Context) -> list[dict[str, Any]]:
    """The main navigation, the current section marked."""
    base = root()
    request: HttpRequest | None = context.get("request")
    path = request.path if request else ""
    search = f"{base}search/"
    searching = path == search
    within = _asked(request, "in") if request and searching else ""
    return [
        {
            "label": gettext("Find providers"),
            "url": f"{search}?in=providers",
            "current": (searching and within in ("", "providers"))
            or path.startswith(f"{base}providers/"),
        },
        {
            "label": gettext("Needs"),
            "url": f"{base}needs/",
            "current": (searching and within == "needs") or path.startswith(f"{base}needs/"),
        },
        {
            "label": gettext("Projects"),
            "url": f"{base}projects/",
            "current": (searching and within == "projects") or path.startswith(f"{base}projects/"),
        },
        {
            "label": gettext("News"),
            "url": f"{base}news/",
            "current": path.startswith(f"{base}news/"),
        },
    ]
