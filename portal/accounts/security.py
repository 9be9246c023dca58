"""The security log: written by what happens, read by those it is about and by officers, pruned."""

import hashlib
import hmac
import ipaddress
import re
from datetime import datetime, timedelta
from typing import Any

from axes.models import AccessAttempt
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from portal.accounts.models import SecurityEvent, User
from portal.foundation.limits import address_of

Kind = SecurityEvent.Kind
NETWORK_BITS = {4: 24, 6: 48}
"""How much of an address is kept: the network of a provider's customers, not one of them."""
BATCH = 5000
ATTEMPTS_KEPT = timedelta(days=1)
_BROWSERS = (
    ("Edg", "Edge"),
    ("MicroMessenger", "WeChat"),
    ("DingTalk", "DingTalk"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def log(
    kind: str,
    *,
    request: HttpRequest | None = None,
    user: User | None = None,
    actor: User | None = None,
    now: datetime | None = None,
    **detail: Any,
) -> SecurityEvent:
    """Write one event. `detail` holds codes, ids and counts, never what people typed."""
    address = _address(request)
    return SecurityEvent.objects.create(
        at=now or timezone.now(),
        kind=kind,
        user=user,
        actor=actor or user,
        network=network_of(address),
        address_hash=hash_of(address),
        browser=browser_of(request.META.get("HTTP_USER_AGENT", "")) if request else "",
        detail=detail,
    )


def viewed(request: HttpRequest, *, whose: User | None = None, what: str, **detail: Any) -> None:
    """Note that somebody of the city's staff saw personal data."""
    log(Kind.VIEWED, request=request, user=whose, actor=request.user, what=what, **detail)  # type: ignore[arg-type]


def network_of(address: str) -> str:
    """The network an address lies in; "" for none."""
    if not address:
        return ""
    bits = NETWORK_BITS[ipaddress.ip_address(address).version]
    return str(ipaddress.ip_network((address, bits), strict=False))


def hash_of(address: str) -> str:
    """What tells whether it was a certain address, and not which; "" for none."""
    if not address:
        return ""
    key = f"security-log:{settings.SECRET_KEY}".encode()
    return hmac.new(key, address.encode(), hashlib.sha256).hexdigest()[:32]


def browser_of(agent: str) -> str:
    """Kind of browser and system, such as “Firefox, Linux”; versions tell people apart."""
    parts = []
    for known in (_BROWSERS, _SYSTEMS):
        found = next((name for sign, name in known if re.search(rf"\b{sign}", agent)), "")
        if found:
            parts.append(found)
    return ", ".join(parts)


def prune(*, now: datetime | None = None) -> int:
    """Delete events older than SECURITY_LOG_DAYS, and failed attempts that no longer lock anybody
    out; says how many events."""
    now = now or timezone.now()
    AccessAttempt.objects.filter(attempt_time__lt=now - ATTEMPTS_KEPT).delete()
    limit = now - timedelta(days=settings.SECURITY_LOG_DAYS)
    gone = 0
    while batch := list(
        SecurityEvent.objects.filter(at__lt=limit)
        .order_by("id")
        .values_list("pk", flat=True)[:BATCH]
    ):
        gone += SecurityEvent.objects.filter(pk__in=batch).delete()[0]
    return gone


def _address(request: HttpRequest | None) -> str:
    if request is None or "REMOTE_ADDR" not in request.META:
        return ""
    return address_of(request)
