"""What happens to a running job: milestones delivered, confirmed, returned; cancelled by both."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext

from matching.actions import moves
from matching.actions.deal import lock, other_side, reason_of, side_for
from matching.actions.job_end import UNASKED, end_job
from matching.models import Delivery, DeliveryFile, Job, Milestone
from matching.people import sides_of
from matching.states import (
    CANCELLED,
    CONFIRMED,
    DELIVERED,
    DISPUTED,
    DONE,
    RETURNED,
    RUNNING,
    Move,
    move,
)
from matching.telling_jobs import tell, tell_both
from portal.foundation import files
from portal.foundation.text import clean_plain_text

MAX_NOTE = 5000
UNTOLD = {"reminded_for": None, "escalated_at": None}


def hold_job(job_id: int) -> Job:
    """The job as it is now; its introduction is held until the transaction ends, as every move of
    a deal holds it first."""
    job = Job.objects.get(pk=job_id)
    held = lock(job.introduction_id)
    job.refresh_from_db()
    job.introduction = held
    return job


def _running(job: Job, attempt: Move, obj: Any, actor: Any | None) -> None:
    """Raise IllegalMove unless the job runs."""
    if job.state == RUNNING:
        return
    message = gettext("That is not possible here: the job is “%(state)s”.") % {
        "state": job.get_state_display()
    }
    if job.state == DISPUTED:
        message = gettext(
            "The job is in dispute: its milestones wait until a moderator has settled it."
        )
    raise moves.IllegalMove(message, attempt=attempt, obj=obj, actor=actor)


@moves.action
def deliver(
    *,
    actor: Any | None,
    milestone: Milestone,
    note: str,
    uploads: Sequence[UploadedFile] = (),
    seen: int | None = None,
    now: datetime | None = None,
) -> Delivery:
    """Hand over what a milestone asks for: a note, and up to ten files.

    Raises PermissionDenied, ValidationError (note, files), StaleMove, IllegalMove (the job does
    not run)."""
    now = now or timezone.now()
    attempt = move("milestone.deliver")
    moves.require_role(actor, attempt, milestone)
    text = words_of(note, MAX_NOTE, "note")
    job = hold_job(milestone.job_id)
    moves.check(attempt.name, milestone, actor=actor, seen=seen)
    _running(job, attempt, milestone, actor)
    kept = files.store_all(actor=actor, uploads=uploads)
    fields = {"delivered_at": now, **UNTOLD}
    moves.apply(attempt.name, milestone, actor=actor, to=DELIVERED, seen=seen, fields=fields)
    delivery = Delivery.objects.create(
        milestone=milestone,
        number=milestone.deliveries.count() + 1,
        note=text,
        at=now,
        by=actor,
    )
    DeliveryFile.objects.bulk_create(DeliveryFile(delivery=delivery, file=file) for file in kept)
    tell(job, "manufacturer", "milestone.delivered", actor=actor, milestone=milestone.title)
    return delivery


@moves.action
def confirm(
    *,
    actor: Any | None,
    milestone: Milestone,
    seen: int | None = None,
    now: datetime | None = None,
) -> Job:
    """Confirm what was delivered; the last confirmation ends the job.

    Raises PermissionDenied, StaleMove, IllegalMove (the job does not run)."""
    now = now or timezone.now()
    attempt = move("milestone.confirm")
    moves.require_role(actor, attempt, milestone)
    job = hold_job(milestone.job_id)
    moves.check(attempt.name, milestone, actor=actor, seen=seen)
    _running(job, attempt, milestone, actor)
    fields = {"confirmed_at": now}
    moves.apply(attempt.name, milestone, actor=actor, to=CONFIRMED, seen=seen, fields=fields)
    if job.milestones.exclude(state=CONFIRMED).exists():
        tell(job, "provider", "milestone.confirmed", actor=actor, milestone=milestone.title)
        return job
    fields = {"ended_at": now, **UNASKED}
    moves.apply("job.finish", job, actor=actor, to=DONE, fields=fields)
    end_job(job, actor=actor, now=now)
    tell_both(job, "job.done", actor=actor)
    return job


@moves.action
def return_delivery(
    *,
    actor: Any | None,
    milestone: Milestone,
    reason: str,
    seen: int | None = None,
    now: datetime | None = None,
) -> Milestone:
    """Return what was delivered last, with a reason that the provider reads.

    Raises PermissionDenied, ValidationError (reason), StaleMove, IllegalMove (the job does not
    run)."""
    now = now or timezone.now()
    attempt = move("milestone.return")
    moves.require_role(actor, attempt, milestone)
    text = reason_of(reason, needed=True)
    job = hold_job(milestone.job_id)
    moves.check(attempt.name, milestone, actor=actor, seen=seen)
    _running(job, attempt, milestone, actor)
    moves.apply(attempt.name, milestone, actor=actor, to=RETURNED, seen=seen, fields=UNTOLD)
    delivery = milestone.deliveries.order_by("-number")[0]
    delivery.returned_at, delivery.returned_by, delivery.reason = now, actor, text
    delivery.save(update_fields=["returned_at", "returned_by", "reason"])
    tell(
        job,
        "provider",
        "milestone.returned",
        actor=actor,
        milestone=milestone.title,
        reason=text,
    )
    return milestone


@moves.action
def ask_cancel(
    *,
    actor: Any | None,
    job: Job,
    reason: str,
    side: str = "",
    seen: int | None = None,
    now: datetime | None = None,
) -> Job:
    """Ask the other side to cancel the job. Without its consent only a dispute can end it.

    Raises PermissionDenied, ValidationError (reason), StaleMove, IllegalMove (one side has asked
    already)."""
    attempt = move("job.ask_cancel")
    moves.require_role(actor, attempt, job)
    text = reason_of(reason, needed=True)
    held = hold_job(job.pk)
    moves.check(attempt.name, job, actor=actor, seen=seen)
    if held.cancel_side:
        message = gettext("One side has asked to cancel it already; the other side answers first.")
        raise moves.IllegalMove(message, attempt=attempt, obj=job, actor=actor)
    asking = side_for(actor, held.introduction, attempt, [side] if side else ())
    fields = {"cancel_side": asking, "cancel_asked_at": now or timezone.now(), "reason": text}
    moves.apply(attempt.name, job, actor=actor, seen=seen, fields=fields)
    tell(job, other_side(asking), "job.cancel_asked", actor=actor, reason=text)
    return job


@moves.action
def keep(*, actor: Any | None, job: Job, seen: int | None = None) -> Job:
    """Go on with a job: whoever asked to cancel takes that back, or the other side declines.

    Raises PermissionDenied, StaleMove, IllegalMove (nobody asked to cancel it)."""
    attempt = move("job.keep")
    moves.require_role(actor, attempt, job)
    held = hold_job(job.pk)
    moves.check(attempt.name, job, actor=actor, seen=seen)
    _asked(held, attempt, actor)
    moves.apply(attempt.name, job, actor=actor, seen=seen, fields=UNASKED)
    tell_both(job, "job.kept", actor=actor)
    return job


@moves.action
def cancel(
    *,
    actor: Any | None,
    job: Job,
    seen: int | None = None,
    now: datetime | None = None,
) -> Job:
    """Agree to cancel a job, as the other side asked.

    Raises PermissionDenied, StaleMove, IllegalMove (the other side has not asked)."""
    now = now or timezone.now()
    attempt = move("job.cancel")
    moves.require_role(actor, attempt, job)
    held = hold_job(job.pk)
    moves.check(attempt.name, job, actor=actor, seen=seen)
    _asked(held, attempt, actor)
    if actor is not None and sides_of(actor, held.introduction) == {held.cancel_side}:
        message = gettext("Your side asked to cancel it, so the other side has to agree.")
        raise moves.IllegalMove(message, attempt=attempt, obj=job, actor=actor)
    moves.apply(attempt.name, held, actor=actor, to=CANCELLED, fields={"ended_at": now})
    end_job(held, actor=actor, now=now)
    tell_both(held, "job.cancelled", actor=actor, reason=held.reason)
    return held


def _asked(job: Job, attempt: Move, actor: Any | None) -> None:
    if not job.cancel_side:
        message = gettext("Nobody has asked to cancel this job.")
        raise moves.IllegalMove(message, attempt=attempt, obj=job, actor=actor)


def words_of(text: str, limit: int, name: str, *, least: int = 1) -> str:
    """Words as plain text, between `least` and `limit` characters. Raises ValidationError at
    `name`."""
    try:
        clean = clean_plain_text(text, limit)
    except ValueError as error:
        raise ValidationError({name: str(error)}) from None
    if not clean:
        raise ValidationError({name: gettext("Please fill in this field.")})
    if len(clean) < least:
        message = gettext("Please write at least %(least)s characters.")
        raise ValidationError({name: message % {"least": least}})
    return clean
