"""What every template may use."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from portal.foundation import notifications
from portal.foundation.text import content_language


def site(request: HttpRequest) -> dict[str, Any]:
    """City, filing numbers, content language and the count of unread notifications (lazy)."""
    language = content_language()
    return {
        "city_name": settings.CITY_NAME[language],
        "filing_numbers": settings.FILING_NUMBERS,
        "content_language": language,
        "unread_count": SimpleLazyObject(lambda: _unread_count(request)),
    }


def _unread_count(request: HttpRequest) -> int:
    if not request.user.is_authenticated:
        return 0
    return notifications.unread(request.user).count()
