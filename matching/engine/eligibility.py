"""Who may be matched with a need at all: the one predicate. `matching.eligibility` asks the
database the same; a test holds them equal."""

from matching.engine.criteria import distance_km
from matching.engine.types import Broken, NeedFeatures, ProviderFeatures, Reason


def broken(need: NeedFeatures, provider: ProviderFeatures) -> tuple[Broken, ...]:
    """Every hard constraint of the need that the provider does not meet; empty: eligible.

    What a provider does not say about its place, languages or offers does not meet a constraint
    on them; about an exclusion only words that break it do."""
    checks = (_tier, _distance, _languages, _offer_types, _exclusions)
    return tuple(found for check in checks for found in check(need, provider))


def eligible(need: NeedFeatures, provider: ProviderFeatures) -> bool:
    """Does the provider meet every hard constraint?"""
    return not broken(need, provider)


def _tier(need: NeedFeatures, provider: ProviderFeatures) -> list[Broken]:
    required = need.required
    if not required.tier_at_least or provider.tier_rank >= required.tier_rank:
        return []
    params = (("has", (f"tier:{provider.tier}",)), ("wanted", (f"tier:{required.tier_at_least}",)))
    return [Broken("tier_at_least", Reason("excluded.tier", params))]


def _distance(need: NeedFeatures, provider: ProviderFeatures) -> list[Broken]:
    limit = need.required.max_distance_km
    if limit is None:
        return []
    km = distance_km(need.place, provider.place)
    if km is None:
        return [Broken("max_distance_km", Reason("excluded.place", (("limit", limit),)))]
    if km <= limit:
        return []
    params = (("km", round(km)), ("limit", limit))
    return [Broken("max_distance_km", Reason("excluded.distance", params))]


def _languages(need: NeedFeatures, provider: ProviderFeatures) -> list[Broken]:
    lacking = tuple(
        f"language:{code}" for code in need.required.languages if code not in provider.languages
    )
    if not lacking:
        return []
    return [Broken("languages", Reason("excluded.languages", (("languages", lacking),)))]


def _offer_types(need: NeedFeatures, provider: ProviderFeatures) -> list[Broken]:
    wanted = need.required.offer_types
    if not wanted or any(offer.type in wanted for offer in provider.offers):
        return []
    types = tuple(f"offer_type:{name}" for name in wanted)
    return [Broken("offer_types", Reason("excluded.offer_types", (("types", types),)))]


def _exclusions(need: NeedFeatures, provider: ProviderFeatures) -> list[Broken]:
    known = dict(provider.conditions)
    return [
        Broken(key, Reason("excluded.exclusion", (("exclusion", (f"exclusion:{key}",)),)))
        for key in need.required.exclusions
        if known.get(key) == "broken"
    ]
