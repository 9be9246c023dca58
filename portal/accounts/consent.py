"""What people agreed to: asked for by purpose, in the wording in force, withdrawn at any time."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from portal.accounts import notices
from portal.accounts.models import Consent, User
from portal.foundation import audit

Purpose = Consent.Purpose
SIGN_UP = (Purpose.PRIVACY, Purpose.TERMS)
"""Without these there is no account: they end with it."""


def in_force(user: Any, purpose: str) -> Consent | None:
    """The agreement that holds now: given, not withdrawn, to the wording in force."""
    if user is None or not user.is_authenticated:
        return None
    return Consent.objects.filter(
        user_id=user.pk,
        purpose=purpose,
        withdrawn_at__isnull=True,
        version=notices.current(purpose).version,
    ).first()


def has_consented(user: Any, purpose: str) -> bool:
    """Does this person agree to `purpose` (privacy, terms, contacts) as it is worded now?"""
    return in_force(user, purpose) is not None


def consenting(users: QuerySet[User], purpose: str) -> QuerySet[User]:
    """Those of `users` who agree to `purpose` as it is worded now."""
    return users.filter(
        consents__purpose=purpose,
        consents__withdrawn_at__isnull=True,
        consents__version=notices.current(purpose).version,
    )


def due(user: Any) -> list[str]:
    """What this person has to read and agree to before going on: nothing agreed yet, or worded
    anew since."""
    agreed = dict(
        Consent.objects.filter(
            user_id=user.pk, purpose__in=SIGN_UP, withdrawn_at__isnull=True
        ).values_list("purpose", "version")
    )
    return [
        purpose.value
        for purpose in SIGN_UP
        if agreed.get(purpose.value) != notices.current(purpose).version
    ]


def give(*, actor: User, purpose: str, now: datetime | None = None) -> Consent:
    """Agree to `purpose` as it is worded now; agreeing twice changes nothing.

    Raises ValidationError for a purpose that is none."""
    if purpose not in Purpose.values:
        raise ValidationError(gettext("There is nothing of that name to agree to."))
    now = now or timezone.now()
    standing = in_force(actor, purpose)
    if standing is not None:
        return standing
    try:
        with transaction.atomic():
            _end(actor, purpose, now)
            made = Consent.objects.create(
                user=actor,
                purpose=purpose,
                version=notices.current(purpose).version,
                given_at=now,
            )
            audit.record(
                actor, "consent.give", made, after={"purpose": purpose, "version": made.version}
            )
    except IntegrityError:
        # The second of two clicks: the first one's row stands.
        again = in_force(actor, purpose)
        if again is None:
            raise
        return again
    return made


def withdraw(*, actor: User, purpose: str, now: datetime | None = None) -> bool:
    """Take an agreement back, from now on; False where there is none.

    Raises ValidationError for what an account cannot be without: that ends with the account."""
    if purpose in SIGN_UP:
        raise ValidationError(
            gettext("There is no account without this. You can have your account erased instead.")
        )
    now = now or timezone.now()
    with transaction.atomic():
        ended = _end(actor, purpose, now)
        for row in ended:
            audit.record(
                actor,
                "consent.withdraw",
                row,
                after={"purpose": row.purpose, "version": row.version},
            )
    return bool(ended)


def _end(user: User, purpose: str, now: datetime) -> list[Consent]:
    rows = list(
        Consent.objects.select_for_update(of=("self",)).filter(
            user=user, purpose=purpose, withdrawn_at__isnull=True
        )
    )
    for row in rows:
        row.withdrawn_at = max(now, row.given_at)
        row.save(update_fields=["withdrawn_at"])
    return rows
