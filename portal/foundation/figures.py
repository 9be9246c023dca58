"""What the foundation tells /metrics: the outbox, tasks and requests."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, F, Min, Q
from django.http import HttpRequest
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from prometheus_client.core import Metric

from portal.foundation import metrics
from portal.foundation.models import OutboxRow

_requests = metrics.counter("duijie_http_requests", "Requests answered", ["view", "status"])
_seconds = metrics.histogram("duijie_http_request_seconds", "Time to an answer", ["view"])


def answered(request: HttpRequest, status: int, seconds: float) -> None:
    """Count a request under the name of its view; of rooms that are not ours, under the room's.

    What has no view was kept for visitors or was refused before one was looked for."""
    match = request.resolver_match
    if match is None:
        view = "none"
    elif "wagtail" in match.view_name or match.namespace == "admin":
        view = match.namespace or match.view_name
    else:
        view = match.view_name or "unnamed"
    _requests.labels(view, str(status)).inc()
    _seconds.labels(view).observe(seconds)


def collect() -> Iterator[Metric]:
    """Outbox and tasks as they are now."""
    yield from _outbox()
    states = dict(DBTaskResult.objects.values_list("status").annotate(Count("pk")).order_by())
    yield metrics.family(
        "duijie_tasks", "Tasks by state", ["state"],
        (((status.name.lower(),), states.get(status.value, 0)) for status in TaskResultStatus),
    )  # fmt: skip


def _outbox() -> Iterator[Metric]:
    now = timezone.now()
    targets = OutboxRow.objects.order_by().values_list("target", flat=True).distinct()
    pending = OutboxRow.objects.filter(requested__gt=F("done")).order_by().values("target")
    found: dict[str, Any] = {
        row["target"]: row
        for row in pending.annotate(
            rows=Count("pk"), failed=Count("pk", filter=~Q(error="")), oldest=Min("changed")
        )
    }
    none: dict[str, Any] = {"rows": 0, "failed": 0, "oldest": now}
    rows: list[tuple[str, dict[str, Any]]] = [
        (target, found.get(target, none)) for target in sorted(targets)
    ]
    yield metrics.family(
        "duijie_outbox_pending", "Pieces of work owed to a target", ["target"],
        (((target,), row["rows"]) for target, row in rows),
    )  # fmt: skip
    yield metrics.family(
        "duijie_outbox_failed", "Those of them that failed at least once", ["target"],
        (((target,), row["failed"]) for target, row in rows),
    )  # fmt: skip
    yield metrics.family(
        "duijie_outbox_oldest_seconds", "For how long the oldest has waited", ["target"],
        (((target,), (now - row["oldest"]).total_seconds()) for target, row in rows),
    )  # fmt: skip
