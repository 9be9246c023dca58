"""Robots of WeCom and DingTalk group chats: markdown posted to the address that the chat gives."""

import base64
import hashlib
import hmac
import json
import time
from datetime import timedelta
from typing import Any
from urllib.parse import quote_plus

from django.utils.translation import gettext, override

from portal.foundation.models import Endpoint
from portal.foundation.models.notifications import Channel
from portal.foundation.notifications.outgoing import Outgoing, Refused
from portal.foundation.notifications.webhooks import check_status, post

PER_MINUTE = 20
"""Messages that one robot takes in a minute, of either firm."""
BLOCKED = timedelta(minutes=10)
"""How long a robot takes nothing that was sent too much."""
WECOM_BYTES = 4096
DINGTALK_BYTES = 20_000

# WeCom's and DingTalk's error numbers: too many messages; busy; no such robot or group any more.
_TOO_MANY = {45009, 130101, 410100}
_BUSY = -1
_GONE = {93000, 400013, 400101, 400102, 400106}
# What the two dialects read as links, mentions, pictures, headings, quotes and emphasis.
_HARMLESS = str.maketrans(
    {
        "<": "＜", ">": "＞", "[": "［", "]": "］", "`": "＇", "*": "＊", "#": "＃",
        "@": "＠", "~": "～", "|": "｜", "\\": "＼",
    }
)  # fmt: skip


def send(endpoint: Endpoint, message: Outgoing) -> None:
    """Post a message to a robot. Raises Refused unless it says that all is well."""
    dingtalk = endpoint.channel == Channel.DINGTALK
    body = dingtalk_body(message) if dingtalk else wecom_body(message)
    url = signed(endpoint.url, endpoint.secret) if dingtalk else endpoint.url
    response = post(url, json.dumps(body, ensure_ascii=False).encode())
    check_status(response)
    try:
        code = int(response.json()["errcode"])
    except (ValueError, TypeError, KeyError):
        raise Refused("no-json") from None
    if code in _TOO_MANY:
        raise Refused("too-many", busy=True, wait=BLOCKED)
    if code != 0:
        raise Refused(f"errcode:{code}", gone=code in _GONE, busy=code == _BUSY)


def signed(url: str, secret: str, *, milliseconds: int | None = None) -> str:
    """A DingTalk address with the time and its signature; as it is for a robot without secret."""
    if not secret:
        return url
    now = milliseconds if milliseconds is not None else round(time.time() * 1000)
    told = f"{now}\n{secret}".encode()
    code = base64.b64encode(hmac.new(secret.encode(), told, hashlib.sha256).digest())
    joint = "&" if "?" in url else "?"
    return f"{url}{joint}timestamp={now}&sign={quote_plus(code)}"


def wecom_body(message: Outgoing) -> dict[str, Any]:
    """What WeCom's robots read."""
    return {
        "msgtype": "markdown",
        "markdown": {"content": _markdown(message, WECOM_BYTES)},
    }


def dingtalk_body(message: Outgoing) -> dict[str, Any]:
    """What DingTalk's robots read."""
    return {
        "msgtype": "markdown",
        "markdown": {
            "title": _cut(message.subject.translate(_HARMLESS), 200),
            "text": _markdown(message, DINGTALK_BYTES),
        },
    }


def _markdown(message: Outgoing, most: int) -> str:
    """Subject, body, the link and the number by which a reader tells a repeat, in `most` bytes."""
    with override(message.language):
        link = f"[{gettext('Open it on the portal')}]({message.url})"
        number = gettext("No. %(number)s") % {"number": message.key.hex[:8]}
    head = f"**{_cut(message.subject.translate(_HARMLESS), 500)}**"
    foot = f"{link}\n\n{number}"
    room = most - len(f"{head}\n\n\n\n{foot}".encode())
    body = _cut(message.body.translate(_HARMLESS), room).replace("\n", "\n\n")
    return "\n\n".join(part for part in (head, _cut(body, room), foot) if part)


def _cut(text: str, most: int) -> str:
    """The text in at most so many bytes."""
    data = text.encode()
    if len(data) <= most:
        return text
    return data[: max(0, most - 3)].decode(errors="ignore") + "…"
