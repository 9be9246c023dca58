"""What happens to a proposal until somebody agrees to it: drafted, offered, answered, ended."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext

from matching.actions import moves
from matching.actions.deal import hold, other_side, reason_of, side_for, today
from matching.models import Introduction, Proposal, ProposalFile, ProposalMilestone
from matching.states import (
    AGREED,
    COUNTERED,
    DECLINED,
    DRAFT,
    EXPIRED,
    IN_FORCE,
    OFFERED,
    WITHDRAWN,
    move,
)
from matching.telling_deals import tell_other_side, tell_sides
from matching.terms import Part, Terms
from portal.foundation import audit, files, limits

PER_DAY = limits.Limit(("proposal.offer",), 60)
MAX_FILES = 20
LIVE = (OFFERED, AGREED)


@moves.action
def begin_proposal(*, actor: Any | None, introduction: Introduction, side: str = "") -> Proposal:
    """The draft of the actor's side: the one there is, or a new one that begins with what was
    offered last by either side.

    Raises PermissionDenied, IllegalMove (the introduction is not accepted)."""
    attempt = move("proposal.draft")
    moves.require_role(actor, attempt, introduction)
    side = side_for(actor, introduction, attempt, [side] if side else ())
    held = hold(introduction.pk, attempt, introduction, actor)
    if found := held.proposals.filter(side=side, state=DRAFT).first():
        return found
    latest = held.proposals.filter(number__isnull=False).order_by("-number").first()
    terms = Terms.of(latest) if latest else Terms(parts=(Part(),))
    proposal = Proposal.objects.create(
        introduction=held, side=side, author=actor, **terms.as_fields()
    )
    ProposalMilestone.objects.bulk_create(terms.as_rows(proposal))
    if latest:
        carried = [
            ProposalFile(proposal=proposal, file_id=row.file_id) for row in latest.files.all()
        ]
        ProposalFile.objects.bulk_create(carried)
    audit.record(actor, attempt.name, proposal, after={"state": DRAFT, "version": 0, "side": side})
    return proposal


@moves.action
def write_proposal(
    *, actor: Any | None, proposal: Proposal, terms: Terms, seen: int | None = None
) -> Proposal:
    """Store what a draft says so far, complete or not.

    Raises PermissionDenied, ValidationError by field, StaleMove, IllegalMove."""
    attempt = move("proposal.write")
    moves.require_role(actor, attempt, proposal)
    checked = terms.checked()
    hold(proposal.introduction_id, attempt, proposal, actor)
    if checked == Terms.of(proposal) and seen in (None, proposal.version):
        moves.check(attempt.name, proposal, actor=actor, seen=seen)
        return proposal
    fields = {**checked.as_fields(), "author": actor}
    moves.apply(attempt.name, proposal, actor=actor, seen=seen, fields=fields)
    proposal.milestones.all().delete()
    ProposalMilestone.objects.bulk_create(checked.as_rows(proposal))
    return proposal


@moves.action
def attach(
    *,
    actor: Any,
    proposal: Proposal,
    uploads: Sequence[UploadedFile] = (),
    detach: Collection[str] = (),
) -> Proposal:
    """Add files to a draft, and take out those with the keys in `detach`.

    Raises PermissionDenied, ValidationError at `uploads` (a file is refused, or too many),
    IllegalMove."""
    attempt = move("proposal.write")
    moves.require_role(actor, attempt, proposal)
    hold(proposal.introduction_id, attempt, proposal, actor)
    moves.check(attempt.name, proposal, actor=actor)
    proposal.files.filter(file__key__in=detach).delete()
    if proposal.files.count() + len(uploads) > MAX_FILES:
        message = gettext("At most %(limit)s files are possible.") % {"limit": MAX_FILES}
        raise ValidationError({"uploads": message})
    try:
        stored = files.store_all(actor=actor, uploads=uploads)
    except ValidationError as error:
        raise ValidationError({"uploads": error.messages}) from None
    ProposalFile.objects.bulk_create([ProposalFile(proposal=proposal, file=row) for row in stored])
    return proposal


@moves.action
def discard_proposal(*, actor: Any | None, proposal: Proposal, seen: int | None = None) -> Proposal:
    """Throw a draft away. Raises PermissionDenied, StaleMove, IllegalMove."""
    moves.apply("proposal.discard", proposal, actor=actor, to=WITHDRAWN, seen=seen)
    return proposal


@moves.action
def offer(
    *,
    actor: Any | None,
    proposal: Proposal,
    seen: int | None = None,
    now: datetime | None = None,
) -> Proposal:
    """Offer a draft to the other side. It takes the place of the live version: the other side's
    is answered by it, one's own is withdrawn for it.

    Raises PermissionDenied, ValidationError by field (incomplete), StaleMove, IllegalMove (an
    agreement waits for consent, the introduction is closed)."""
    now = now or timezone.now()
    attempt = move("proposal.offer")
    moves.require_role(actor, attempt, proposal)
    PER_DAY.require(actor)
    held = hold(proposal.introduction_id, attempt, proposal, actor)
    moves.check(attempt.name, proposal, actor=actor, seen=seen)
    Terms.of(proposal).require_complete(today(now))
    countered = _make_room(held, proposal, actor, now)
    number = held.proposals.aggregate(last=Max("number"))["last"] or 0
    fields = {"number": number + 1, "author": actor, "offered_at": now}
    moves.apply(attempt.name, proposal, actor=actor, to=OFFERED, seen=seen, fields=fields)
    kind = "proposal.countered" if countered else "proposal.offered"
    tell_other_side(proposal, proposal.side, kind, actor=actor)
    return proposal


def _make_room(
    introduction: Introduction, proposal: Proposal, actor: Any | None, now: datetime
) -> bool:
    """End the live version for the new one; says whether it was the other side's."""
    live = introduction.proposals.filter(state__in=LIVE).first()
    if live is None:
        return False
    if live.state == AGREED:
        message = gettext(
            "Version %(number)s was agreed to and its agreement waits for consent. Take the "
            "agreement back first."
        ) % {"number": live.number}
        if live.agreements.filter(state=IN_FORCE).exists():
            message = gettext(
                "The agreement is in force and its job runs: nothing else is offered."
            )
        raise moves.IllegalMove(message, attempt=move("proposal.offer"), obj=proposal, actor=actor)
    if live.side == proposal.side:
        moves.apply("proposal.withdraw", live, actor=actor, to=WITHDRAWN)
        return False
    fields = {"answered_at": now, "answered_by": actor}
    moves.apply("proposal.counter", live, actor=actor, to=COUNTERED, fields=fields)
    return True


