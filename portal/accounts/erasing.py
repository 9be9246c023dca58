"""The end of an account: asked for, cancelled within days, then carried out in every room."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext

from portal.accounts import exporting, security
from portal.accounts.models import Erasure, SecurityEvent, User
from portal.foundation import audit
from portal.foundation.notifications import notify
from portal.foundation.registries import personal_data

Kind = SecurityEvent.Kind
State = Erasure.State
SALT = "accounts.erasure"
PUT_OFF = timedelta(days=1)
"""When something stands in the way on the day, it is tried again after so long."""


def standing_in_the_way(user: User) -> list[str]:
    """What has to be done first, as sentences; mostly organisations that would be left alone."""
    reasons = [reason for entry in personal_data.all() for reason in entry.keeps(user)]
    if user.has_role:
        reasons.append(
            gettext("You have a role of the city. Ask an administrator to take it from you first.")
        )
    return reasons


def waiting(user: User) -> Erasure | None:
    """The request that waits for its day."""
    return Erasure.objects.filter(user=user, state=State.WAITING).first()


def ask(*, actor: User, typed: str, request: Any = None, now: datetime | None = None) -> Erasure:
    """Ask for the end of one's account; asking twice changes nothing.

    Raises ValidationError where the address was not typed or something stands in the way."""
    if typed.strip().lower() != actor.email.lower():
        raise ValidationError({"typed": gettext("Type your e-mail address to confirm.")})
    if reasons := standing_in_the_way(actor):
        raise ValidationError(reasons)
    now = now or timezone.now()
    try:
        with transaction.atomic():
            made, created = Erasure.objects.get_or_create(
                user=actor,
                state=State.WAITING,
                defaults={"asked_at": now, "due_at": now + timedelta(days=settings.ERASURE_DAYS)},
            )
            if created:
                _asked(actor, made, request, now)
    except IntegrityError:
        return Erasure.objects.get(user=actor, state=State.WAITING)
    return made


def _asked(actor: User, made: Erasure, request: Any, now: datetime) -> None:
    audit.record(actor, "erasure.request", made)
    security.log(Kind.ERASURE, request=request, user=actor, now=now, step="asked")
    notify(
        recipient=actor,
        kind="accounts.erasure-asked",
        context={"day": f"{timezone.localtime(made.due_at):%Y-%m-%d}"},
        url=f"/accounts/my-data/keep/{token_of(made)}/",
    )


def token_of(erasure: Erasure) -> str:
    """What the link in the e-mail carries: it cancels this request and nothing else."""
    return signing.dumps(erasure.pk, salt=SALT)


def by_token(token: str) -> Erasure | None:
    """The request a link is about; None for a link that is none."""
    try:
        pk = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    return Erasure.objects.select_related("user").filter(pk=pk).first()


def cancel(*, erasure: Erasure, request: Any = None, now: datetime | None = None) -> bool:
    """Keep the account; False where the request no longer waits."""
    now = now or timezone.now()
    with transaction.atomic():
        changed = Erasure.objects.filter(pk=erasure.pk, state=State.WAITING).update(
            state=State.CANCELLED, ended_at=now
        )
        if changed:
            audit.record(erasure.user, "erasure.cancel", erasure)
            security.log(
                Kind.ERASURE, request=request, user=erasure.user, now=now, step="cancelled"
            )
    return bool(changed)


def carry_out_due(*, now: datetime | None = None) -> int:
    """Erase whose days of grace are over; says how many."""
    now = now or timezone.now()
    due = Erasure.objects.filter(state=State.WAITING, due_at__lte=now).order_by("id")
    return sum(_carry_out(pk, now) for pk in list(due.values_list("pk", flat=True)))


def _carry_out(pk: int, now: datetime) -> int:
    with transaction.atomic():
        row = (
            Erasure.objects.select_for_update(of=("self",))
            .filter(pk=pk, state=State.WAITING, due_at__lte=now)
            .select_related("user")
            .first()
        )
        if row is None:
            return 0
        if standing_in_the_way(row.user):
            _put_off(row, now)
            return 0
        for entry in sorted(personal_data.all(), key=lambda entry: -entry.order):
            # The room of accounts comes last: the others still see whose rows they are.
            entry.erase(row.user)
        Erasure.objects.filter(pk=pk).update(state=State.DONE, ended_at=now)
        audit.record(None, "erasure.done", row)
        security.log(Kind.ERASURE, user=row.user, now=now, step="done")
    # A file cannot be rolled back, so it goes last.
    exporting.delete_all(row.user)
    return 1


def _put_off(row: Erasure, now: datetime) -> None:
    """Try again tomorrow; said once, as the person has to do something."""
    first = row.due_at <= row.asked_at + timedelta(days=settings.ERASURE_DAYS)
    Erasure.objects.filter(pk=row.pk).update(due_at=now + PUT_OFF)
    if first:
        notify(
            recipient=row.user,
            kind="accounts.erasure-blocked",
            context={},
            url="/accounts/my-data/",
        )
