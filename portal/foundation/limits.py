"""How often: what reaches other people is counted a person and day in the audit trail, what makes
the portal work is counted an address and minute in the cache."""

import ipaddress
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from typing import Any

from allauth.core.internal.httpkit import get_client_ip
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext

from portal.foundation.models import AuditEntry

View = Callable[..., HttpResponseBase]
DAY = timedelta(days=1)
MINUTE = 60
HOUSE = 64
"""Bits of an IPv6 address that one household or firm has to itself."""


@dataclass(frozen=True)
class Limit:
    """So often (`amount`) may one person do one of these (verbs of the audit trail) in 24 hours."""

    verbs: tuple[str, ...]
    amount: int

    def require(self, actor: Any | None) -> None:
        """Raise ValidationError where `actor` has done it too often; the system may always."""
        if actor is None:
            return
        done = AuditEntry.objects.filter(
            actor=actor, verb__in=self.verbs, at__gt=timezone.now() - DAY
        )
        if done.count() >= self.amount:
            message = gettext(
                "That was %(amount)s times in 24 hours, as often as is possible. Go on tomorrow."
            )
            raise ValidationError({NON_FIELD_ERRORS: [message % {"amount": self.amount}]})


def address_of(request: HttpRequest) -> str:
    """Where a request comes from, as the proxies of our own saw it; "" where nobody knows.

    One household's IPv6 addresses are one."""
    given = get_client_ip(request)
    if not given:
        return ""
    address = ipaddress.ip_address(given)
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, HOUSE), strict=False).network_address)
    return str(address)


def few_reads(view: View) -> View:
    """A view that reads texts: an address that asks for too many a minute gets 429."""
    return _few(view, "reads", lambda: settings.READS_PER_MINUTE)


def few_suggestions(view: View) -> View:
    """The same for a view that is asked at every few letters somebody types."""
    return _few(view, "suggestions", lambda: settings.SUGGESTIONS_PER_MINUTE)


def _few(view: View, kind: str, limit: Callable[[], int]) -> View:
    @wraps(view)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        allowed = limit()
        if allowed and _count(request, kind) > allowed:
            response = render(request, "429.html", status=429)
            response.headers["Retry-After"] = str(MINUTE)
            return response
        return view(request, *args, **kwargs)

    return run


def _count(request: HttpRequest, kind: str) -> int:
    key = f"{kind}:{address_of(request)}:{int(time.time() // MINUTE)}"
    cache.add(key, 0, MINUTE)
    try:
        return cache.incr(key)
    except ValueError:
        # Pushed out of the cache in between: counting begins again.
        return 1
