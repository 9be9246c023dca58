"""Who stands on which side of a need or an introduction, and what each may know of the other."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.humanize.templatetags.humanize import naturaltime
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from matching.models import Introduction, Need
from matching.states import ACCEPTED, CLOSED, DRAFT, MODERATION
from portal.foundation import permissions
from portal.foundation.models import AuditEntry
from portal.foundation.text import content_language
from portal.organisations.models import Membership, Organisation, ProviderProfile
from portal.organisations.permissions import organisation_roles_by_id
from portal.vocabulary import get_vocabulary

MOMENT = timedelta(minutes=2)
UNPUBLISHED = (DRAFT, MODERATION)
"""States in which only its own firm and the city read a need, however far it was before."""
Side = Introduction.Side


def is_member(user: Any | None, organisation_id: int) -> bool:
    """Does this person act for the organisation?"""
    if user is None or not user.is_authenticated:
        return False
    return bool(organisation_roles_by_id(user, organisation_id))


def members(organisation: Organisation) -> QuerySet[Any]:
    """Everybody who acts for an organisation and can sign in."""
    return (
        get_user_model()
        .objects.filter(memberships__organisation=organisation, is_active=True)
        .order_by("pk")
    )


def own_organisation_ids(user: Any) -> set[int]:
    """Organisations a person acts for."""
    return set(Membership.objects.filter(user_id=user.pk).values_list("organisation_id", flat=True))


def own_providers(user: Any | None) -> QuerySet[ProviderProfile]:
    """Listed profiles that a person can ask and answer for."""
    if user is None or not user.is_authenticated:
        return ProviderProfile.objects.none()
    return own_profiles(user).filter(listed=True)


def own_profiles(user: Any) -> QuerySet[ProviderProfile]:
    """The same with those that are not listed yet, of somebody who is signed in."""
    return ProviderProfile.objects.filter(
        organisation__memberships__user_id=user.pk
    ).select_related("organisation")


def sides_of(user: Any | None, introduction: Introduction) -> set[str]:
    """The sides a person is on; both for somebody who acts for both."""
    organisations = {
        Side.MANUFACTURER.value: introduction.need.organisation_id,
        Side.PROVIDER.value: introduction.provider.organisation_id,
    }
    return {side for side, pk in organisations.items() if is_member(user, pk)}


def introduction_of(obj: Any) -> Introduction:
    """The introduction behind a proposal, agreement, job, milestone, delivery, review or
    dispute; itself for an introduction."""
    while not isinstance(obj, Introduction):
        for name in ("introduction", "agreement", "job", "milestone", "review"):
            if hasattr(type(obj), name):
                obj = getattr(obj, name)
                break
        else:
            raise TypeError(f"{type(obj).__name__} belongs to no introduction")
    return obj


def deal_roles(user: Any, obj: Any) -> set[str]:
    """A signed-in person's roles towards what comes of an introduction: which sides, and for
    what one side made (`side`) whether it is one's own."""
    sides = sides_of(user, introduction_of(obj))
    roles = {f"{side}_member" for side in sides}
    made_by = getattr(obj, "side", None)
    if made_by in sides:
        roles.add("author_side")
    if made_by and sides - {made_by}:
        roles.add("other_side")
    return roles


def asked_side(introduction: Introduction) -> str:
    """The side that has to answer."""
    if introduction.asked_by == Side.MANUFACTURER:
        return Side.PROVIDER.value
    return Side.MANUFACTURER.value


def organisation_on(introduction: Introduction, side: str) -> Organisation:
    """The organisation of one side."""
    if side == Side.MANUFACTURER:
        return introduction.need.organisation
    return introduction.provider.organisation


def is_introduced(user: Any | None, need: Need) -> bool:
    """Does a provider this person acts for have an introduction that was accepted?"""
    if user is None or not user.is_authenticated:
        return False
    theirs = _accepted(need).filter(provider__organisation__memberships__user_id=user.pk)
    return theirs.exists()


def was_introduced(need: Need) -> bool:
    """Was an introduction to this need accepted, so that somebody deals, or dealt, on its words?"""
    return _accepted(need).exists()


def _accepted(need: Need) -> QuerySet[Introduction]:
    return Introduction.objects.filter(need=need, state__in=[ACCEPTED, CLOSED])


def may_name_manufacturer(user: Any | None, need: Need) -> bool:
    """May this person read the name of the organisation behind a need?"""
    if user is None:
        return True
    if not user.is_authenticated:
        return False
    if is_member(user, need.organisation_id):
        return True
    if permissions.general_roles(user) & {"officer", "moderator"} or permissions.is_superuser(user):
        return True
    return is_introduced(user, need)


def may_read_words(user: Any, need: Need) -> bool:
    """May somebody who takes part in an introduction read the need's words as they are now?"""
    return (
        need.state not in UNPUBLISHED
        or is_member(user, need.organisation_id)
        or permissions.allowed(user, "matching.need.follow", need)
    )


def somebody_in(district: str, language: str | None = None) -> str:
    """What the public reads in place of the organisation's name."""
    return gettext("A manufacturer in %(district)s") % {
        "district": district_label(district, language)
    }


def district_label(code: str, language: str | None = None) -> str:
    """The district's name in the active language (or the one given), else its code."""
    return get_vocabulary().district_label(code, language or content_language())


def describe_actor(entry: AuditEntry, viewer: Any | None, obj: Any) -> str:
    """Who did it, as far as the viewer may know: a colleague by name, others by their part."""
    if entry.actor is None:
        return gettext("The portal")
    if viewer is not None and entry.actor_id == viewer.pk:
        return gettext("You")
    if isinstance(obj, Need):
        if is_member(entry.actor, obj.organisation_id) and may_name_manufacturer(viewer, obj):
            return entry.actor.get_full_name()
        return gettext("The portal's staff")
    introduction = introduction_of(obj)
    theirs = sides_of(entry.actor, introduction)
    if not theirs and permissions.general_roles(entry.actor) & {"officer", "moderator"}:
        return gettext("The portal's staff")
    if theirs & sides_of(viewer, introduction) or introduction.state in (ACCEPTED, CLOSED):
        return entry.actor.get_full_name()
    if Side.PROVIDER in theirs:
        return gettext("The provider")
    return gettext("The manufacturer")


def when(at: datetime) -> str:
    """How long ago, in words."""
    if timezone.now() - at < MOMENT:
        return gettext("a moment ago")
    return str(naturaltime(at))


def contacts_of(organisation: Organisation, people: Iterable[Any]) -> dict[str, str]:
    """Whom to call: the organisation's contact, else the first of the people who acts for it."""
    acting = (user for user in people if user is not None and user.is_active)
    person = next((user for user in acting if is_member(user, organisation.pk)), None)
    if organisation.contact_name or organisation.contact_email or organisation.contact_phone:
        return {
            "name": organisation.contact_name,
            "email": organisation.contact_email,
            "phone": organisation.contact_phone,
        }
    if person is None:
        return {"name": "", "email": "", "phone": ""}
    return {"name": person.get_full_name(), "email": person.email, "phone": person.phone}
