"""What both sides, moderators and officers are told about jobs, disputes and reviews."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils.translation import gettext_noop

from matching.actions.deal import other_side
from matching.models import Introduction, Job
from matching.people import members, organisation_on
from portal.foundation import notifications
from portal.foundation.text import pick

GROUP = gettext_noop("Jobs and reviews")
KINDS = {
    "milestone.delivered": (
        gettext_noop("Delivered; please look: %(milestone)s"),
        gettext_noop(
            "%(other)s delivered “%(milestone)s” of the job %(ref)s. Confirm it, or return it "
            "with a reason."
        ),
    ),
    "milestone.confirmed": (
        gettext_noop("Confirmed: %(milestone)s"),
        gettext_noop("%(other)s confirmed “%(milestone)s” of the job %(ref)s."),
    ),
    "milestone.returned": (
        gettext_noop("Returned: %(milestone)s"),
        gettext_noop("%(other)s returned “%(milestone)s” of the job %(ref)s: %(reason)s"),
    ),
    "milestone.late": (
        gettext_noop("Late: %(milestone)s"),
        gettext_noop(
            "“%(milestone)s” of the job %(ref)s was due on %(due)s. Deliver it, or write to "
            "%(other)s when it comes."
        ),
    ),
    "milestone.late_there": (
        gettext_noop("A milestone is late: %(milestone)s"),
        gettext_noop(
            "“%(milestone)s” of the job %(ref)s was due on %(due)s. %(other)s was reminded; "
            "you need not do anything."
        ),
    ),
    "milestone.unconfirmed": (
        gettext_noop("Waits for you: %(milestone)s"),
        gettext_noop(
            "%(other)s delivered “%(milestone)s” of the job %(ref)s %(days)s days ago. Confirm it, "
            "or return it with a reason."
        ),
    ),
    "milestone.escalated": (
        gettext_noop("A job does not move on: %(ref)s"),
        gettext_noop("The job %(ref)s has waited for %(days)s days."),
    ),
    "milestone.city_told": (
        gettext_noop("The city's officers know that it is late: %(milestone)s"),
        gettext_noop(
            "“%(milestone)s” of the job %(ref)s has waited for %(days)s days, so the city's "
            "officers were told. They see how far the job is, not what was delivered."
        ),
    ),
    "job.done": (
        gettext_noop("The job is done: %(title)s"),
        gettext_noop(
            "The last milestone of %(ref)s, “%(title)s”, was confirmed. Please review %(other)s "
            "on the job's page; both reviews are shown together."
        ),
    ),
    "job.cancel_asked": (
        gettext_noop("Asked to cancel: %(title)s"),
        gettext_noop(
            "%(other)s asks to cancel the job %(ref)s: %(reason)s\n"
            "Agree, go on, or bring it before a moderator on the job's page."
        ),
    ),
    "job.kept": (
        gettext_noop("The job goes on: %(title)s"),
        gettext_noop("The job %(ref)s is not cancelled; it goes on as agreed."),
    ),
    "job.cancelled": (
        gettext_noop("Cancelled: %(title)s"),
        gettext_noop("Both sides agreed to cancel the job %(ref)s: %(reason)s"),
    ),
    "dispute.opened": (
        gettext_noop("A dispute about %(title)s"),
        gettext_noop(
            "The job %(ref)s is before a moderator, and its milestones wait. Say your side on "
            "the dispute's page."
        ),
    ),
    "dispute.waiting": (
        gettext_noop("A dispute waits for a moderator: %(ref)s"),
        gettext_noop("A side of the job %(ref)s opened a dispute."),
    ),
    "dispute.statement": (
        gettext_noop("A new statement in the dispute about %(title)s"),
        gettext_noop("Read it on the dispute's page."),
    ),
    "dispute.settled": (
        gettext_noop("The dispute about %(title)s is settled"),
        gettext_noop("A moderator decided about the job %(ref)s: %(reason)s"),
    ),
    "review.written": (
        gettext_noop("You were reviewed; now you: %(title)s"),
        gettext_noop(
            "%(other)s wrote its review of the job %(ref)s. Write yours within %(days)s days: both "
            "are shown together, and neither before."
        ),
    ),
    "review.shown": (
        gettext_noop("The reviews are shown: %(title)s"),
        gettext_noop("Read them on the page of the job %(ref)s. You can reply once."),
    ),
    "review.replied": (
        gettext_noop("A reply to your review: %(title)s"),
        gettext_noop("%(other)s replied to your review of the job %(ref)s."),
    ),
    "review.removed": (
        gettext_noop("A review was taken down: %(title)s"),
        gettext_noop("A moderator took a review of the job %(ref)s down: %(reason)s"),
    ),
}


def register() -> None:
    """Add the kinds."""
    for kind, (subject, body) in KINDS.items():
        notifications.register(kind, subject=subject, body=body, group=GROUP)


def tell(
    job: Job,
    side: str,
    kind: str,
    *,
    actor: Any | None,
    about: Any | None = None,
    **facts: str | int,
) -> None:
    """Tell one side, but not who did it, what happened to a job (`about`: to what of it)."""
    introduction = job.introduction
    across = organisation_on(introduction, other_side(side))
    for person in members(organisation_on(introduction, side)):
        if actor is not None and person.pk == actor.pk:
            continue
        context = {
            "title": introduction.need.title,
            "ref": job.ref,
            "other": pick(across.name_zh, across.name_en, person.language[:2]),
            **facts,
        }
        notifications.notify(recipient=person, kind=kind, context=context, url=_path(about or job))


def tell_both(
    job: Job, kind: str, *, actor: Any | None, about: Any | None = None, **facts: str | int
) -> None:
    """Tell both sides."""
    for side in Introduction.Side.values:
        tell(job, side, kind, actor=actor, about=about, **facts)


def tell_staff(
    job: Job, kind: str, *, roles: Iterable[str], about: Any | None = None, **facts: str | int
) -> None:
    """Tell everybody with one of the city's roles; nothing that the sides wrote."""
    people = get_user_model().objects.filter(groups__name__in=list(roles), is_active=True)
    facts.pop("milestone", None)
    context: dict[str, str | int] = {"ref": job.ref, **facts}
    for person in people.distinct().order_by("pk"):
        notifications.notify(recipient=person, kind=kind, context=context, url=_path(about or job))


def _path(obj: Any) -> str:
    """The address without its language: the reader's is put in front when it is opened."""
    name, key = obj._meta.model_name, getattr(obj, "ref", None) or obj.pk
    return "/" + reverse(f"matching:{name}", args=[key]).split("/", 2)[2]
