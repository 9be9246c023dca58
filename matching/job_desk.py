"""What jobs add to pages and work that show many rooms: deadlines, what waits, what is stuck, the
moderators' queue, files, reviews on the provider's page, and what is held of a person."""

from datetime import datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from matching import telling_jobs
from matching.actions.deadlines import waiting_milestones, waits_since, watch_deadlines
from matching.actions.review import show_due_reviews
from matching.job_detail import provider_reviews
from matching.models import (
    Delivery,
    DeliveryFile,
    Dispute,
    Introduction,
    Job,
    Milestone,
    Review,
    ReviewReply,
    Statement,
)
from matching.people import own_organisation_ids
from matching.states import CANCELLED, DELIVERED, DONE, OPEN, RUNNING
from portal.foundation import files, permissions, registries, work
from portal.foundation.desk import MOST
from portal.foundation.models.files import StoredFile
from portal.foundation.registries import (
    ModerationKind,
    PersonalData,
    Slot,
    Stuck,
    StuckRow,
    Waiting,
    WaitingItem,
)
from portal.organisations.models import ProviderProfile

HOURLY = timedelta(hours=1)
ON_PAGE = 10
"""Reviews on a provider's page, the newest."""
QUIET_DISPUTE_DAYS = 7


def register() -> None:
    """Called once at start."""
    telling_jobs.register()
    work.register_periodic("job-deadlines", HOURLY, watch_deadlines)
    work.register_periodic("show-reviews", HOURLY, show_due_reviews)
    files.register_reader("matching.deliveries", may_read_file)
    registries.moderation.register(
        ModerationKind(
            name="dispute",
            order=25,
            label=_("Disputes"),
            pending=lambda: (
                Dispute.objects.filter(state=OPEN).select_related("job").order_by("opened_at")
            ),
            detail_url=lambda row: row.get_absolute_url(),
            since="opened_at",
        )
    )
    registries.provider_parts.register(
        Slot("reviews", 20, "matching/_provider_reviews.html", _reviews)
    )
    add = registries.waiting.register
    add(Waiting("deliver", 20, _("Milestones to deliver"), to_deliver))
    add(Waiting("confirm", 21, _("Deliveries to look at"), to_confirm))
    add(Waiting("cancel", 22, _("Requests to cancel a job"), to_answer))
    add(Waiting("disputes", 23, _("Jobs in dispute"), in_dispute))
    add(Waiting("reviews", 40, _("Reviews to write"), to_review))
    registries.stuck.register(Stuck("late", 50, _("Milestones late"), late))
    registries.stuck.register(
        Stuck("unconfirmed", 51, _("Deliveries that nobody looks at"), unconfirmed)
    )
    registries.stuck.register(Stuck("disputes", 52, _("Disputes open for a week"), old_disputes))
    registries.personal_data.register(PersonalData("jobs", 52, export, erase))


def may_read_file(user: Any, row: StoredFile) -> bool:
    """A file of a delivery: whoever reads the words of its job."""
    found = DeliveryFile.objects.filter(file=row).select_related(
        "delivery__milestone__job__introduction__need",
        "delivery__milestone__job__introduction__provider",
    )
    return any(
        permissions.allowed(user, "matching.job.read_words", one.delivery.milestone.job)
        for one in found
    )


def _reviews(request: HttpRequest, profile: ProviderProfile) -> dict[str, Any] | None:
    rows = provider_reviews(profile.pk, ON_PAGE)
    return {"rows": rows} if rows else None


def _of(own: set[int], side: str, path: str = "") -> Q:
    """Rows whose introduction (behind `path`) has one of these organisations on a side."""
    firm = "need" if side == Introduction.Side.MANUFACTURER else "provider"
    return Q(**{f"{path}introduction__{firm}__organisation_id__in": own})


def _either(own: set[int], path: str = "") -> Q:
    return _of(own, "manufacturer", path) | _of(own, "provider", path)


def to_deliver(user: Any) -> list[WaitingItem]:
    """The next milestone of each running job that one's side provides."""
    rows = (
        Milestone.objects.filter(
            _of(own_organisation_ids(user), "provider", "job__"),
            job__state=RUNNING,
            state__in=["open", "returned"],
        )
        .select_related("job")
        .order_by("due_on", "position", "pk")
    )
    first: dict[int, Milestone] = {}
    for row in rows:
        first.setdefault(row.job_id, row)
    return [
        WaitingItem(_named(row), _address(row), row.job.started_at, end_of(row.due_on))
        for row in list(first.values())[:MOST]
    ]


def to_confirm(user: Any) -> list[WaitingItem]:
    """Everything delivered to one's side and neither confirmed nor returned."""
    rows = (
        Milestone.objects.filter(
            _of(own_organisation_ids(user), "manufacturer", "job__"),
            job__state=RUNNING,
            state=DELIVERED,
        )
        .select_related("job")
        .order_by("delivered_at", "pk")
    )
    patience = timedelta(days=settings.CONFIRM_ESCALATE_DAYS)
    return [
        WaitingItem(_named(row), _address(row), row.delivered_at, row.delivered_at + patience)
        for row in rows[:MOST]
        if row.delivered_at
    ]


def to_answer(user: Any) -> list[WaitingItem]:
    """Jobs that the other side asks to cancel."""
    own = own_organisation_ids(user)
    asked = Q(cancel_side="provider") & _of(own, "manufacturer")
    asked |= Q(cancel_side="manufacturer") & _of(own, "provider")
    rows = _jobs().filter(asked, state=RUNNING).order_by("cancel_asked_at", "pk")
    return [
        WaitingItem(_title(row), row.get_absolute_url() + "#cancel", row.cancel_asked_at)
        for row in rows[:MOST]
        if row.cancel_asked_at
    ]


