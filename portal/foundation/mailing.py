"""Rows that wait to be sent as e-mail: taken by one worker at a time, tried again later.

For models with `email_not_before` and `email_attempts`."""

from datetime import timedelta
from typing import Any, TypeVar

from django.db import connection, transaction
from django.db.models import F, Model, Q, QuerySet
from django.utils import timezone

ATTEMPTS = 8
LEASE = timedelta(minutes=2)

Row = TypeVar("Row", bound=Model)


def take(rows: QuerySet[Row], limit: int) -> list[Row]:
    """Up to `limit` of the rows that may be tried now, oldest first, taken for LEASE: a worker
    killed meanwhile sends them again rather than never."""
    now = timezone.now()
    free = Q(email_not_before__isnull=True) | Q(email_not_before__lte=now)
    with transaction.atomic():
        due = rows.filter(free, email_attempts__lt=ATTEMPTS).order_by("id")
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True, of=("self",))
        taken = list(due[:limit])
        rows.model._default_manager.filter(pk__in=[row.pk for row in taken]).update(
            email_not_before=now + LEASE, email_attempts=F("email_attempts") + 1
        )
    return taken


def try_later(row: Any) -> None:
    """Put off a row that could not be sent, longer each time."""
    delay = timedelta(minutes=2 ** min(row.email_attempts, ATTEMPTS))
    rows = type(row)._default_manager.filter(pk=row.pk)
    rows.update(email_not_before=timezone.now() + delay)
