"""How many providers a need would find, before it is posted."""

from django.utils import timezone

from matching.content import Understanding
from matching.eligibility import eligible_providers
from matching.models import Need
from portal.organisations.models import Organisation


def providers_within(understanding: Understanding) -> int | None:
    """How many listed providers meet the hard constraints; None while the place is not known.

    Exclusions are judged on offers when the need is matched, so fewer may be left then."""
    if not understanding.district:
        return None
    need = Need(
        organisation=Organisation(district=understanding.district),
        district=understanding.district,
        tier_at_least=understanding.tier_at_least,
        max_distance_km=understanding.max_distance_km,
        languages=understanding.languages,
        offer_types=understanding.offer_types,
    )
    return eligible_providers(need, timezone.localdate()).count()