def in_dispute(user: Any) -> list[WaitingItem]:
    """Disputes to which one's side may say something."""
    rows = (
        Dispute.objects.filter(_either(own_organisation_ids(user), "job__"), state=OPEN)
        .select_related("job__introduction__need")
        .order_by("opened_at", "pk")
    )
    return [
        WaitingItem(_title(row.job), row.get_absolute_url(), row.opened_at) for row in rows[:MOST]
    ]


def to_review(user: Any) -> list[WaitingItem]:
    """Jobs that ended and that one's side has not reviewed, while the other's is not shown."""
    own = own_organisation_ids(user)
    over = Q(state=DONE) | Q(state=CANCELLED, disputes__outcome=Dispute.Outcome.CANCEL)
    rows = (
        _jobs()
        .filter(over, _either(own))
        .exclude(reviews__state__in=["shown", "removed"])
        .prefetch_related("reviews")
        .distinct()
        .order_by("ended_at", "pk")
    )
    patience = timedelta(days=settings.REVIEW_DAYS)
    items = []
    for row in rows[: 2 * MOST]:
        there = list(row.reviews.all())
        sides = set()
        if row.introduction.need.organisation_id in own:
            sides.add("manufacturer")
        if row.introduction.provider.organisation_id in own:
            sides.add("provider")
        if sides - {one.side for one in there} and row.ended_at:
            due = there[0].written_at + patience if there else None
            url = row.get_absolute_url() + "review/"
            items.append(WaitingItem(_title(row), url, row.ended_at, due))
    return items[:MOST]


def _jobs() -> QuerySet[Job]:
    return Job.objects.select_related("introduction__need", "introduction__provider")


def _title(job: Job) -> str:
    return gettext("%(ref)s · %(need)s") % {"ref": job.ref, "need": job.introduction.need.title}


def _named(milestone: Milestone) -> str:
    return gettext("%(milestone)s (%(ref)s)") % {
        "milestone": milestone.title,
        "ref": milestone.job.ref,
    }


def _address(milestone: Milestone) -> str:
    return f"{milestone.job.get_absolute_url()}#milestone-{milestone.position}"


def end_of(day: Any) -> datetime:
    """The moment at which a day is over, in the portal's time zone."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))


def late() -> list[StuckRow]:
    """Milestones that the officers were told of, or should be."""
    return _stuck(~Q(state=DELIVERED), settings.LATE_ESCALATE_DAYS, gettext("not delivered"))


def unconfirmed() -> list[StuckRow]:
    """Deliveries that wait for too long."""
    return _stuck(Q(state=DELIVERED), settings.CONFIRM_ESCALATE_DAYS, gettext("not confirmed"))


def _stuck(which: Q, days: int, where: str) -> list[StuckRow]:
    today = timezone.localdate()
    found = []
    for row in waiting_milestones().filter(which):
        since = waits_since(row)
        if (today - since).days >= days:
            place = gettext("milestone %(number)s, %(where)s") % {
                "number": row.position,
                "where": where,
            }
            found.append(StuckRow(row.job.ref, row.job.get_absolute_url(), place, end_of(since)))
    return sorted(found, key=lambda one: one.since)


def old_disputes() -> list[StuckRow]:
    """Disputes that no moderator has settled for a week."""
    before = timezone.now() - timedelta(days=QUIET_DISPUTE_DAYS)
    rows = Dispute.objects.filter(state=OPEN, opened_at__lt=before).select_related("job")
    return [
        StuckRow(
            row.job.ref, row.job.get_absolute_url(), gettext("waits for a moderator"), row.opened_at
        )
        for row in rows.order_by("opened_at", "pk")
    ]


def export(user: Any) -> dict[str, Any]:
    """What a person delivered, returned, said in disputes and wrote in reviews."""
    return {
        "deliveries": list(
            Delivery.objects.filter(by=user).values("milestone__job__ref", "number", "note", "at")
        ),
        "returned": list(
            Delivery.objects.filter(returned_by=user).values(
                "milestone__job__ref", "number", "reason", "returned_at"
            )
        ),
        "disputes": list(
            Dispute.objects.filter(opened_by=user).values("job__ref", "reason", "opened_at")
        ),
        "decisions": list(
            Dispute.objects.filter(moderator=user).values("job__ref", "decision", "settled_at")
        ),
        "statements": list(
            Statement.objects.filter(author=user).values("dispute__job__ref", "words", "at")
        ),
        "reviews": list(
            Review.objects.filter(author=user).values("job__ref", "criteria", "words", "written_at")
        ),
        "replies": list(
            ReviewReply.objects.filter(author=user).values(
                "review__job__ref", "words", "written_at"
            )
        ),
    }


def erase(user: Any) -> None:
    """Both firms' records stay, without the person in them."""
    Delivery.objects.filter(by=user).update(by=None)
    Delivery.objects.filter(returned_by=user).update(returned_by=None)
    Dispute.objects.filter(opened_by=user).update(opened_by=None)
    Dispute.objects.filter(moderator=user).update(moderator=None)
    Statement.objects.filter(author=user).update(author=None)
    Review.objects.filter(author=user).update(author=None)
    ReviewReply.objects.filter(author=user).update(author=None)
