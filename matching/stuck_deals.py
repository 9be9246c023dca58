"""What does not move on between an accepted introduction and a job that is done, for officers.

They see who is waited for and since when; no scope, price, message or reason."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from matching.actions.deadlines import waiting_milestones, waits_since
from matching.models import Agreement, Dispute, Introduction, Milestone, Proposal
from matching.people import organisation_on
from portal.foundation import registries
from portal.foundation.registries import Stuck, StuckRow

ANSWER_DAYS = 5
CONSENT_DAYS = 5
Side = Introduction.Side


def register() -> None:
    """Add the stages after an accepted introduction."""
    add = registries.stuck.register
    add(Stuck("proposals", 40, _("Proposals not answered for five days"), proposals))
    add(Stuck("agreements", 50, _("Agreements without consent for five days"), agreements))
    add(Stuck("milestones", 60, _("Milestones overdue"), milestones))
    add(Stuck("deliveries", 70, _("Deliveries waiting to be confirmed"), deliveries))
    add(Stuck("disputes", 80, _("Disputes open"), disputes))


def proposals() -> list[StuckRow]:
    """Proposals that the other side has had for ANSWER_DAYS."""
    rows = _with_sides(
        Proposal.objects.filter(state=Proposal.State.OFFERED, offered_at__lt=_ago(ANSWER_DAYS))
    )
    return [
        StuckRow(
            title=_title(row.introduction),
            url=row.introduction.get_absolute_url(),
            where=gettext("%(side)s has not answered") % {"side": _other(row)},
            since=row.offered_at,
        )
        for row in rows
    ]


def agreements() -> list[StuckRow]:
    """Agreements to which one side or both have not consented for CONSENT_DAYS."""
    rows = _with_sides(
        Agreement.objects.filter(
            state=Agreement.State.AWAITING_CONSENT, created__lt=_ago(CONSENT_DAYS)
        ).defer("text")
    ).prefetch_related("consents")
    return [
        StuckRow(
            title=f"{row.ref} · {_title(row.introduction)}",
            url=row.introduction.get_absolute_url(),
            where=gettext("No consent yet: %(sides)s") % {"sides": ", ".join(_missing(row))},
            since=row.created,
        )
        for row in rows
    ]


def milestones() -> list[StuckRow]:
    """Milestones of running jobs whose day has passed without a delivery that stands."""
    day = timezone.localdate()
    late = waiting_milestones().filter(due_on__lt=day).exclude(state=Milestone.State.DELIVERED)
    return [
        StuckRow(
            title=f"{row.job.ref} · {_title(row.job.introduction)}",
            url=row.job.get_absolute_url(),
            where=gettext("Milestone %(number)s was due on %(day)s")
            % {"number": row.position, "day": date_format(row.due_on)},
            since=timezone.make_aware(datetime.combine(since + timedelta(days=1), time())),
        )
        for row in late
        if (since := waits_since(row)) < day
    ]


def deliveries() -> list[StuckRow]:
    """Milestones delivered and neither confirmed nor returned for so long that it was reminded."""
    day, wait = timezone.localdate(), timedelta(days=settings.CONFIRM_REMIND_DAYS)
    return [
        StuckRow(
            title=f"{row.job.ref} · {_title(row.job.introduction)}",
            url=row.job.get_absolute_url(),
            where=gettext("Milestone %(number)s waits to be confirmed by %(side)s")
            % {"number": row.position, "side": row.job.introduction.need.organisation},
            since=row.delivered_at,
        )
        for row in waiting_milestones().filter(state=Milestone.State.DELIVERED)
        if row.delivered_at and day - waits_since(row) >= wait
    ]


def disputes() -> list[StuckRow]:
    """Disputes that no moderator has settled."""
    rows = (
        Dispute.objects.filter(state=Dispute.State.OPEN)
        .select_related(
            "job__introduction__need__organisation", "job__introduction__provider__organisation"
        )
        .order_by("pk")
    )
    return [
        StuckRow(
            title=f"{row.job.ref} · {_title(row.job.introduction)}",
            url=row.job.get_absolute_url(),
            where=gettext("In dispute: a moderator has to settle it"),
            since=row.opened_at,
        )
        for row in rows
    ]


def _ago(days: int) -> datetime:
    return timezone.now() - timedelta(days=days)


def _with_sides(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.select_related(
        "introduction__need__organisation", "introduction__provider__organisation"
    ).order_by("pk")


def _title(introduction: Introduction) -> str:
    return f"{introduction.need.ref} – {introduction.provider}"


def _other(proposal: Proposal) -> str:
    """The organisation that a proposal waits for."""
    offered = proposal.side == Side.PROVIDER
    return str(
        organisation_on(proposal.introduction, Side.MANUFACTURER if offered else Side.PROVIDER)
    )


def _missing(agreement: Agreement) -> Iterator[str]:
    """The organisations that have not consented."""
    given = {consent.side for consent in agreement.consents.all()}
    for side in Side.values:
        if side not in given:
            yield str(organisation_on(agreement.introduction, side))
