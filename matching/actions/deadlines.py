"""Deadlines of milestones: who has to act is reminded, then the city's officers are told."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from matching.actions.deal import today
from matching.models import Milestone
from matching.states import CONFIRMED, DELIVERED, RUNNING
from matching.telling_jobs import tell, tell_both, tell_staff


def waiting_milestones() -> QuerySet[Milestone]:
    """Milestones of running jobs that somebody has to deliver or to confirm, with what
    `waits_since` reads."""
    return (
        Milestone.objects.filter(job__state=RUNNING)
        .exclude(state=CONFIRMED)
        .select_related(
            "job__introduction__need__organisation", "job__introduction__provider__organisation"
        )
        .annotate(returned=Max("deliveries__returned_at"), settled=Max("job__disputes__settled_at"))
        .order_by("pk")
    )


def waits_since(milestone: Milestone) -> date:
    """The day from which a milestone of `waiting_milestones` is late: its own day, or that of the
    delivery to be confirmed; later where it was returned, or its job stood still, since."""
    known = vars(milestone)
    marks = [known["settled"]]
    days = []
    if milestone.state == DELIVERED:
        marks.append(milestone.delivered_at)
    else:
        days.append(milestone.due_on)
        marks.append(known["returned"])
    return max([*days, *(today(mark) for mark in marks if mark)])


def watch_deadlines(*, now: datetime | None = None) -> int:
    """Remind and escalate what is late; each is told once until the milestone moves. Says how
    many were told."""
    now = now or timezone.now()
    day = today(now)
    early = now - timedelta(days=settings.CONFIRM_REMIND_DAYS - 1)
    late = Q(state=DELIVERED, delivered_at__lt=early) | (~Q(state=DELIVERED) & Q(due_on__lt=day))
    untold = Q(reminded_for__isnull=True) | Q(escalated_at__isnull=True)
    return sum(_watch(row, day, now) for row in waiting_milestones().filter(late, untold))


@transaction.atomic
def _watch(milestone: Milestone, day: date, now: datetime) -> int:
    since = waits_since(milestone)
    days = (day - since).days
    delivered = milestone.state == DELIVERED
    remind, escalate = (
        (settings.CONFIRM_REMIND_DAYS, settings.CONFIRM_ESCALATE_DAYS)
        if delivered
        else (settings.LATE_REMIND_DAYS, settings.LATE_ESCALATE_DAYS)
    )
    told = 0
    if days >= remind and _mark(milestone, "reminded_for", since):
        _remind(milestone, days)
        told += 1
    if days >= escalate and _mark(milestone, "escalated_at", now):
        _escalate(milestone, days)
        told += 1
    return told


def _mark(milestone: Milestone, name: str, value: date | datetime) -> bool:
    """Note that it was told, unless it was, or the milestone moved meanwhile."""
    row = Milestone.objects.filter(
        pk=milestone.pk, version=milestone.version, job__state=RUNNING, **{f"{name}__isnull": True}
    )
    return bool(row.update(**{name: value}))


def _remind(milestone: Milestone, days: int) -> None:
    named: dict[str, str | int] = {"milestone": milestone.title, "days": days}
    job = milestone.job
    if milestone.state == DELIVERED:
        tell(job, "manufacturer", "milestone.unconfirmed", actor=None, **named)
        return
    named["due"] = milestone.due_on.isoformat()
    tell(job, "provider", "milestone.late", actor=None, **named)
    tell(job, "manufacturer", "milestone.late_there", actor=None, **named)


def _escalate(milestone: Milestone, days: int) -> None:
    named: dict[str, str | int] = {"milestone": milestone.title, "days": days}
    tell_staff(milestone.job, "milestone.escalated", roles=["officer"], **named)
    tell_both(milestone.job, "milestone.city_told", actor=None, **named)
