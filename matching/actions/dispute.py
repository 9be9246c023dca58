"""A dispute about a running job: opened by a side, spoken to by both, settled by a moderator."""

from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext

from matching.actions import moves
from matching.actions.deal import side_for, today
from matching.actions.job import UNTOLD, hold_job, words_of
from matching.actions.job_end import UNASKED, end_job
from matching.models import Dispute, Job, Milestone, Statement
from matching.people import sides_of
from matching.states import (
    CANCELLED,
    CONFIRMED,
    DISPUTED,
    DONE,
    OPEN,
    RUNNING,
    SETTLED,
    move,
)
from matching.telling_jobs import tell_both, tell_staff
from portal.foundation import audit, limits

MAX_WORDS = 5000
MAX_JOB_REASON = 1000
STATEMENTS_PER_DAY = limits.Limit(("dispute.state",), 30)
Outcome = Dispute.Outcome


@moves.action
def open_dispute(
    *,
    actor: Any | None,
    job: Job,
    reason: str,
    side: str = "",
    seen: int | None = None,
    now: datetime | None = None,
) -> Dispute:
    """Bring a running job before a moderator. Its milestones wait until that is settled, and a
    request to cancel it is taken up there.

    Raises PermissionDenied, ValidationError (reason), StaleMove, IllegalMove."""
    now = now or timezone.now()
    attempt = move("dispute.open")
    moves.require_role(actor, attempt, job)
    text = words_of(reason, MAX_WORDS, "reason")
    held = hold_job(job.pk)
    opening = side_for(actor, held.introduction, attempt, [side] if side else ())
    moves.apply("job.dispute", job, actor=actor, to=DISPUTED, seen=seen, fields=UNASKED)
    dispute = Dispute.objects.create(
        job=job, opened_by=actor, side=opening, reason=text, opened_at=now
    )
    after = {"state": OPEN, "version": 0, "side": opening}
    audit.record(actor, attempt.name, dispute, after=after)
    tell_both(job, "dispute.opened", actor=actor, about=dispute)
    tell_staff(job, "dispute.waiting", roles=["moderator"], about=dispute)
    return dispute


@moves.action
def make_statement(
    *,
    actor: Any | None,
    dispute: Dispute,
    words: str,
    token: str,
    side: str = "",
    now: datetime | None = None,
) -> Statement:
    """Add to the record of an open dispute, for one's side or as its moderator. The same `token`
    (one a form) again gives the statement that is there.

    Raises PermissionDenied, ValidationError (words), IllegalMove (it is settled)."""
    attempt = move("dispute.state")
    moves.require_role(actor, attempt, dispute)
    text = words_of(words, MAX_WORDS, "words")
    STATEMENTS_PER_DAY.require(actor)
    job = hold_job(dispute.job_id)
    if found := dispute.statements.filter(token=token, author=actor).first():
        return found
    dispute.refresh_from_db()
    own = sides_of(actor, job.introduction) if actor else {side}
    spoken_for = side if side in own else next(iter(sorted(own)), "")
    moves.apply(attempt.name, dispute, actor=actor)
    try:
        with transaction.atomic():
            statement = Statement.objects.create(
                dispute=dispute,
                side=spoken_for,
                author=actor,
                words=text,
                at=now or timezone.now(),
                token=token,
            )
    except IntegrityError:
        message = gettext("This form was sent before. Open the page again.")
        raise ValidationError({"words": message}) from None
    tell_both(job, "dispute.statement", actor=actor, about=dispute)
    return statement


@moves.action
def settle(
    *,
    actor: Any | None,
    dispute: Dispute,
    outcome: str,
    decision: str,
    seen: int | None = None,
    now: datetime | None = None,
) -> Dispute:
    """Decide: the job goes on (its days are put off by those the dispute took), counts as done,
    or is cancelled; with words that both sides read.

    Raises PermissionDenied, ValidationError (outcome, decision), StaleMove, IllegalMove."""
    now = now or timezone.now()
    attempt = move("dispute.settle")
    moves.require_role(actor, attempt, dispute)
    text = words_of(decision, MAX_WORDS, "decision")
    if outcome not in Outcome.values:
        raise ValidationError({"outcome": gettext("Choose what happens to the job.")})
    job = hold_job(dispute.job_id)
    fields = {"decision": text, "outcome": outcome, "moderator": actor, "settled_at": now}
    moves.apply(attempt.name, dispute, actor=actor, to=SETTLED, seen=seen, fields=fields)
    if outcome == Outcome.RESUME:
        _resume(job, dispute, actor, now)
    else:
        _end(job, outcome, text, actor, now)
    tell_both(job, "dispute.settled", actor=actor, about=dispute, reason=text)
    return dispute


def _resume(job: Job, dispute: Dispute, actor: Any | None, now: datetime) -> None:
    lost = timedelta(days=max(0, (today(now) - today(dispute.opened_at)).days))
    for milestone in job.milestones.exclude(state=CONFIRMED):
        fields = {"due_on": milestone.due_on + lost, **UNTOLD}
        moves.apply("milestone.resume", milestone, actor=actor, fields=fields)
    fields = {"due_on": job.due_on + lost}
    moves.apply("job.settle", job, actor=actor, to=RUNNING, fields=fields)


def _end(job: Job, outcome: str, decision: str, actor: Any | None, now: datetime) -> None:
    fields: dict[str, Any] = {"ended_at": now}
    state = DONE
    if outcome == Outcome.CANCEL:
        fields["reason"] = decision[:MAX_JOB_REASON]
        state = CANCELLED
    else:
        for milestone in Milestone.objects.filter(job=job).exclude(state=CONFIRMED):
            moves.apply(
                "milestone.settle",
                milestone,
                actor=actor,
                to=CONFIRMED,
                fields={"confirmed_at": now},
            )
    moves.apply("job.settle", job, actor=actor, to=state, fields=fields)
    end_job(job, actor=actor, now=now)
