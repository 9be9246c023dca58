"""What the pages of proposals, agreements and jobs show to whom."""

from typing import Any

from django.db.models import Max, Prefetch, QuerySet
from django.utils import timezone

from matching.actions.deal import other_side
from matching.agreements.text import blocks
from matching.detail import timeline
from matching.models import Agreement, Introduction, Job, Milestone, Need, Proposal
from matching.people import organisation_on, sides_of
from matching.states import (
    ACCEPTED,
    AGREED,
    AWAITING_CONSENT,
    DRAFT,
    OFFERED,
    VOID,
)
from matching.terms import Terms, changes, split
from portal.foundation import permissions
from portal.foundation.text import content_language
from portal.organisations.models import Organisation
from portal.organisations.queries import highest_tier
from portal.vocabulary import get_vocabulary

Side = Introduction.Side
TONES = {
    DRAFT: "neutral",
    OFFERED: "info",
    "countered": "neutral",
    AGREED: "good",
    "declined": "bad",
    "withdrawn": "neutral",
    "expired": "neutral",
    AWAITING_CONSENT: "info",
    "in_force": "good",
    VOID: "neutral",
    "running": "info",
    "disputed": "bad",
    "done": "good",
    "cancelled": "neutral",
}


def other_organisation(obj: Proposal) -> Organisation:
    """The organisation that a proposal is made to."""
    return organisation_on(obj.introduction, other_side(obj.side))


def introduction_url(introduction: Introduction, user: Any) -> str:
    """Its page, empty for who may not read it: moderators read a job, not what led to it."""
    allowed = permissions.allowed(user, "matching.introduction.read", introduction)
    return introduction.get_absolute_url() if allowed else ""


def parts_of(proposal: Proposal) -> list[dict[str, Any]]:
    """The milestones as proposed, each with its amount where the shares add up."""
    rows = list(proposal.milestones.all())
    shares = [row.share or 0 for row in rows]
    amounts: list[int | None] = [None] * len(rows)
    if proposal.price and sum(shares) == 100:
        amounts = list(split(proposal.price, shares))
    return [{"row": row, "amount": amount} for row, amount in zip(rows, amounts, strict=True)]


def versions(introduction: Introduction) -> QuerySet[Proposal]:
    """Every version that was offered, the newest first."""
    return introduction.proposals.filter(number__isnull=False).order_by("-number")


def proposal_context(proposal: Proposal, user: Any) -> dict[str, Any]:
    """Everything the page of one version shows this person."""
    introduction = proposal.introduction
    roles = permissions.roles_of(user, proposal)
    live = proposal.state == OFFERED and introduction.state == ACCEPTED
    every = list(versions(introduction).prefetch_related("milestones"))
    former = next(
        (row for row in every if proposal.number and (row.number or 0) < proposal.number), None
    )
    return {
        "proposal": proposal,
        "introduction": introduction,
        "need": introduction.need,
        "maker": organisation_on(introduction, proposal.side),
        "receiver": other_organisation(proposal),
        "tone": TONES[proposal.state],
        "parts": parts_of(proposal),
        "files": [row.file for row in proposal.files.select_related("file")],
        "former": former,
        "changes": changes(Terms.of(former), Terms.of(proposal)) if former else [],
        "versions": [{"row": row, "tone": TONES[row.state]} for row in every],
        "timeline": timeline(proposal, user),
        "may_answer": live and "other_side" in roles,
        "may_withdraw": live and "author_side" in roles,
        "sides": sides_of(user, introduction),
        "may_propose": introduction.state == ACCEPTED
        and bool(sides_of(user, introduction))
        and not any(row.state == AGREED for row in every),
        "agreement": proposal.agreements.exclude(state=VOID).first(),
    }


