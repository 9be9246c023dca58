"""Reviews of a job: written unseen, shown together, replied to once, taken down by a moderator."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from matching.actions import moves
from matching.actions.deal import other_side, reason_of, side_for
from matching.actions.job import hold_job, words_of
from matching.models import Dispute, Introduction, Job, Review, ReviewReply
from matching.people import describe_actor, when
from matching.reviewing import LEAST_WORDS, MOST_REPLY, MOST_WORDS, checked
from matching.states import CANCELLED, DONE, REMOVED, SHOWN, WRITTEN, move
from matching.telling_jobs import tell, tell_both
from portal.evidence import actions as evidence
from portal.evidence.models import Evidence
from portal.foundation import audit

Side = Introduction.Side


def may_be_reviewed(job: Job) -> bool:
    """Is the job over, and not only called off by both?"""
    if job.state == DONE:
        return True
    settled = Dispute.objects.filter(job=job, outcome=Dispute.Outcome.CANCEL)
    return job.state == CANCELLED and settled.exists()


@moves.action
def write_review(
    *,
    actor: Any | None,
    job: Job,
    criteria: dict[str, int],
    words: str,
    named: bool = False,
    side: str = "",
    now: datetime | None = None,
) -> Review:
    """Review the other side: all criteria of one's side (`matching.reviewing`) from 1 to 5, and
    words. `named`: one's firm may stand beside it on public pages. The second of the two shows
    both.

    Raises PermissionDenied, ValidationError by field, StaleMove (this side has written),
    IllegalMove (the job runs, was called off by both, or the time for the second is over)."""
    now = now or timezone.now()
    attempt = move("review.write")
    moves.require_role(actor, attempt, job)
    held = hold_job(job.pk)
    there = {row.side: row for row in held.reviews.all()}
    sides = [side] if side else sorted(Side.values, key=lambda name: name in there)
    writing = side_for(actor, held.introduction, attempt, sides)
    grades = checked(writing, criteria)
    text = words_of(words, MOST_WORDS, "words", least=LEAST_WORDS)
    if writing in there:
        raise _written_before(there[writing], actor)
    _check_time(held, there.get(other_side(writing)), actor)
    review = Review.objects.create(
        job=held,
        side=writing,
        author=actor,
        criteria=grades,
        words=text,
        named=named,
        written_at=now,
    )
    after = {"state": WRITTEN, "version": 0, "side": writing, "criteria": grades}
    audit.record(actor, attempt.name, review, after=after)
    if there:
        _show(held, [*there.values(), review], now)
        tell_both(held, "review.shown", actor=actor)
    else:
        tell(held, other_side(writing), "review.written", actor=actor, days=settings.REVIEW_DAYS)
    return review


def _written_before(there: Review, actor: Any | None) -> moves.StaleMove:
    latest = moves.last_move(there)
    who = describe_actor(latest, actor, there) if latest else ""
    message = gettext("%(who)s wrote your side's review (%(when)s); once is enough.") % {
        "who": who,
        "when": when(there.written_at),
    }
    return moves.StaleMove(message, attempt=move("review.write"), obj=there, actor=actor)


def _check_time(job: Job, first: Review | None, actor: Any | None) -> None:
    message = ""
    if not may_be_reviewed(job):
        message = gettext("A job is reviewed once it is done, or a moderator has cancelled it.")
    elif first is not None and first.state != WRITTEN:
        message = gettext("The time for the second review is over: the first one is shown.")
    if message:
        raise moves.IllegalMove(message, attempt=move("review.write"), obj=job, actor=actor)


def _show(job: Job, reviews: list[Review], now: datetime) -> None:
    """Show them all at once; what is said of the provider counts as evidence."""
    for review in reviews:
        moves.apply("review.show", review, actor=None, to=SHOWN, fields={"shown_at": now})
        if review.side == Side.MANUFACTURER:
            evidence.record(
                organisation=job.introduction.provider.organisation,
                kind=Evidence.Kind.REVIEW,
                source=review,
                at=now,
                facts={"criteria": review.criteria},
            )


def show_due_reviews(*, now: datetime | None = None) -> int:
    """Show reviews whose counterpart was not written in time; says of how many jobs."""
    now = now or timezone.now()
    before = now - timedelta(days=settings.REVIEW_DAYS)
    due = Review.objects.filter(state=WRITTEN, written_at__lte=before)
    return sum(_show_due(pk, now) for pk in list(due.values_list("job_id", flat=True)))


@transaction.atomic
def _show_due(job_id: int, now: datetime) -> bool:
    job = hold_job(job_id)
    waiting = list(job.reviews.filter(state=WRITTEN))
    if not waiting:
        return False
    _show(job, waiting, now)
    tell_both(job, "review.shown", actor=None)
    return True


@moves.action
def reply(
    *,
    actor: Any | None,
    review: Review,
    words: str,
    seen: int | None = None,
    now: datetime | None = None,
) -> ReviewReply:
    """Answer a review of one's own side, once.

    Raises PermissionDenied, ValidationError (words), StaleMove (answered), IllegalMove (not
    shown)."""
    attempt = move("review.reply")
    moves.require_role(actor, attempt, review)
    text = words_of(words, MOST_REPLY, "words")
    job = hold_job(review.job_id)
    moves.check(attempt.name, review, actor=actor, seen=seen)
    if ReviewReply.objects.filter(review=review).exists():
        message = gettext("Your side has replied to this review; once is enough.")
        raise moves.StaleMove(message, attempt=attempt, obj=review, actor=actor)
    moves.apply(attempt.name, review, actor=actor, seen=seen)
    made = ReviewReply.objects.create(
        review=review, author=actor, words=text, written_at=now or timezone.now()
    )
    tell(job, review.side, "review.replied", actor=actor)
    return made


@moves.action
def remove_review(
    *,
    actor: Any | None,
    review: Review,
    reason: str,
    seen: int | None = None,
    now: datetime | None = None,
) -> Review:
    """Take a review down; it is no evidence any more, and both sides read why.

    Raises PermissionDenied, ValidationError (reason), StaleMove, IllegalMove."""
    now = now or timezone.now()
    attempt = move("review.remove")
    moves.require_role(actor, attempt, review)
    text = reason_of(reason, needed=True)
    job = hold_job(review.job_id)
    fields = {"removed_at": now, "reason": text}
    moves.apply(attempt.name, review, actor=actor, to=REMOVED, seen=seen, fields=fields)
    evidence.withdraw(actor=actor, source=review, reason=text, now=now)
    tell_both(job, "review.removed", actor=actor, reason=text)
    return review
