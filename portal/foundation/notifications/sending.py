"""The worker's part: what is owed is taken, sent, and put down as sent; in that order, so that a
worker killed anywhere sends again, with the same key, rather than never."""

import logging
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from smtplib import SMTPException, SMTPResponseException

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from portal.foundation import mailing
from portal.foundation.models import Endpoint, NotificationDelivery
from portal.foundation.models.notifications import ENDPOINT_CHANNELS, Channel, Mode
from portal.foundation.notifications import endpoints, letters, registered, robots, webhooks
from portal.foundation.notifications.outgoing import Outgoing, Refused, outgoing_of

logger = logging.getLogger(__name__)

State = NotificationDelivery.State
AT_A_TIME = 20.0
"""Seconds after which a round leaves the rest to the next one, so that slow receivers do not hold
up other work."""
PAUSE = timedelta(minutes=1)
"""How long an endpoint that gave no answer, or an error of its own, is left alone."""
MINUTE = timedelta(minutes=1)

SENDERS: dict[str, Callable[[Endpoint, Outgoing], None]] = {
    Channel.WEBHOOK: webhooks.send,
    Channel.WECOM: robots.send,
    Channel.DINGTALK: robots.send,
}


def send_due_emails(limit: int) -> int:
    """Send e-mails that are due, up to `limit`; says how many were sent."""
    return _drain(_emails, _send_letter, limit)


def send_due_messages(limit: int) -> int:
    """Send what is due to webhooks and robots, up to `limit`; says how many were sent."""
    return _drain(_messages, _send_message, limit)


def _drain(
    due: Callable[[], QuerySet[NotificationDelivery]],
    send: Callable[[NotificationDelivery], bool],
    limit: int,
) -> int:
    sent = 0
    started = time.monotonic()
    for _ in range(limit):
        if time.monotonic() - started > AT_A_TIME:
            break
        # One at a time: the lease of a row must not run out while others are sent.
        row = take_one(due())
        if row is None:
            break
        sent += send(row)
    return sent


def take_one(due: QuerySet[NotificationDelivery]) -> NotificationDelivery | None:
    """The next delivery, with those that go out in the same e-mail bound to it."""
    with transaction.atomic():
        taken = mailing.take(due, 1, prefix="")
        if not taken:
            return None
        row = taken[0]
        if row.channel == Channel.EMAIL and row.tried_at is None:
            _gather(row)
        NotificationDelivery.objects.filter(pk=row.pk).update(tried_at=timezone.now())
    return row


def bury() -> int:
    """Give up what was taken as often as is tried and never came to an end; says how many."""
    lost = NotificationDelivery.objects.filter(
        state=State.PENDING, attempts__gte=mailing.ATTEMPTS, not_before__lt=timezone.now()
    )
    keys = list(lost.values_list("pk", flat=True))
    together = Q(pk__in=keys) | Q(lead__in=keys, state=State.PENDING)
    return NotificationDelivery.objects.filter(together).update(
        state=State.DEAD, last_error="worker"
    )


# e-mail


def _emails() -> QuerySet[NotificationDelivery]:
    return NotificationDelivery.objects.filter(
        channel=Channel.EMAIL,
        state=State.PENDING,
        lead=None,
        notification__recipient__is_active=True,
    ).select_related("notification", "notification__recipient")


def _gather(lead: NotificationDelivery) -> None:
    """Bind to a lead, before its first try, what goes out with it; a repeat has the same parts."""
    notification = lead.notification
    kind = registered.kinds().get(notification.kind)
    others = NotificationDelivery.objects.filter(
        channel=Channel.EMAIL,
        state=State.PENDING,
        lead=None,
        tried_at=None,
        mode=lead.mode,
        notification__recipient=notification.recipient,
    ).exclude(pk=lead.pk)
    if lead.mode != Mode.INSTANT:
        others = others.filter(not_before__lte=timezone.now())
    elif kind is not None and kind.coalesce:
        others = others.filter(notification__kind=kind.kind, notification__url=notification.url)
    else:
        return
    if connection.features.has_select_for_update_skip_locked:
        # What another worker holds goes out from there.
        others = others.select_for_update(skip_locked=True, of=("self",))
    keys = list(others.values_list("pk", flat=True))
    NotificationDelivery.objects.filter(pk__in=keys).update(lead=lead)


