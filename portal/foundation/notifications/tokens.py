"""Addresses in e-mails that stop them without signing in: signed, and good for nothing else."""

from collections.abc import Collection, Mapping
from typing import Any

from django.contrib.auth import get_user_model
from django.core import signing

from portal.foundation.models.notifications import Channel

_STOP = "portal.foundation.notifications.stop"
_UNDO = "portal.foundation.notifications.undo"


def stop_token(user: Any, kinds: Collection[str]) -> str:
    """The token that stops e-mails of some kinds (`*`: all) for one person."""
    return signing.dumps([user.pk, sorted(kinds)], salt=_STOP)


def read_stop_token(given: str) -> tuple[Any, list[str]] | None:
    """The person and the kinds a token was made for; None for any other text."""
    read = _read(given, _STOP)
    return None if read is None else (read[0], [str(kind) for kind in read[1]])


def undo_token(user: Any, modes: Mapping[tuple[str, Channel], str]) -> str:
    """The token that brings back e-mail choices."""
    return signing.dumps([user.pk, {kind: mode for (kind, _), mode in modes.items()}], salt=_UNDO)


def read_undo_token(given: str) -> tuple[Any, dict[tuple[str, Channel], str]] | None:
    """The person and the choices a token was made for; None for any other text."""
    read = _read(given, _UNDO)
    if read is None:
        return None
    return read[0], {(kind, Channel.EMAIL): mode for kind, mode in read[1].items()}


def _read(given: str, salt: str) -> tuple[Any, Any] | None:
    try:
        key, content = signing.loads(given, salt=salt)
    except signing.BadSignature:
        return None
    user = get_user_model().objects.filter(pk=key, is_active=True).first()
    return None if user is None else (user, content)
