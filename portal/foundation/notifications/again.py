"""Sending again what was given up."""

from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from portal.foundation import audit, permissions
from portal.foundation.models import NotificationDelivery
from portal.foundation.models.notifications import Channel

State = NotificationDelivery.State
LATELY = timedelta(days=7)


def send_again(*, actor: Any, delivery: NotificationDelivery) -> None:
    """Make what was given up wait once more, under the key it had.

    What went out in one e-mail goes out in one again. Raises ValidationError where it can't."""
    permissions.require(actor, "notifications.delivery.send_again", delivery)
    if delivery.channel != Channel.EMAIL:
        if delivery.endpoint is None:
            raise ValidationError(gettext("This address was removed. Add it again first."))
        if not delivery.endpoint.active:
            raise ValidationError(gettext("This address is switched off. Test it first."))
    lead = delivery.lead_id or delivery.pk
    with transaction.atomic():
        rows = NotificationDelivery.objects.filter(state=State.DEAD)
        changed = rows.filter(pk=lead).update(
            state=State.PENDING, attempts=0, not_before=None, last_error=""
        )
        if not changed:
            raise ValidationError(gettext("This is on its way already."))
        rows.filter(lead=lead).update(state=State.PENDING, last_error="")
        audit.record(actor, "send_again", delivery)


def send_emails_again(*, actor: Any) -> int:
    """Make all e-mail that was given up in the last days wait once more, as after a mail server
    that was away for long; says how many deliveries."""
    permissions.require(actor, "notifications.send_emails_again")
    with transaction.atomic():
        dead = NotificationDelivery.objects.filter(
            channel=Channel.EMAIL,
            state=State.DEAD,
            created__gt=timezone.now() - LATELY,
            notification__recipient__is_active=True,
        )
        keys = list(dead.values_list("pk", flat=True))
        changed = NotificationDelivery.objects.filter(pk__in=keys, state=State.DEAD).update(
            state=State.PENDING, attempts=0, not_before=None, last_error=""
        )
        audit.record(actor, "send_emails_again", actor, after={"deliveries": changed})
    return changed