def _send_letter(lead: NotificationDelivery) -> bool:
    members = letters.members_of(lead)
    wanted = letters.wanted(members)
    if not wanted:
        settle(members, wanted)
        return False
    try:
        message = letters.message_of(lead, wanted)
    except Exception:
        # Words that can't be made for this one must not hold up the others.
        logger.exception("notification %s could not be written", lead.notification_id)
        _failed(lead, "no-words")
        return False
    try:
        message.send()
    except SMTPResponseException as error:
        logger.warning("notification %s was not sent: %s", lead.notification_id, error.smtp_code)
        _failed(lead, f"smtp:{error.smtp_code}")
    except (OSError, SMTPException) as error:
        logger.warning("notification %s was not sent: %s", lead.notification_id, type(error))
        _failed(lead, "smtp")
    else:
        settle(members, wanted)
        return True
    return False


def settle(members: Sequence[NotificationDelivery], sent: Sequence[NotificationDelivery]) -> None:
    """Put down, at once for all that went together, which were sent and which nobody wanted."""
    with transaction.atomic():
        NotificationDelivery.objects.filter(pk__in=[row.pk for row in sent]).update(
            state=State.SENT, sent_at=timezone.now(), last_error=""
        )
        dropped = [row.pk for row in members if row not in sent]
        NotificationDelivery.objects.filter(pk__in=dropped).update(state=State.DROPPED)


def _failed(row: NotificationDelivery, code: str, not_before: datetime | None = None) -> bool:
    """Put a delivery off, or give it up with all that goes with it; says whether it was the last
    try."""
    last = row.attempts >= mailing.ATTEMPTS
    later = max(timezone.now() + mailing.delay_after(row.attempts), not_before or timezone.now())
    NotificationDelivery.objects.filter(Q(pk=row.pk) | Q(lead=row, state=State.PENDING)).update(
        state=State.DEAD if last else State.PENDING, last_error=code
    )
    NotificationDelivery.objects.filter(pk=row.pk).update(not_before=None if last else later)
    return last


# webhooks and robots


def _messages() -> QuerySet[NotificationDelivery]:
    now = timezone.now()
    awake = Q(endpoint__paused_until__isnull=True) | Q(endpoint__paused_until__lte=now)
    return NotificationDelivery.objects.filter(
        awake,
        channel__in=ENDPOINT_CHANNELS,
        state=State.PENDING,
        endpoint__active=True,
        notification__recipient__is_active=True,
    ).select_related("endpoint", "notification", "notification__recipient")


def _send_message(row: NotificationDelivery) -> bool:
    endpoint = row.endpoint
    if endpoint is None or _too_soon(row, endpoint):
        return False
    try:
        SENDERS[row.channel](endpoint, outgoing_of(row))
    except Refused as refused:
        _refused(row, endpoint, refused)
        return False
    except Exception:
        logger.exception("notification %s could not be written", row.notification_id)
        _failed(row, "no-words")
        return False
    settle([row], [row])
    Endpoint.objects.filter(pk=endpoint.pk, dead_in_a_row__gt=0).update(dead_in_a_row=0)
    return True


def _too_soon(row: NotificationDelivery, endpoint: Endpoint) -> bool:
    """Give a robot's message back where the minute has had all it takes.

    Each worker puts down its own try first, so two at once see each other's."""
    if row.channel == Channel.WEBHOOK:
        return False
    now = timezone.now()
    tries = NotificationDelivery.objects.filter(endpoint=endpoint, tried_at__gt=now - MINUTE)
    if tries.count() <= robots.PER_MINUTE:
        return False
    first = tries.exclude(pk=row.pk).order_by("tried_at").values_list("tried_at", flat=True)[0]
    until = (first or now) + MINUTE
    NotificationDelivery.objects.filter(pk=row.pk).update(
        attempts=F("attempts") - 1, tried_at=None, not_before=until
    )
    Endpoint.objects.filter(pk=endpoint.pk).update(paused_until=until)
    return True


def _refused(row: NotificationDelivery, endpoint: Endpoint, refused: Refused) -> None:
    logger.warning("notification %s to %s: %s", row.notification_id, row.channel, refused.code)
    now = timezone.now()
    with transaction.atomic():
        if refused.gone:
            row.attempts = mailing.ATTEMPTS
        last = _failed(row, refused.code, now + (refused.wait or timedelta(0)))
        if refused.gone:
            endpoints.switch_off(endpoint, Endpoint.Off.GONE)
            return
        if refused.busy:
            until = now + (refused.wait or PAUSE)
            Endpoint.objects.filter(pk=endpoint.pk).update(paused_until=until)
        if last:
            endpoints.count_dead(endpoint)
