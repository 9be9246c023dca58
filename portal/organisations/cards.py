"""A profile as a card in a list: the keys that the design system's provider card shows."""

from typing import Any

from django.urls import reverse

from portal.organisations import labels
from portal.organisations.models import ProviderProfile
from portal.organisations.values import BASE_TIER

SHOWN_CONCEPTS = 4


def card(profile: ProviderProfile) -> dict[str, Any]:
    """Reads `profile.organisation` and `profile.offers`: select and prefetch them for many."""
    organisation = profile.organisation
    offers = list(profile.offers.all())
    low = [offer.price_from for offer in offers if offer.price_from is not None]
    high = [offer.price_to for offer in offers if offer.price_to is not None]
    strongest = sorted(profile.concepts.items(), key=lambda item: -item[1])[:SHOWN_CONCEPTS]
    search = reverse("discovery:search")
    return {
        "url": profile.get_absolute_url(),
        "title_zh": organisation.name_zh,
        "title_en": organisation.name_en,
        "summary_zh": profile.summary_zh,
        "summary_en": profile.summary_en,
        "kind": profile.kind,
        "demo": organisation.is_demo,
        "verified": profile.verified,
        "tier_label": (
            "" if profile.tier_listed == BASE_TIER else labels.tier_label(profile.tier_listed)
        ),
        "district": labels.district_label(organisation.district),
        "tags": [
            {
                "label": labels.concept_label(concept),
                "url": f"{search}?in=providers&concept={concept}",
            }
            for concept, _ in strongest
        ],
        "price_from": min(low, default=None),
        "price_to": max(high, default=None),
        "offers": len(offers),
    }
