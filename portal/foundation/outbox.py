"""The outbox: work owed to a target, asked for in the transaction that causes it."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import Exists, F, Min, OuterRef, Q, QuerySet
from django.utils import timezone

from portal.foundation.models import OutboxRow

LEASE = timedelta(minutes=5)
MAX_DELAY = timedelta(hours=1)


def request(target: str, kind: str, key: str) -> None:
    """Ask for one (target, kind, key) to be brought up to date."""
    request_many(target, kind, [key])


def request_many(target: str, kind: str, keys: Iterable[str]) -> None:
    """Ask for many keys of one kind at once.

    Keys are taken in order, so that two transactions never wait for each other in a ring."""
    request_above(target, kind, dict.fromkeys(keys, 0))


def request_above(target: str, kind: str, held: Mapping[str, int]) -> None:
    """The same with the version that the target holds of each key: what is asked for is newer."""
    now = timezone.now()
    table = OutboxRow._meta.db_table
    statement = (
        f"INSERT INTO {table} (target, kind, key, requested, done, attempts, error, changed) "  # noqa: S608
        "VALUES (%s, %s, %s, %s, 0, 0, '', %s) "
        f"ON CONFLICT (target, kind, key) DO UPDATE SET requested = CASE "
        f"WHEN excluded.requested > {table}.requested THEN excluded.requested "
        f"ELSE {table}.requested + 1 END, "
        "changed = excluded.changed, attempts = 0, error = '', not_before = NULL"
    )
    with transaction.atomic(), connection.cursor() as cursor:
        stamp = connection.ops.adapt_datetimefield_value(now)
        cursor.executemany(
            statement,
            [(target, kind, key, version + 1, stamp) for key, version in sorted(held.items())],
        )


def pending(target: str) -> QuerySet[OutboxRow]:
    """Rows of a target with work left."""
    return OutboxRow.objects.filter(target=target, requested__gt=F("done"))


def behind_seconds(target: str) -> float | None:
    """How long the row that was asked for longest ago has waited, None when none does.

    A row that is asked for again while it waits counts from its last request."""
    oldest = pending(target).aggregate(oldest=Min("changed"))["oldest"]
    return None if oldest is None else max(0.0, (timezone.now() - oldest).total_seconds())


def claim(target: str, limit: int = 200, *, after: str = "") -> list[OutboxRow]:
    """Take up to `limit` pending rows for LEASE; a dead worker's rows come back after it.

    What is still owed to the target `after` is left for later."""
    now = timezone.now()
    free = Q(claimed_until__isnull=True) | Q(claimed_until__lt=now)
    due = Q(not_before__isnull=True) | Q(not_before__lte=now)
    with transaction.atomic():
        rows = pending(target).filter(free, due).order_by("id")
        if after:
            same = pending(after).filter(kind=OuterRef("kind"), key=OuterRef("key"))
            rows = rows.filter(~Exists(same))
        if connection.features.has_select_for_update_skip_locked:
            rows = rows.select_for_update(skip_locked=True)
        claimed = list(rows[:limit])
        OutboxRow.objects.filter(pk__in=[row.pk for row in claimed]).update(
            claimed_until=now + LEASE
        )
    return claimed


def acknowledge(rows: Iterable[OutboxRow]) -> None:
    """The target holds each row as of the `requested` that was claimed."""
    with transaction.atomic():
        for row in rows:
            OutboxRow.objects.filter(pk=row.pk, done__lt=row.requested).update(
                done=row.requested, claimed_until=None, attempts=0, error=""
            )


def fail(rows: Iterable[OutboxRow], error: str) -> None:
    """Give rows back, to be tried again after a delay that doubles up to an hour."""
    now = timezone.now()
    for row in rows:
        delay = min(timedelta(seconds=2 ** min(row.attempts, 12)), MAX_DELAY)
        OutboxRow.objects.filter(pk=row.pk).update(
            claimed_until=None,
            attempts=F("attempts") + 1,
            error=error[:2000],
            not_before=now + delay,
        )


def retry_now(target: str) -> int:
    """Make every waiting row of a target due at once; says how many there were."""
    return pending(target).update(not_before=None, claimed_until=None)
