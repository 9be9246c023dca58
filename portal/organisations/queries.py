"""Reads: who may be seen, who acts for whom, which tier holds on a day."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Prefetch, QuerySet

from portal.accounts.models import User
from portal.organisations.models import (
    Membership,
    Offer,
    Organisation,
    ProviderProfile,
    Recognition,
)
from portal.organisations.values import BASE_TIER
from portal.vocabulary.vocabulary import get_vocabulary


def visible_providers() -> QuerySet[ProviderProfile]:
    """Profiles that a signed-out visitor may see: those whose owner listed them, verified or
    not. With their organisation; by organisation id."""
    return (
        ProviderProfile.objects.filter(listed=True)
        .select_related("organisation")
        .order_by("organisation_id")
    )


def providers_for_matching(keys: Iterable[str] | None = None) -> QuerySet[ProviderProfile]:
    """Visible profiles (of these keys only, where given) with what the matching reads: offers
    and recognitions."""
    profiles = visible_providers().prefetch_related("offers", "organisation__recognitions")
    return profiles if keys is None else profiles.filter(organisation__key__in=list(keys))


def provider_by_key(key: str) -> ProviderProfile | None:
    """The profile behind a public address, listed or not, with what its page shows."""
    return (
        ProviderProfile.objects.select_related("organisation", "contracting_member")
        .prefetch_related("offers", "organisation__recognitions")
        .filter(organisation__key=key)
        .first()
    )


def tier_of(organisation: Organisation, on: date) -> str:
    """The highest tier among the recognitions valid on a day; `registered` without any."""
    return highest_tier(organisation.recognitions.all(), on)


def highest_tier(recognitions: Iterable[Recognition], on: date) -> str:
    """The same, over recognitions at hand."""
    return max(
        (recognition.tier for recognition in recognitions if recognition.valid_on(on)),
        key=get_vocabulary().tier_rank,
        default=BASE_TIER,
    )


def organisations_of(user: User) -> QuerySet[Organisation]:
    """The organisations a person acts for, longest membership first, each with its profile,
    offers, members, invitations and recognitions."""
    return (
        Organisation.objects.filter(memberships__user=user)
        .select_related("provider")
        .prefetch_related(
            Prefetch("provider__offers", Offer.objects.order_by("position", "id")),
            Prefetch("memberships", Membership.objects.select_related("user").order_by("id")),
            "invitations",
            "recognitions",
        )
        .order_by("memberships__id")
    )


def acting_organisation(user: User, key: str = "") -> Organisation | None:
    """The organisation a person acts for: the one of that key, else the one they joined first.
    None when they are in none (or not in that one)."""
    organisations = organisations_of(user)
    return organisations.filter(key=key).first() if key else organisations.first()


def pending_profiles() -> QuerySet[ProviderProfile]:
    """Profiles that wait for a moderator, the longest waiting first."""
    return (
        ProviderProfile.objects.filter(verification=ProviderProfile.Verification.PENDING)
        .select_related("organisation")
        .order_by("changed", "pk")
    )
