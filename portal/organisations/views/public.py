"""The public page of a provider."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from portal.foundation import permissions
from portal.foundation.registries import filled, provider_actions, provider_parts
from portal.organisations import labels
from portal.organisations.models import ProviderProfile
from portal.organisations.queries import provider_by_key, tier_of
from portal.vocabulary import get_vocabulary


def provider(request: HttpRequest, key: str) -> HttpResponse:
    """What a provider offers. A profile that is not listed is shown to its members and
    moderators only, with a word that nobody else sees it. Contacts are never shown here."""
    profile = provider_by_key(key)
    if profile is None:
        raise Http404
    manages = request.user.is_authenticated and permissions.allowed(
        request.user, "organisations.organisation.manage", profile.organisation
    )
    if not profile.listed and not manages:
        raise Http404
    context = _described(profile) | {
        "profile": profile,
        "organisation": profile.organisation,
        "manages": manages,
        "actions": filled(provider_actions, request, profile),
        "parts": filled(provider_parts, request, profile),
    }
    return render(request, "organisations/provider.html", context)


def _described(profile: ProviderProfile) -> dict[str, Any]:
    tier_key = tier_of(profile.organisation, timezone.localdate())
    ranked = sorted(profile.concepts.items(), key=lambda item: -item[1])
    return {
        "district": labels.district_label(profile.organisation.district),
        "tier": get_vocabulary().tier(tier_key),
        "tier_label": labels.tier_label(tier_key),
        "concepts": [(concept, labels.concept_label(concept)) for concept, _ in ranked],
        "industries": [(code, labels.industry_label(code)) for code in profile.industries],
        "offers": [(offer, labels.offer_type_label(offer.type)) for offer in profile.offers.all()],
    }
