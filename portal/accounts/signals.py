"""What allauth, axes and Django tell of goes into the security log."""

from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as mfa
from allauth.socialaccount import signals as social
from axes.signals import user_locked_out
from django.contrib.auth import signals as auth
from django.dispatch import Signal
from django.http import HttpRequest

from portal.accounts import second_step
from portal.accounts.lockout import address
from portal.accounts.models import SecurityEvent, User
from portal.accounts.security import hash_of, log

Kind = SecurityEvent.Kind
LOGGED: dict[Signal, tuple[str, str]] = {
    auth.user_logged_in: (Kind.SIGNED_IN, ""),
    account.password_set: (Kind.PASSWORD, "set"),
    account.password_changed: (Kind.PASSWORD, "changed"),
    account.password_reset: (Kind.PASSWORD, "reset"),
    account.email_added: (Kind.EMAIL, "added"),
    account.email_changed: (Kind.EMAIL, "changed"),
    account.email_removed: (Kind.EMAIL, "removed"),
    social.social_account_added: (Kind.CONNECTED, "added"),
    social.social_account_removed: (Kind.CONNECTED, "removed"),
    mfa.authenticator_added: (Kind.MFA_ADDED, ""),
    mfa.authenticator_removed: (Kind.MFA_REMOVED, ""),
    mfa.authenticator_reset: (Kind.MFA_RENEWED, ""),
}


def connect() -> None:
    """Listen, once."""
    for signal, (kind, what) in LOGGED.items():
        # The signal keeps a weak reference unless told otherwise.
        signal.connect(_logger(kind, what), weak=False, dispatch_uid=f"security-log-{kind}-{what}")
    auth.user_logged_out.connect(_signed_out, dispatch_uid="security-log-out")
    auth.user_login_failed.connect(_refused, dispatch_uid="security-log-refused")
    mfa.authentication_failed.connect(_step_refused, dispatch_uid="security-log-step-refused")
    user_locked_out.connect(_locked, dispatch_uid="security-log-locked")
    mfa.authenticator_added.connect(second_step.count_as_shown, dispatch_uid="second-step-shown")


def _logger(kind: str, what: str) -> Any:
    def receive(sender: Any, request: HttpRequest | None = None, **kwargs: Any) -> None:
        user = kwargs.get("user")
        if user is None and "socialaccount" in kwargs:
            user = kwargs["socialaccount"].user
        if user is None and "sociallogin" in kwargs:
            user = kwargs["sociallogin"].user
        detail: dict[str, Any] = {"how": what} if what else {}
        if "authenticator" in kwargs:
            detail["type"] = str(kwargs["authenticator"].type)
        log(kind, request=request, user=user, **detail)

    return receive


def _signed_out(sender: Any, request: HttpRequest | None, user: Any, **kwargs: Any) -> None:
    if user is not None:
        log(Kind.SIGNED_OUT, request=request, user=user)


def _refused(
    sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any
) -> None:
    if request is None:
        return
    _log_attempt(Kind.REFUSED, request, address(request, credentials), how="password")


def _step_refused(sender: Any, request: HttpRequest, user: Any, **kwargs: Any) -> None:
    log(Kind.REFUSED, request=request, user=user, how="second-step")


def _locked(sender: Any, request: HttpRequest, username: str, **kwargs: Any) -> None:
    _log_attempt(Kind.LOCKED, request, (username or "").lower())


def _log_attempt(kind: str, request: HttpRequest, tried: str, **detail: Any) -> None:
    """An attempt on somebody's account; where there is none, what was tried as a keyed hash."""
    user = User.objects.filter(email__iexact=tried).first() if tried else None
    if user is None:
        detail["unknown"] = hash_of(tried)[:12]
    log(kind, request=request, user=user, **detail)
