"""Reads: who may be seen, who acts for whom, which tier holds on a day."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Count, Prefetch, QuerySet
from django.utils import timezone

from portal.accounts.models import User
from portal.accounts.queries import confirmed_emails
from portal.organisations.models import (
    Invitation,
    Membership,
    Organisation,
    ProviderProfile,
    Recognition,
)
from portal.organisations.values import BASE_TIER
from portal.vocabulary import get_vocabulary


def visible_providers() -> QuerySet[ProviderProfile]:
    """Profiles that a signed-out visitor may see: those whose owner listed them, verified or
    not. With their organisation; by organisation id."""
    return (
        ProviderProfile.objects.filter(listed=True)
        .select_related("organisation")
        .order_by("organisation_id")
    )


def providers_by_district() -> dict[str, int]:
    """How many visible providers each district has, by its code."""
    rows = ProviderProfile.objects.filter(listed=True).values("organisation__district")
    counted = rows.annotate(providers=Count("pk")).order_by()
    return {row["organisation__district"]: row["providers"] for row in counted}


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


def _with_desk(organisations: QuerySet[Organisation]) -> QuerySet[Organisation]:
    """With profile, offers, members, invitations and recognitions."""
    return organisations.select_related("provider__contracting_member").prefetch_related(
        "provider__offers",
        Prefetch("memberships", Membership.objects.select_related("user").order_by("id")),
        Prefetch("invitations", Invitation.objects.order_by("-id")),
        "recognitions",
    )


def organisations_of(user: User) -> QuerySet[Organisation]:
    """The organisations a person acts for, longest membership first, each with its profile,
    offers, members, invitations and recognitions."""
    return _with_desk(
        Organisation.objects.filter(memberships__user=user).order_by("memberships__id")
    )


def organisation_for_desk(key: str) -> Organisation | None:
    """The organisation of that key with what its own pages show."""
    return _with_desk(Organisation.objects.filter(key=key)).first()


def invitations_for(user: User) -> list[Invitation]:
    """Open invitations to addresses that this person has confirmed."""
    return list(
        Invitation.objects.filter(
            email__in=confirmed_emails(user),
            state=Invitation.State.OPEN,
            expires__gt=timezone.now(),
        )
        .select_related("organisation")
        .order_by("-id")
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


def flagged_profiles() -> QuerySet[ProviderProfile]:
    """Profiles whose code has a wrong check digit that no moderator has passed yet."""
    return (
        ProviderProfile.objects.filter(
            organisation__uscc_check_failed=True, organisation__uscc_passed=False
        )
        .exclude(verification=ProviderProfile.Verification.PENDING)
        .select_related("organisation")
        .order_by("pk")
    )
