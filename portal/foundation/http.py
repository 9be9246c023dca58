"""The one way out: HTTP to addresses that people gave, kept away from private networks."""

import ipaddress
from collections.abc import Collection
from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings
from requests.adapters import HTTPAdapter
from requests_hardened import Config, HTTPSession
from requests_hardened.ip_filter import InvalidIPAddress, get_ip_address
from urllib3.util.retry import Retry

TIMEOUT = (3.05, 10)
MAX_BYTES = 5 * 1024 * 1024

# Ranges requests-hardened lets through: IPv4-compatible and site-local IPv6, and what stdlib
# calls global on older Pythons.
_MORE_BLOCKED = [
    ipaddress.ip_network(network)
    for network in ("::/96", "fec0::/10", "0.0.0.0/8", "240.0.0.0/4", "198.18.0.0/15")
]


class TooLarge(requests.RequestException):
    """The answer is larger than MAX_BYTES."""


class GuardedSession(HTTPSession):
    """A session that refuses private addresses, follows no redirect and bounds the answer."""

    trusted_hosts: frozenset[str] = frozenset()

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        """Send, after checking the address that the name stands for now."""
        host, port = _host_and_port(request.url or "")
        if host in settings.OUTBOUND_ALLOWED_HOSTS or host in self.trusted_hosts:
            with requests.Session() as plain:
                kwargs = {**kwargs, "stream": True, "allow_redirects": False}
                kwargs["timeout"] = kwargs.get("timeout") or TIMEOUT
                return _bounded(plain.send(request, **kwargs))
        _refuse_more_ranges(host, port)
        return _bounded(super().send(request, **{**kwargs, "stream": True}))


def guarded_session(trusted_hosts: Collection[str] = ()) -> GuardedSession:
    """A new session: timeouts, two retries of GET with backoff, size limit, no redirects.

    `trusted_hosts` may lie in a private network: hosts of addresses that the operator set, never
    of addresses that users gave."""
    session = GuardedSession(
        Config(
            ip_filter_enable=True,
            ip_filter_allow_loopback_ips=False,
            never_redirect=True,
            default_timeout=TIMEOUT,
            user_agent_override="Duijie",
        )
    )
    session.trusted_hosts = frozenset(trusted_hosts)
    retry = Retry(total=2, backoff_factor=0.5, status_forcelist=[502, 503, 504])
    for adapter in session.adapters.values():
        if isinstance(adapter, HTTPAdapter):
            adapter.max_retries = retry
    return session


def _host_and_port(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)


def _refuse_more_ranges(host: str, port: int) -> None:
    try:
        address, _ = get_ip_address(host, port, allow_loopback=False)
    except OSError as error:
        if isinstance(error, requests.RequestException):
            raise
        raise requests.ConnectionError(f"{host} cannot be resolved") from error
    if any(address in network for network in _MORE_BLOCKED if network.version == address.version):
        raise InvalidIPAddress(address)


def _bounded(response: requests.Response) -> requests.Response:
    body = bytearray()
    for chunk in response.iter_content(64 * 1024):
        body += chunk
        if len(body) > MAX_BYTES:
            response.close()
            raise TooLarge(f"{response.url} is larger than {MAX_BYTES} bytes")
    response._content = bytes(body)
    return response
