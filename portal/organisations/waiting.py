"""What waits for people of organisations: invitations, and profiles that nobody can find yet."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.foundation import registries
from portal.foundation.desk import MOST
from portal.foundation.registries import NextStep, Waiting, WaitingItem
from portal.organisations.completeness import completeness
from portal.organisations.models import Membership, ProviderProfile
from portal.organisations.queries import invitations_for

COMPLETE_ENOUGH = 60
"""Percent; below it a profile hardly answers a need."""


def register() -> None:
    """Add this room's part of the desk."""
    registries.waiting.register(
        Waiting("invitations", 20, _("Invitations to accept"), invitations_to_accept)
    )
    registries.waiting.register(
        Waiting("profiles", 70, _("Your provider profile"), profiles_to_finish)
    )
    registries.next_steps.register(
        NextStep(
            name="register",
            order=30,
            title=_("Register your organisation"),
            text=_("You act for it then: post its needs, or show what it offers."),
            url="/organisations/new/",
            icon="building",
            fits=lambda user: not user.role_groups and not _acts_for_somebody(user),
        )
    )


def _acts_for_somebody(user: Any) -> bool:
    return Membership.objects.filter(user_id=user.pk).exists()


def invitations_to_accept(user: Any) -> list[WaitingItem]:
    """Invitations that reached a confirmed address of this person, until they expire."""
    return [
        WaitingItem(
            title=gettext("Join %(organisation)s") % {"organisation": row.organisation},
            url=reverse("organisations:invitation", args=[row.token]),
            since=row.created,
            due=row.expires,
        )
        for row in invitations_for(user)[:MOST]
    ]


def profiles_to_finish(user: Any) -> list[WaitingItem]:
    """Profiles of one's organisations that were declined, are not listed, or say too little."""
    rows = (
        ProviderProfile.objects.filter(organisation__memberships__user_id=user.pk)
        .select_related("organisation")
        .prefetch_related("offers")
        .order_by("pk")
    )
    items = []
    for profile in rows[:MOST]:
        title = _next_of(profile)
        if title:
            url = reverse("organisations:organisation", args=[profile.organisation.key])
            items.append(WaitingItem(f"{profile}: {title}", url, profile.changed))
    return items


def _next_of(profile: ProviderProfile) -> str:
    """What its people should do with a profile; empty where it does its work."""
    if profile.verification == ProviderProfile.Verification.DECLINED:
        return gettext("Verification was declined: read why")
    percent, missing = completeness(profile)
    if percent < COMPLETE_ENOUGH and missing:
        return str(missing[0].label)
    if not profile.listed:
        return gettext("List it, so that factories find you")
    return ""
