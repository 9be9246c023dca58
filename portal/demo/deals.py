"""Demo deals: proposals, agreements and jobs, brought to their stage by the moves people make."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from matching.actions import agreement as agreements
from matching.actions import job as jobs
from matching.actions import message as messages
from matching.actions import proposal as proposals
from matching.actions import review as reviews
from matching.models import Introduction, Job, Milestone, Proposal
from matching.reviewing import CRITERIA
from matching.terms import Part, Terms
from portal.demo.rows import DemoDeal

_SIDES = ("manufacturer", "provider")
_NOTE = "已按约定完成，记录和照片在现场电脑里，随时可以一起核对。"


def ensure_deal(row: DemoDeal, people: dict[str, Any]) -> bool:
    """Bring an accepted introduction to its stage; False where somebody proposed before.

    `people`: the accounts of the two sides that write messages, by side."""
    introduction = Introduction.objects.get(
        need__title=row.need,
        need__is_demo=True,
        provider__organisation__key=row.provider,
    )
    if introduction.proposals.exists():
        return False
    for message in row.messages:
        messages.send_message(
            actor=people[message.side],
            introduction=introduction,
            text=message.text,
            token=uuid4(),
        )
    proposal = _offer(row, introduction)
    if row.stage == "offered":
        return True
    agreement = agreements.agree(actor=None, proposal=proposal, language="zh")
    sides = _SIDES[1:] if row.stage == "agreed" else _SIDES
    for side in sides:
        agreements.consent(actor=None, agreement=agreement, digest=agreement.digest, side=side)
    if row.stage != "agreed":
        _work(row, Job.objects.get(agreement=agreement))
    return True


def _offer(row: DemoDeal, introduction: Introduction) -> Proposal:
    proposal = proposals.begin_proposal(actor=None, introduction=introduction, side="provider")
    terms = Terms(
        scope=row.scope,
        price=row.price,
        days=row.days,
        valid_until=timezone.localdate() + timedelta(days=21),
        parts=tuple(Part(**part.model_dump()) for part in row.milestones),
    )
    proposals.write_proposal(actor=None, proposal=proposal, terms=terms)
    return proposals.offer(actor=None, proposal=proposal)


def _work(row: DemoDeal, job: Job) -> None:
    """Confirm the first milestones (all of a job that is done), deliver the next."""
    milestones = list(job.milestones.order_by("position"))
    confirmed = len(milestones) if row.stage == "done" else row.confirmed
    for milestone in milestones[:confirmed]:
        jobs.deliver(actor=None, milestone=milestone, note=_NOTE)
        jobs.confirm(actor=None, milestone=Milestone.objects.get(pk=milestone.pk))
    if row.delivered and confirmed < len(milestones):
        jobs.deliver(actor=None, milestone=milestones[confirmed], note=_NOTE)
    for side, review in row.reviews.items():
        reviews.write_review(
            actor=None,
            job=Job.objects.get(pk=job.pk),
            side=side,
            criteria=dict.fromkeys(CRITERIA[side], review.grade),
            words=review.words,
            named=True,
        )