@moves.action
def decline_proposal(
    *,
    actor: Any | None,
    proposal: Proposal,
    reason: str,
    seen: int | None = None,
    now: datetime | None = None,
) -> Proposal:
    """Say no to the other side's proposal, with a reason that it reads.

    Raises PermissionDenied, ValidationError (reason), StaleMove, IllegalMove."""
    attempt = move("proposal.decline")
    moves.require_role(actor, attempt, proposal)
    text = reason_of(reason, needed=True)
    hold(proposal.introduction_id, attempt, proposal, actor)
    fields = {"answered_at": now or timezone.now(), "answered_by": actor, "reason": text}
    moves.apply(attempt.name, proposal, actor=actor, to=DECLINED, seen=seen, fields=fields)
    tell_other_side(proposal, other_side(proposal.side), "proposal.declined", actor=actor)
    return proposal


@moves.action
def withdraw_proposal(
    *, actor: Any | None, proposal: Proposal, reason: str = "", seen: int | None = None
) -> Proposal:
    """Take back what one's own side offered, while nobody has answered it.

    Raises PermissionDenied, ValidationError (reason), StaleMove, IllegalMove."""
    attempt = move("proposal.withdraw")
    moves.require_role(actor, attempt, proposal)
    text = reason_of(reason, needed=False)
    hold(proposal.introduction_id, attempt, proposal, actor)
    moves.apply(
        attempt.name, proposal, actor=actor, to=WITHDRAWN, seen=seen, fields={"reason": text}
    )
    tell_other_side(proposal, proposal.side, "proposal.withdrawn", actor=actor)
    return proposal


def expire_proposals(*, now: datetime | None = None) -> int:
    """End proposals whose last day has passed; says how many."""
    day = today(now or timezone.now())
    due = Proposal.objects.filter(state=OFFERED, valid_until__lt=day).values_list("pk", flat=True)
    return sum(_expire(pk) for pk in list(due))


@transaction.atomic
def _expire(pk: int) -> bool:
    proposal = Proposal.objects.get(pk=pk)
    try:
        hold(proposal.introduction_id, move("proposal.expire"), proposal, None)
        proposal.refresh_from_db()
        moves.apply("proposal.expire", proposal, actor=None, to=EXPIRED)
    except moves.MoveRefused:
        return False
    tell_sides(proposal, "proposal.expired", actor=None)
    return True
