"""Webhooks as the Standard Webhooks specification has them: signed, with the delivery's key as
their id, which is how a receiver tells a repeat."""

import base64
import secrets
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import requests
from django.utils import timezone
from requests_hardened.ip_filter import InvalidIPAddress
from standardwebhooks import Webhook

from portal.foundation.http import TooLarge, guarded_session
from portal.foundation.models import Endpoint
from portal.foundation.notifications.outgoing import Outgoing, Refused, seconds

PREFIX = "whsec_"
_BUSY = {429, 500, 502, 503, 504}


def new_secret() -> str:
    """A secret of 32 random bytes."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def send(endpoint: Endpoint, message: Outgoing) -> None:
    """Post a message to a webhook. Raises Refused unless the answer is 2xx."""
    body = message.as_json()
    now = timezone.now().astimezone(UTC)
    signatures = [Webhook(secret).sign(str(message.key), now, body) for secret in endpoint.secrets]
    response = post(
        endpoint.url,
        body.encode(),
        {
            "webhook-id": str(message.key),
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": " ".join(signatures),
        },
    )
    check_status(response)


def post(url: str, body: bytes, headers: dict[str, str] | None = None) -> requests.Response:
    """Post JSON through the guarded session, following no redirect.

    Raises Refused where there is no answer to look at."""
    every = {"Content-Type": "application/json; charset=utf-8", **(headers or {})}
    try:
        with guarded_session() as session:
            return session.post(url, data=body, headers=every, allow_redirects=False)
    except InvalidIPAddress:
        raise Refused("refused") from None
    except TooLarge:
        raise Refused("too-large") from None
    except requests.Timeout:
        raise Refused("timeout", busy=True) from None
    except (requests.RequestException, ValueError, OSError):
        raise Refused("connect", busy=True) from None


def check_status(response: requests.Response) -> None:
    """Raise Refused unless the answer is 2xx."""
    status = response.status_code
    if 200 <= status < 300:
        return
    if 300 <= status < 400:
        raise Refused("redirect")
    if status == 410:
        raise Refused("gone", gone=True)
    wait = _retry_after(response) if status in (429, 503) else None
    code = "too-many" if status == 429 else f"status:{status}"
    raise Refused(code, busy=status in _BUSY, wait=wait)


def _retry_after(response: requests.Response) -> timedelta | None:
    given = response.headers.get("Retry-After", "")
    wait = seconds(given)
    if wait is not None or not given:
        return wait
    try:
        at: datetime = parsedate_to_datetime(given)
    except (TypeError, ValueError):
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return min(max(at - timezone.now(), timedelta(0)), timedelta(days=1))
