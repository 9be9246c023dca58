"""What follows when a job has ended: evidence, and the provider's capacity free again."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from matching.actions.introduction import close_after_job
from matching.models import Delivery, Job
from matching.states import DONE
from portal.evidence import actions as evidence
from portal.evidence.models import Evidence

UNASKED: dict[str, Any] = {"cancel_side": "", "cancel_asked_at": None, "reason": ""}
"""Nobody asks to cancel the job."""


def end_job(job: Job, *, actor: Any | None, now: datetime) -> None:
    """In the caller's transaction, once the job is done or cancelled: one that is done counts as
    evidence of the provider, and the introduction is closed, which frees its capacity."""
    if job.state == DONE:
        evidence.record(
            actor=actor,
            organisation=job.introduction.provider.organisation,
            kind=Evidence.Kind.DELIVERY,
            source=job,
            at=now,
            facts=delivery_facts(job),
        )
    close_after_job(job.introduction, now=now)


def delivery_facts(job: Job) -> dict[str, int]:
    """Figures of a job that is done. A milestone is in time when what was confirmed had been
    delivered by its day; one that a moderator counted without a delivery is in neither count."""
    delivered = [row for row in job.milestones.all() if row.delivered_at]
    in_time = [row for row in delivered if _day(row.delivered_at) <= row.due_on]
    returned = Delivery.objects.filter(milestone__job=job, returned_at__isnull=False)
    start = _day(job.started_at)
    return {
        "milestones": len(delivered),
        "on_time": len(in_time),
        "returned": returned.count(),
        "days": max(0, (_day(job.ended_at) - start).days),
        "planned_days": max(0, (job.due_on - start).days),
    }


def _day(moment: datetime | None) -> Any:
    return timezone.localtime(moment).date()
