"""`notify`: what a person is told and what is owed of it to each channel, in one transaction."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from portal.foundation.models import Endpoint, Notification, NotificationDelivery
from portal.foundation.models.notifications import ENDPOINT_CHANNELS, Channel, Mode
from portal.foundation.notifications import choices, registered

COALESCE_WAIT = timedelta(minutes=3)
"""How long the first of a thread's messages waits for others, so that ten are one e-mail."""
DELETED_AT_ONCE = 1_000
State = NotificationDelivery.State


def notify(
    *,
    recipient: Any,
    kind: str,
    context: dict[str, str | int],
    url: str,
    now: datetime | None = None,
) -> Notification:
    """Tell one person, in the caller's transaction. `url` is a path without language prefix.

    Writes the notification and one delivery for each channel that the person chose; the worker
    sends them once the transaction is through. Raises KeyError for a kind nobody registered."""
    known = registered.get(kind)
    now = now or timezone.now()
    with transaction.atomic():
        chosen = choices.chosen_by(recipient, [kind])
        bell = chosen.mode(known, Channel.SITE) != Mode.OFF
        row = Notification.objects.create(
            recipient=recipient, kind=kind, context=context, url=url, bell=bell
        )
        deliveries = [
            *_email(row, known, chosen.mode(known, Channel.EMAIL), now),
            *_to_endpoints(row, known, chosen),
        ]
        if deliveries:
            NotificationDelivery.objects.bulk_create(deliveries)
    return row


def _email(
    row: Notification, kind: registered.NotificationKind, mode: Mode, now: datetime
) -> Iterable[NotificationDelivery]:
    if mode == Mode.OFF:
        return
    not_before = None
    if mode in (Mode.DAILY, Mode.WEEKLY):
        not_before = choices.next_digest(choices.digest_time(row.recipient), mode, now)
    elif kind.coalesce:
        not_before = now + COALESCE_WAIT
    yield NotificationDelivery(
        notification=row, channel=Channel.EMAIL, mode=mode, not_before=not_before
    )


def _to_endpoints(
    row: Notification, kind: registered.NotificationKind, chosen: choices.Chosen
) -> Iterable[NotificationDelivery]:
    wanted = [channel for channel in ENDPOINT_CHANNELS if chosen.mode(kind, channel) != Mode.OFF]
    if wanted:
        endpoints = Endpoint.objects.filter(user=row.recipient, active=True, channel__in=wanted)
        for endpoint in endpoints:
            yield NotificationDelivery(
                notification=row, channel=endpoint.channel, endpoint=endpoint
            )


def unread(user: Any) -> QuerySet[Notification]:
    """What a person has not read yet, newest first."""
    return Notification.objects.filter(recipient=user, read_at__isnull=True, bell=True)


def mark_read(user: Any, *, pk: int | None = None) -> int:
    """Mark one or all of a person's notifications as read; says how many changed."""
    rows = Notification.objects.filter(recipient=user, read_at__isnull=True)
    if pk is not None:
        rows = rows.filter(pk=pk)
    return rows.update(read_at=timezone.now())


def count_as_emailed(recipients: Iterable[Any]) -> int:
    """Send nothing of what these people were told so far; says how many rows changed."""
    return NotificationDelivery.objects.filter(
        notification__recipient__in=list(recipients), state=State.PENDING
    ).update(state=State.DROPPED)


def delete_old(*, now: datetime | None = None) -> int:
    """Delete notifications that are older than NOTIFICATION_DAYS and owed to nobody any more;
    says how many."""
    before = (now or timezone.now()) - timedelta(days=settings.NOTIFICATION_DAYS)
    waiting = NotificationDelivery.objects.filter(notification=OuterRef("pk"), state=State.PENDING)
    old = Notification.objects.filter(~Exists(waiting), created__lt=before)
    deleted = 0
    while keys := list(old.order_by("pk").values_list("pk", flat=True)[:DELETED_AT_ONCE]):
        Notification.objects.filter(pk__in=keys).delete()
        deleted += len(keys)
    return deleted