def agreement_context(agreement: Agreement, user: Any) -> dict[str, Any]:
    """Everything the page of an agreement shows this person."""
    introduction = agreement.introduction
    consents = {row.side: row for row in agreement.consents.all()}
    own = sides_of(user, introduction)
    open_ = agreement.state == AWAITING_CONSENT
    return {
        "agreement": agreement,
        "introduction": introduction,
        "introduction_url": introduction_url(introduction, user),
        "proposal_shown": permissions.allowed(user, "matching.proposal.read", agreement.proposal),
        "need": introduction.need,
        "tone": TONES[agreement.state],
        "blocks": blocks(agreement.text),
        "consents": [
            {
                "side": Side(side).label,
                "organisation": organisation_on(introduction, side),
                "given": consents.get(side),
            }
            for side in Side.values
        ],
        "may_consent": open_ and bool(own - set(consents)),
        "may_revise": open_ and bool(own),
        "waits_for_other": open_ and bool(own) and not own - set(consents),
        "timeline": timeline(agreement, user),
        "job": getattr(agreement, "job", None),
    }


def deal_context(introduction: Introduction, user: Any) -> dict[str, Any]:
    """The part of an introduction's page about what comes of it: the next step, and all versions.
    Empty for who is on neither side, and where it ended without any."""
    own = sides_of(user, introduction)
    if not own or introduction.answered_at is None:
        return {}
    rows = list(introduction.proposals.order_by("-number", "-pk"))
    offered = [row for row in rows if row.number]
    live = next((row for row in offered if row.state in (OFFERED, AGREED)), None)
    open_ = introduction.state == ACCEPTED
    if not (open_ or offered):
        return {}
    return {
        "deal": {
            "open": open_,
            "live": live,
            "answer": live is not None and live.state == OFFERED and bool(own - {live.side}),
            "draft": next((row for row in rows if row.state == DRAFT and row.side in own), None),
            "agreement": introduction.agreements.exclude(state=VOID).first(),
            "job": Job.objects.filter(introduction=introduction).first(),
            "versions": [{"row": row, "tone": TONES[row.state]} for row in offered],
        }
    }


def compare_context(need: Need) -> dict[str, Any]:
    """The newest offered version of each provider about one need, the live ones first."""
    newest = (
        Proposal.objects.filter(introduction__need=need, number__isnull=False)
        .values("introduction")
        .annotate(last=Max("number"))
        .values_list("introduction", "last")
    )
    last = dict(newest)
    rows = (
        Proposal.objects.filter(introduction__in=last, number__isnull=False)
        .select_related("introduction__provider__organisation")
        .prefetch_related(
            Prefetch("milestones"),
            "introduction__provider__organisation__recognitions",
        )
        .order_by("price", "pk")
    )
    chosen = [row for row in rows if row.number == last[row.introduction_id]]
    chosen.sort(key=lambda row: row.state not in (OFFERED, AGREED))
    today, language, vocabulary = timezone.localdate(), content_language(), get_vocabulary()
    columns = []
    for row in chosen:
        provider = row.introduction.provider
        tier = vocabulary.tier(highest_tier(provider.organisation.recognitions.all(), today))
        columns.append(
            {
                "proposal": row,
                "provider": provider,
                "tier": tier.label(language) if tier else "",
                "tone": TONES[row.state],
                "parts": parts_of(row),
            }
        )
    return {"need": need, "columns": columns}


def job_context(job: Job, user: Any) -> dict[str, Any]:
    """What every page of a job begins with: the two sides, the milestones and what is confirmed."""
    milestones = list(job.milestones.all())
    confirmed = [row for row in milestones if row.state == Milestone.State.CONFIRMED]
    return {
        "job": job,
        "job_tone": TONES[job.state],
        "introduction": job.introduction,
        "introduction_url": introduction_url(job.introduction, user),
        "need": job.introduction.need,
        "manufacturer": job.introduction.need.organisation,
        "provider": job.introduction.provider,
        "agreement": job.agreement,
        "milestones": milestones,
        "confirmed": sum(row.amount for row in confirmed),
        "sides": sides_of(user, job.introduction),
        "timeline": timeline(job, user),
    }
