"""What does not move on between an accepted introduction and the start of a job, for officers.

They see who is waited for and since when; no scope, price, message or reason."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from matching.models import Agreement, Introduction, Proposal
from matching.people import organisation_on
from portal.foundation import registries
from portal.foundation.registries import Stuck, StuckRow

ANSWER_DAYS = 5
CONSENT_DAYS = 5
Side = Introduction.Side


def register() -> None:
    """Add the stages between introduction and job."""
    add = registries.stuck.register
    add(Stuck("proposals", 35, _("Proposals not answered for five days"), proposals))
    add(Stuck("agreements", 40, _("Agreements without consent for five days"), agreements))


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
