"""What /metrics is told of deliveries."""

from collections.abc import Iterator

from django.db.models import Count, Min
from django.utils import timezone
from prometheus_client.core import Metric

from portal.foundation import metrics
from portal.foundation.models import Endpoint, NotificationDelivery
from portal.foundation.models.notifications import ENDPOINT_CHANNELS, Channel

State = NotificationDelivery.State
CHANNELS = (Channel.EMAIL, *ENDPOINT_CHANNELS)


def collect() -> Iterator[Metric]:
    """Deliveries that wait and that were given up, how long the oldest is due, and addresses."""
    rows = NotificationDelivery.objects.order_by().values_list("channel", "state")
    counts = {(channel, state): count for channel, state, count in rows.annotate(Count("pk"))}
    yield metrics.family(
        "duijie_notification_deliveries", "Deliveries of notifications", ["channel", "state"],
        (
            ((channel.value, state.value), counts.get((channel.value, state.value), 0))
            for channel in CHANNELS
            for state in State
        ),
    )  # fmt: skip
    now = timezone.now()
    late = NotificationDelivery.objects.filter(state=State.PENDING, lead=None, tried_at=None)
    first = dict(
        late.exclude(not_before__gt=now).order_by().values_list("channel").annotate(Min("created"))
    )
    yield metrics.family(
        "duijie_notification_oldest_seconds", "For how long the oldest one due has waited",
        ["channel"],
        (
            ((channel.value,), (now - first.get(channel.value, now)).total_seconds())
            for channel in CHANNELS
        ),
    )  # fmt: skip
    active = dict(
        Endpoint.objects.filter(active=True).order_by().values_list("channel").annotate(Count("pk"))
    )
    yield metrics.family(
        "duijie_notification_endpoints", "Addresses that are switched on", ["channel"],
        (((channel.value,), active.get(channel.value, 0)) for channel in ENDPOINT_CHANNELS),
    )  # fmt: skip
