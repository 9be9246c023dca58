"""Addresses that open without signing in: a row's number and a code that only the portal makes."""

from typing import Literal

from django.utils.crypto import constant_time_compare, salted_hmac

from portal.discovery.models import Delivery, SavedSearch
from portal.foundation.text import whole_number

Purpose = Literal["feed", "stop", "stop-delivery", "message"]
_LENGTH = 40


def token(purpose: Purpose, row: SavedSearch | Delivery) -> str:
    """The token of a row for one purpose: what opens its feed does not stop it."""
    return f"{row.pk}-{_code(purpose, row)}"


def saved_search(purpose: Purpose, given: str) -> SavedSearch | None:
    """The search a token was made for, with its owner; None for any other text."""
    row = (
        SavedSearch.objects.filter(pk=_number(given), owner__is_active=True)
        .select_related("owner")
        .first()
    )
    return row if row is not None and _fits(purpose, row, given) else None


def delivery(given: str) -> Delivery | None:
    """The delivery a stop token was made for, with its owner; None for any other text."""
    row = Delivery.objects.filter(pk=_number(given)).select_related("owner").first()
    return row if row is not None and _fits("stop-delivery", row, given) else None


def _number(given: str) -> int:
    return whole_number(given.partition("-")[0], 17) or 0


def _code(purpose: Purpose, row: SavedSearch | Delivery) -> str:
    salt = f"portal.discovery.{purpose}"
    made = salted_hmac(salt, f"{row.pk}:{row.secret}", algorithm="sha256")
    return made.hexdigest()[:_LENGTH]


def _fits(purpose: Purpose, row: SavedSearch | Delivery, given: str) -> bool:
    return constant_time_compare(token(purpose, row).encode(), given.encode())
