"""What this room holds of a person, and what is left of it once the account is erased."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.sessions.models import Session
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from portal.accounts.models import SecurityEvent, User
from portal.foundation.models import AuditEntry

GONE = "erased.invalid"
"""A domain that can never be anybody's (RFC 2606)."""


def export(user: User) -> dict[str, Any]:
    """Account, addresses, agreements, sign-ins, complaints and one's own actions."""
    return {
        "account": {
            "email": user.email,
            "name": user.name,
            "phone": user.phone,
            "language": user.language,
            "joined": user.date_joined,
            "last_sign_in": user.last_login,
            "roles": sorted(user.role_groups),
        },
        "email_addresses": list(
            EmailAddress.objects.filter(user=user).values("email", "verified", "primary")
        ),
        "connected_accounts": list(
            SocialAccount.objects.filter(user=user).values(
                "provider", "uid", "date_joined", "extra_data"
            )
        ),
        "second_steps": list(
            Authenticator.objects.filter(user=user).values("type", "created_at", "last_used_at")
        ),
        "consents": list(user.consents.values("purpose", "version", "given_at", "withdrawn_at")),
        "security_events": list(
            SecurityEvent.objects.filter(user=user)
            .order_by("id")
            .values("at", "kind", "network", "browser", "detail")
        ),
        "complaints": list(
            user.complaints.values(
                "number", "about", "text", "address", "email", "state", "received_at", "answer"
            )
        ),
        "actions": list(
            AuditEntry.objects.filter(actor=user)
            .order_by("id")
            .values("at", "verb", "object_type", "object_id")
        ),
    }


def erase(user: User) -> None:
    """Nobody can sign in any more; the row stays as a number that others' records refer to."""
    email = user.email
    EmailAddress.objects.filter(user=user).delete()
    SocialAccount.objects.filter(user=user).delete()
    Authenticator.objects.filter(user=user).delete()
    for model in (AccessAttempt, AccessFailureLog, AccessLog):
        model.objects.filter(username__iexact=email).delete()
    user.complaints.update(email="")
    _end_sessions(user)
    _forget_task_errors(email)
    user.groups.clear()
    user.user_permissions.clear()
    user.email = f"erased-{user.pk}@{GONE}"
    user.name = user.phone = ""
    user.is_active = user.is_staff = user.is_superuser = False
    user.last_login = None
    user.set_unusable_password()
    user.erased_at = user.erased_at or timezone.now()
    user.save()


def _end_sessions(user: User) -> None:
    """Every session of the person; sessions say whose they are only inside."""
    mine = str(user.pk)
    for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator():
        if session.get_decoded().get("_auth_user_id") == mine:
            session.delete()


def _forget_task_errors(email: str) -> None:
    """Errors of sending that quote the address."""
    DBTaskResult.objects.filter(traceback__icontains=email).update(
        traceback="", exception_class_path=""
    )
