"""What is kept of a person here: handed out, and deleted."""

from typing import Any

from portal.foundation.models import (
    DigestTime,
    Endpoint,
    Notification,
    NotificationChoice,
    NotificationDelivery,
)
from portal.foundation.notifications import registered


def export(user: Any) -> dict[str, Any]:
    """A person's choices, addresses and notifications with their deliveries; no secrets."""
    time = DigestTime.objects.filter(user=user).values("hour", "weekday").first()
    deliveries: dict[int, list[dict[str, Any]]] = {}
    sent = NotificationDelivery.objects.filter(notification__recipient=user).order_by("id")
    for row in sent:
        told = {"channel": row.channel, "state": row.state, "sent_at": row.sent_at}
        deliveries.setdefault(row.notification_id, []).append(told)
    return {
        "choices": list(
            NotificationChoice.objects.filter(user=user)
            .order_by("kind", "channel")
            .values("kind", "channel", "mode")
        ),
        "digests": time,
        "addresses": list(
            Endpoint.objects.filter(user=user).values(
                "channel", "name", "url", "active", "confirmed_at", "created"
            )
        ),
        "notifications": [
            {
                "kind": row.kind,
                "subject": registered.subject_of(row),
                "body": registered.body_of(row),
                "url": row.url,
                "created": row.created,
                "read_at": row.read_at,
                "deliveries": deliveries.get(row.pk, []),
            }
            for row in Notification.objects.filter(recipient=user).order_by("id")
        ],
    }


def erase(user: Any) -> None:
    """Delete all of it; what waits to be sent is not."""
    Notification.objects.filter(recipient=user).delete()
    Endpoint.objects.filter(user=user).delete()
    NotificationChoice.objects.filter(user=user).delete()
    DigestTime.objects.filter(user=user).delete()
