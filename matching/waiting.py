"""What waits for people on both sides: introductions to answer, needs to finish or to extend."""

from datetime import datetime, time, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from matching.actions.need import REMIND_DAYS
from matching.listing import in_box, introduction_row, introductions_of
from matching.models import Need
from matching.people import own_organisation_ids, own_providers
from matching.states import DRAFT, OPEN
from portal.foundation import registries
from portal.foundation.desk import MOST
from portal.foundation.registries import NextStep, Waiting, WaitingItem
from portal.organisations.models import Membership


def register() -> None:
    """Add this room's part of the desk."""
    add = registries.waiting.register
    add(Waiting("introductions", 30, _("Introductions to answer"), introductions_to_answer))
    add(Waiting("returned-needs", 50, _("Needs that a moderator gave back"), needs_returned))
    add(Waiting("ending-needs", 51, _("Needs that end soon"), needs_ending))
    add(Waiting("need-drafts", 52, _("Needs not posted yet"), drafts))
    registries.next_steps.register(
        NextStep(
            name="fitting",
            order=20,
            title=_("See needs that fit your firm"),
            text=_("Each with the reasons; ask to be introduced where you can help."),
            url="/needs/fitting/",
            icon="gauge",
            fits=lambda user: own_providers(user).exists(),
        )
    )
    registries.next_steps.register(
        NextStep(
            name="post",
            order=40,
            title=_("Post a need"),
            text=_("Say what hurts in your own words; you see who fits and why."),
            url="/needs/post/",
            icon="factory",
            fits=_may_need_something,
        )
    )


def _may_need_something(user: Any) -> bool:
    """Everybody but the city's people and those who act for providers only."""
    if user.role_groups:
        return False
    acting = Membership.objects.filter(user_id=user.pk)
    return not acting.exists() or acting.filter(organisation__provider__isnull=True).exists()


def introductions_to_answer(user: Any) -> list[WaitingItem]:
    """Introductions that the other side asked for, until they expire."""
    own = own_organisation_ids(user)
    rows = introductions_of(own).filter(in_box("waiting", own)).order_by("expires_at", "pk")
    items = []
    for row in rows[:MOST]:
        shown = introduction_row(row, own)
        items.append(
            WaitingItem(
                title=gettext("%(other)s about “%(need)s”")
                % {"other": shown["other"], "need": shown["title"]},
                url=row.get_absolute_url(),
                since=row.requested_at,
                due=row.expires_at,
            )
        )
    return items


def needs_returned(user: Any) -> list[WaitingItem]:
    """Drafts with a moderator's note: change them and post them again."""
    rows = _own_needs(user).filter(state=DRAFT).exclude(moderation_note="")
    return [WaitingItem(row.title, _edit(row), row.changed) for row in rows[:MOST]]


def drafts(user: Any) -> list[WaitingItem]:
    """Needs that were written down and never posted."""
    rows = _own_needs(user).filter(state=DRAFT, moderation_note="")
    return [WaitingItem(row.title, _edit(row), row.created) for row in rows[:MOST]]


def needs_ending(user: Any) -> list[WaitingItem]:
    """Open needs whose last day comes soon: keep them open, or let them end."""
    last = timezone.localdate() + timedelta(days=REMIND_DAYS)
    rows = _own_needs(user).filter(state=OPEN, expires_on__lte=last)
    return [
        WaitingItem(row.title, row.get_absolute_url(), row.posted_at, end_of(row.expires_on))
        for row in rows.order_by("expires_on", "pk")[:MOST]
        if row.posted_at and row.expires_on
    ]


def end_of(day: Any) -> datetime:
    """The moment at which a day is over, in the portal's time zone."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))


def _own_needs(user: Any) -> Any:
    return Need.objects.filter(organisation__memberships__user_id=user.pk).order_by("pk")


def _edit(need: Need) -> str:
    return reverse("matching:edit", args=[need.ref])
