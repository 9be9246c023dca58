"""What every template may use."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from portal.foundation import notifications
from portal.foundation.desk.reading import kept_count
from portal.foundation.registries import menu
from portal.foundation.text import content_language


def site(request: HttpRequest) -> dict[str, Any]:
    """City, filing numbers, content language, and of whoever is signed in the count of unread
    notifications, the count of what waits for them and the menu (all lazy)."""
    language = content_language()
    return {
        "city_name": settings.CITY_NAME[language],
        "filing_numbers": settings.FILING_NUMBERS,
        "content_language": language,
        "unread_count": SimpleLazyObject(lambda: _unread_count(request)),
        "waiting_count": SimpleLazyObject(lambda: _waiting_count(request)),
        "account_menu": SimpleLazyObject(lambda: _account_menu(request)),
    }


def _unread_count(request: HttpRequest) -> int:
    if not request.user.is_authenticated:
        return 0
    return notifications.unread(request.user).count()


def _waiting_count(request: HttpRequest) -> int:
    return kept_count(request) if request.user.is_authenticated else 0


def _account_menu(request: HttpRequest) -> list[dict[str, str]]:
    language = get_language()
    return [
        {"url": f"/{language}{entry.url}", "label": str(entry.label), "icon": entry.icon}
        for entry in menu.all()
        if entry.shown(request.user)
    ]
