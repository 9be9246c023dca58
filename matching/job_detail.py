"""What the pages of a job, its disputes and its reviews show to whom."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext

from matching.actions.review import may_be_reviewed
from matching.deal_detail import job_context
from matching.detail import timeline
from matching.models import Delivery, Dispute, Introduction, Job, Milestone, Review
from matching.people import organisation_on, sides_of, somebody_in
from matching.reviewing import grades
from matching.states import (
    CONFIRMED,
    DELIVERED,
    DISPUTED,
    OPEN,
    REMOVED,
    RETURNED,
    RUNNING,
    SHOWN,
    WRITTEN,
)
from portal.foundation import permissions
from portal.foundation.text import content_language

Side = Introduction.Side
MANUFACTURER, PROVIDER = Side.MANUFACTURER.value, Side.PROVIDER.value
TONES = {OPEN: "neutral", DELIVERED: "info", RETURNED: "warn", CONFIRMED: "good"}


@dataclass(frozen=True)
class Step:
    """What comes next, on top of the page: `mine` when the reader has to do it."""

    title: str
    text: str = ""
    url: str = ""
    label: str = ""
    mine: bool = False


def full_job_context(job: Job, user: Any) -> dict[str, Any]:
    """Everything the page of a job shows this person."""
    context = job_context(job, user)
    sides = context["sides"]
    words = permissions.allowed(user, "matching.job.read_words", job)
    milestones = list(_milestones(job))
    reviews = list(_reviews(job))
    disputes = list(job.disputes.all())
    step = next_step(job, sides, milestones, reviews, disputes)
    running = job.state == RUNNING
    asked = running and bool(job.cancel_side)
    return {
        **context,
        "words_shown": words,
        "sum_shown": bool(sides) or words,
        "rows": [_row(row, job, sides, words, step) for row in milestones],
        "step": step,
        "disputes": disputes if words else [],
        "reviews": [_shown(row, user, sides) for row in reviews if _visible(row, user)],
        "may_ask_cancel": running and bool(sides) and not asked,
        "may_dispute": running and bool(sides),
        "cancel_asked": asked,
        "may_agree_cancel": asked and bool(sides - {job.cancel_side}),
        "cancel_by": Side(job.cancel_side).label if asked else "",
    }


def _milestones(job: Job) -> QuerySet[Milestone]:
    deliveries = Delivery.objects.prefetch_related("files__file").order_by("number")
    return job.milestones.prefetch_related(Prefetch("deliveries", deliveries))


def _reviews(job: Job) -> QuerySet[Review]:
    return job.reviews.select_related(
        "reply",
        "job__introduction__need__organisation",
        "job__introduction__provider__organisation",
    )


def _row(
    milestone: Milestone, job: Job, sides: set[str], words: bool, step: Step | None
) -> dict[str, Any]:
    running = job.state == RUNNING
    todo = milestone.state in (OPEN, RETURNED)
    return {
        "row": milestone,
        "tone": TONES[milestone.state],
        "next": step is not None and step.url == f"#milestone-{milestone.position}",
        "late": running and todo and milestone.due_on < timezone.localdate(),
        "deliveries": list(milestone.deliveries.all()) if words else [],
        "may_deliver": running and todo and PROVIDER in sides,
        "may_confirm": running and milestone.state == DELIVERED and MANUFACTURER in sides,
    }


def next_step(
    job: Job,
    sides: set[str],
    milestones: list[Milestone],
    reviews: list[Review],
    disputes: list[Dispute],
) -> Step | None:
    """What a side has to do now, or waits for; None for the city and when all is over."""
    if not sides:
        return None
    if job.state == DISPUTED:
        return Step(
            gettext("A moderator decides"),
            gettext("The milestones wait until the dispute is settled. Say your side there."),
            disputes[0].get_absolute_url(),
            gettext("Open the dispute"),
            mine=True,
        )
    if job.state == RUNNING:
        return _running_step(job, sides, milestones)
    return _review_step(job, sides, reviews)


def _running_step(job: Job, sides: set[str], milestones: list[Milestone]) -> Step:
    if job.cancel_side and sides - {job.cancel_side}:
        text = gettext("The other side asks to cancel the job. Agree, or let it go on.")
        return Step(gettext("Answer"), text, "#cancel", gettext("Answer the request"), mine=True)
    delivered = [row for row in milestones if row.state == DELIVERED]
    todo = [row for row in milestones if row.state in (RETURNED, OPEN)]
    todo.sort(key=lambda row: (row.state != RETURNED, row.due_on, row.position))
    if MANUFACTURER in sides and delivered:
        title = gettext("Look at what was delivered: %(milestone)s")
        text = gettext("Confirm it, or return it with a reason.")
        return _at(delivered[0], title, text, gettext("Look at it"))
    if PROVIDER in sides and todo:
        title = gettext("Deliver: %(milestone)s")
        text = gettext("Due on %(day)s.") % {"day": date_format(todo[0].due_on)}
        if todo[0].state == RETURNED:
            text = gettext("It was returned; the reason stands beside it.")
        return _at(todo[0], title, text, gettext("Deliver it"))
    waits = delivered[0] if delivered else todo[0]
    title = gettext("Nothing to do for you now")
    text = gettext("The other side delivers “%(milestone)s”, due on %(day)s. You are told.")
    if delivered:
        text = gettext("The other side looks at “%(milestone)s”. You are told.")
    return Step(title, text % {"milestone": waits.title, "day": date_format(waits.due_on)})


def _at(milestone: Milestone, title: str, text: str, label: str) -> Step:
    named = title % {"milestone": milestone.title}
    return Step(named, text, f"#milestone-{milestone.position}", label, mine=True)


def _review_step(job: Job, sides: set[str], reviews: list[Review]) -> Step | None:
    if not may_be_reviewed(job):
        return None
    written = {row.side for row in reviews}
    over = any(row.state != WRITTEN for row in reviews)
    if not over and sides - written:
        return Step(
            gettext("Review the other side"),
            gettext("Both reviews are shown together, and neither before."),
            reverse("matching:review", args=[job.ref]),
            gettext("Write your review"),
            mine=True,
        )
    if not over:
        last = date_format(timezone.localtime(_shown_at_the_latest(reviews[0])))
        text = gettext("They are shown once the other side has written, on %(day)s at the latest.")
        return Step(gettext("Your review is written"), text % {"day": last})
    to_answer = [row for row in reviews if row.state == SHOWN and _may_reply(row, sides)]
    if to_answer:
        text = gettext("You can reply once to what the other side wrote.")
        return Step(gettext("The reviews are shown"), text, "#reviews", gettext("Read them"))
    return None


def _shown_at_the_latest(first: Review) -> datetime:
    return first.written_at + timedelta(days=settings.REVIEW_DAYS)


def _may_reply(review: Review, sides: set[str]) -> bool:
    answered = getattr(review, "reply", None) is not None
    return review.state == SHOWN and not answered and bool(sides - {review.side})


def _visible(review: Review, user: Any) -> bool:
    """Shown ones for whoever reads the job; before, to nobody; taken down, to its moderators and
    both sides, without the words."""
    return review.state in (SHOWN, REMOVED)


def _shown(review: Review, user: Any, sides: set[str]) -> dict[str, Any]:
    return {
        "review": review,
        "by": organisation_on(review.job.introduction, review.side),
        "grades": grades(review) if review.state == SHOWN else [],
        "reply": getattr(review, "reply", None),
        "may_reply": _may_reply(review, sides),
        "may_remove": permissions.allowed(user, "matching.review.remove", review),
        "language": language_of(review.words),
    }


def language_of(words: str) -> str:
    """zh for words with Chinese characters, else en: people write in either."""
    return "zh" if any("\u4e00" <= sign <= "\u9fff" for sign in words) else "en"


def dispute_context(dispute: Dispute, user: Any) -> dict[str, Any]:
    """Everything the page of a dispute shows this person."""
    job = dispute.job
    open_ = dispute.state == OPEN
    return {
        "dispute": dispute,
        "job": job,
        "need": job.introduction.need,
        "manufacturer": job.introduction.need.organisation,
        "provider": job.introduction.provider,
        "sides": sides_of(user, job.introduction),
        "statements": list(dispute.statements.all()),
        "may_state": open_ and permissions.allowed(user, "matching.dispute.state", dispute),
        "may_settle": open_ and permissions.allowed(user, "matching.dispute.settle", dispute),
        "timeline": timeline(dispute, user),
    }


def provider_reviews(provider_id: int, limit: int) -> list[dict[str, Any]]:
    """Shown reviews of a provider, newest first, for its public page: the manufacturer is named
    only where it agreed to that."""
    rows = (
        Review.objects.filter(
            job__introduction__provider_id=provider_id, side=MANUFACTURER, state=SHOWN
        )
        .select_related("reply", "job__introduction__need__organisation")
        .order_by("-shown_at", "-pk")[:limit]
    )
    return [
        {
            "review": row,
            "by": _who_reviewed(row),
            "grades": grades(row),
            "reply": getattr(row, "reply", None),
            "language": language_of(row.words),
            "reply_language": language_of(row.reply.words) if hasattr(row, "reply") else "",
        }
        for row in rows
    ]


def _who_reviewed(review: Review) -> str:
    firm = review.job.introduction.need.organisation
    return str(firm) if review.named else somebody_in(firm.district, content_language())
