"""Reading evidence: the pieces of one organisation, and what they come to."""

from dataclasses import dataclass
from datetime import datetime
from statistics import fmean
from typing import Any

from django.db.models import QuerySet

from portal.evidence.facts import CRITERIA
from portal.evidence.models import Evidence
from portal.organisations.models import Organisation

Kind = Evidence.Kind


@dataclass(frozen=True)
class Rated:
    """A criterion with the mean (1-5) of all reviews."""

    name: str
    label: Any
    mean: float


@dataclass(frozen=True)
class Summary:
    """What an organisation's evidence comes to. `on_time` is the share (0-1) of delivered
    milestones that were delivered by their day, None while there are none; `rated` is empty
    without reviews; `since` is the earliest piece."""

    delivered: int
    milestones: int
    on_time: float | None
    reviews: int
    mean: float | None
    rated: tuple[Rated, ...]
    since: datetime | None

    @property
    def on_time_percent(self) -> int | None:
        """The share as people read it: rounded down, so that 100 means all of them."""
        return None if self.on_time is None else int(self.on_time * 100 + 1e-9)


def evidence_of(organisation: Organisation) -> QuerySet[Evidence]:
    """What counts for an organisation, newest first."""
    return Evidence.objects.filter(organisation=organisation, withdrawn_at__isnull=True)


def summary(organisation: Organisation) -> Summary:
    """The same in figures, in one query."""
    rows = list(evidence_of(organisation))
    jobs = [row.facts for row in rows if row.kind == Kind.DELIVERY]
    reviews = [row.facts["criteria"] for row in rows if row.kind == Kind.REVIEW]
    milestones = sum(facts["milestones"] for facts in jobs)
    in_time = sum(facts["on_time"] for facts in jobs)
    rated = tuple(
        Rated(name, label, fmean(criteria[name] for criteria in reviews))
        for name, label in CRITERIA.items()
        if reviews
    )
    return Summary(
        delivered=len(jobs),
        milestones=milestones,
        on_time=in_time / milestones if milestones else None,
        reviews=len(reviews),
        mean=fmean(one.mean for one in rated) if rated else None,
        rated=rated,
        since=min((row.at for row in rows), default=None),
    )
