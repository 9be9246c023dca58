"""Rows that wait to be sent: taken by one worker at a time, tried again later.

For models with `not_before` and `attempts`; a `prefix` names them `email_not_before` and so on."""

from datetime import datetime, timedelta
from random import SystemRandom
from typing import Any, TypeVar

from django.db import connection, transaction
from django.db.models import F, Model, Q, QuerySet
from django.utils import timezone

ATTEMPTS = 8
LEASE = timedelta(minutes=2)
JITTER = 0.25
"""By how much of itself a delay may be shorter or longer, so that what failed together does not
come back together."""

Row = TypeVar("Row", bound=Model)
_random = SystemRandom()


def take(
    rows: QuerySet[Row], limit: int, *, prefix: str = "email_", now: datetime | None = None
) -> list[Row]:
    """Up to `limit` of the rows that may be tried now, oldest first, taken for LEASE: a worker
    killed meanwhile sends them again rather than never. The rows come with the attempt counted."""
    now = now or timezone.now()
    not_before, attempts = f"{prefix}not_before", f"{prefix}attempts"
    free = Q(**{f"{not_before}__isnull": True}) | Q(**{f"{not_before}__lte": now})
    with transaction.atomic():
        due = rows.filter(free, **{f"{attempts}__lt": ATTEMPTS}).order_by("id")
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True, of=("self",))
        taken = list(due[:limit])
        rows.model._default_manager.filter(pk__in=[row.pk for row in taken]).update(
            **{not_before: now + LEASE, attempts: F(attempts) + 1}
        )
    for row in taken:
        setattr(row, attempts, getattr(row, attempts) + 1)
    return taken


def delay_after(attempts: int) -> timedelta:
    """How long to wait after so many failures: twice as long each time, from two minutes to a bit
    over four hours, give or take JITTER."""
    minutes = 2 ** min(max(attempts, 1), ATTEMPTS)
    return timedelta(minutes=minutes * _random.uniform(1 - JITTER, 1 + JITTER))


def try_later(row: Any) -> None:
    """Put off a row of `email_…` fields that could not be sent."""
    rows = type(row)._default_manager.filter(pk=row.pk)
    rows.update(email_not_before=timezone.now() + delay_after(row.email_attempts))
