"""The second factor: whoever does anything for the city has shown one in this session."""

from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpRequest

STRONG = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
"""What counts as a second factor of one's own; recovery codes only stand in for one."""


def was_shown(request: HttpRequest) -> bool:
    """Has a second factor been shown in this session?"""
    records = get_authentication_records(request, request.user)
    return any(record.get("method") == "mfa" for record in records)


def is_set_up(user: Any) -> bool:
    """Does this person have an app or a key to show?"""
    return bool(is_mfa_enabled(user, STRONG))


def count_as_shown(
    sender: Any, request: HttpRequest | None, user: Any, authenticator: Any, **kwargs: Any
) -> None:
    """Somebody set one up: a code or a touch of the key was part of that."""
    if request is not None and authenticator.type in STRONG:
        record_authentication(request, user, method="mfa", type=authenticator.type)
