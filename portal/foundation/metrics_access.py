"""Who may read /metrics: nobody but allowed networks and whoever has the token."""

import ipaddress
import secrets

from django.conf import settings
from django.http import HttpRequest

_OTHER_TRACES = ("Forwarded", "Via", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Real-IP")


def allowed(request: HttpRequest) -> bool:
    """Whether the request carries METRICS_TOKEN, or every address it came through lies in
    METRICS_ALLOWED: a visitor whom a proxy on this machine lets in is not on this machine."""
    if settings.METRICS_TOKEN:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
        if secrets.compare_digest(given.encode(), settings.METRICS_TOKEN.encode()):
            return True
    return comes_from(request, settings.METRICS_ALLOWED)


def comes_from(request: HttpRequest, allowed_networks: list[str]) -> bool:
    """Whether every address the request came through lies in one of the networks."""
    named = request.headers.get("X-Forwarded-For", "")
    if not named and any(name in request.headers for name in _OTHER_TRACES):
        # A proxy that does not say for whom it asks.
        return False
    addresses = [request.META.get("REMOTE_ADDR", ""), *filter(None, named.split(","))]
    networks = [ipaddress.ip_network(network) for network in allowed_networks]
    return all(_inside(address.strip(), networks) for address in addresses)


def _inside(given: str, networks: list[ipaddress.IPv4Network | ipaddress.IPv6Network]) -> bool:
    try:
        address = ipaddress.ip_address(given)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return any((mapped or address) in network for network in networks)
