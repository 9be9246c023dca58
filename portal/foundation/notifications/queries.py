"""Reading what is on its way: a person's deliveries, and counts for officers."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet

from portal.foundation.models import Endpoint, NotificationDelivery
from portal.foundation.models.notifications import Channel
from portal.foundation.notifications.figures import CHANNELS

State = NotificationDelivery.State


@dataclass(frozen=True)
class ChannelCounts:
    """How many deliveries of one channel are in each state."""

    channel: Channel
    counts: dict[str, int]

    @property
    def cells(self) -> list[tuple[str, int]]:
        """Every state's label and count, in the order of the states."""
        return [(str(state.label), self.counts.get(state.value, 0)) for state in State]


def deliveries_of(user: Any, state: str = "") -> QuerySet[NotificationDelivery]:
    """A person's deliveries, newest first; those of one state where it is one."""
    rows = NotificationDelivery.objects.filter(notification__recipient=user)
    if state in State.values:
        rows = rows.filter(state=state)
    return rows.select_related("notification", "endpoint")


def endpoints_of(user: Any) -> QuerySet[Endpoint]:
    """A person's addresses."""
    return Endpoint.objects.filter(user=user)


def counts() -> list[ChannelCounts]:
    """Deliveries by channel and state."""
    rows = NotificationDelivery.objects.order_by().values_list("channel", "state")
    found: dict[str, dict[str, int]] = {}
    for channel, state, count in rows.annotate(Count("pk")):
        found.setdefault(channel, {})[state] = count
    return [ChannelCounts(channel, found.get(channel.value, {})) for channel in CHANNELS]


def dead_letters() -> QuerySet[NotificationDelivery]:
    """What was given up, newest first: for officers, who see neither the words nor the person."""
    return NotificationDelivery.objects.filter(state=State.DEAD).select_related("notification")
