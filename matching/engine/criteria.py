"""The criteria. Each reads features and answers a value 0-1, or None where it can't be known,
with the reason and its evidence. More supporting evidence never makes a value lower."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from matching.engine.types import NeedFeatures, OfferFeatures, Place, ProviderFeatures, Reason
from matching.engine.weights import Weights
from search.geo import Near

STRONG, FAIR = 0.7, 0.4
"""Bounds of the words used for a value."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A criterion before it is weighed."""

    value: float | None
    reason: Reason
    evidence: tuple[str, ...] = ()


Judge = Callable[[NeedFeatures, ProviderFeatures, Weights], Judged]


def _said(key: str, **params: str | int | float | tuple[str, ...]) -> Reason:
    return Reason(key, tuple(sorted(params.items())))


def _band(value: float) -> str:
    return "strong" if value >= STRONG else "fair" if value >= FAIR else "weak"


def distance_km(first: Place | None, second: Place | None) -> float | None:
    """Great-circle distance; None when either place is unknown."""
    if first is None or second is None:
        return None
    here = Near(first.latitude, first.longitude)
    return here.distance(second.latitude, second.longitude)


def capability(need: NeedFeatures, provider: ProviderFeatures, weights: Weights) -> Judged:
    """Do the provider's words and the need's tell of the same concepts?"""
    if not need.concepts:
        return Judged(None, _said("capability.need_unread"))
    if provider.cover is None:
        return Judged(None, _said("capability.provider_unread"))
    cover = provider.cover
    value = weights.cover(cover.likeness)
    evidence = (*cover.shared, *_sources(cover.source))
    if cover.shared and value > 0:
        reason = _said(f"capability.{_band(value)}", concepts=cover.shared, source=(cover.source,))
    elif cover.own:
        reason = _said("capability.other", concepts=cover.own)
    else:
        reason = _said("capability.none")
    return Judged(value, reason, evidence)


def relevance(need: NeedFeatures, provider: ProviderFeatures, weights: Weights) -> Judged:
    """Do the words of both resemble each other: the same words, and the same sense?"""
    if provider.cosine is None and provider.text is None:
        return Judged(None, _said("relevance.unknown"))
    # A part that was not measured counts nothing, so that measuring it can only add.
    near = weights.cosine(provider.cosine) if provider.cosine is not None else 0.0
    text = min(1.0, max(0.0, provider.text or 0.0))
    value = weights.text_share * text + (1 - weights.text_share) * near
    leads = "words" if text >= 0.5 and text >= near else "sense"
    reason = (
        _said("relevance.weak") if value < FAIR / 2 else _said(f"relevance.{_band(value)}_{leads}")
    )
    return Judged(value, reason, _sources(provider.cosine_source))


def _sources(source: str) -> tuple[str, ...]:
    return (source,) if source else ()


def _nearness(wanted: str, served: str) -> str:
    """How near two codes of GB/T 4754 are: C2925 lies in C292, C29 and C."""
    if wanted == served or (len(served) > 1 and wanted.startswith(served)):
        return "same"
    if len(wanted) > 1 and served.startswith(wanted):
        return "narrower"
    if len(wanted) > 2 and wanted[:3] == served[:3]:
        return "division"
    return "section" if wanted[:1] == served[:1] else "none"


def industry(need: NeedFeatures, provider: ProviderFeatures, weights: Weights) -> Judged:
    """Does the provider serve the need's industry, or one beside it?"""
    if not need.industries:
        return Judged(None, _said("industry.need_silent"))
    if not provider.industries:
        return Judged(None, _said("industry.provider_silent"))
    value, code, kind = max(
        (weights.industry[kind], served, kind)
        for wanted in need.industries
        for served in provider.industries
        for kind in (_nearness(wanted, served),)
    )
    label = f"industry:{code}"
    if kind == "none":
        return Judged(value, _said("industry.none"))
    words = {"same": "same", "narrower": "same", "division": "near", "section": "far"}[kind]
    return Judged(value, _said(f"industry.{words}", industries=(label,)), (label,))


def conditions(need: NeedFeatures, provider: ProviderFeatures, weights: Weights) -> Judged:
    """Does the provider say that it keeps to what the need rules out?"""
    wanted = need.required.exclusions
    known = dict(provider.conditions)
    kept = tuple(f"exclusion:{key}" for key in wanted if known.get(key) == "kept")
    open_ = tuple(f"exclusion:{key}" for key in wanted if known.get(key) != "kept")
    if not open_:
        return Judged(1.0, _said("conditions.kept", exclusions=kept), kept)
    if not kept:
        return Judged(None, _said("conditions.silent", exclusions=open_))
    neutral = weights.neutral["conditions"]
    value = (len(kept) + neutral * len(open_)) / len(wanted)
    return Judged(value, _said("conditions.partly", kept=kept, open=open_), kept)


def budget(need: NeedFeatures, provider: ProviderFeatures, weights: Weights) -> Judged:
    """Does an offer that answers the need start within its budget?"""
    if need.budget_max is None:
        return Judged(None, _said("budget.need_silent"))
    answering = [offer for offer in provider.offers if _answers(offer, weights)]
    priced = [offer for offer in answering if offer.price_from is not None]
    fits = [(_fit(offer, need.budget_max, weights), offer) for offer in priced]
    best = max(fits, key=lambda pair: (pair[0], pair[1].id), default=None)
    silent = len(priced) < len(answering) or not answering
    # An offer without a price may fit: it counts as unknown, never below a worse price.
    if best is None or (silent and best[0] < weights.neutral["budget"]):
        return Judged(None, _said("budget.provider_silent"))
    value, offer = best
    price = offer.price_from or 0
    key = "budget.within" if price <= need.budget_max else "budget.above"
    reason = _said(key, offer=(offer.id,), price=price, budget=need.budget_max)
    return Judged(value, reason, (offer.id,))


def _answers(offer: OfferFeatures, weights: Weights) -> bool:
    return offer.likeness is None or offer.likeness >= weights.answering


def _fit(offer: OfferFeatures, limit: int, weights: Weights) -> float:
    """1 up to the budget, falling to 0 at `overspend` times it."""
    price = offer.price_from or 0
    if price <= limit:
        return 1.0
    return max(0.0, 1 - math.log(price / max(limit, 1)) / math.log(weights.overspend))


def distance(need: NeedFeatures, provider: ProviderFeatures, weights: Weights) -> Judged:
    """How far apart are they?"""
    km = distance_km(need.place, provider.place)
    if km is None:
        silent = "need" if need.place is None else "provider"
        return Judged(None, _said(f"distance.{silent}_silent"))
    value = 1 / (1 + km / weights.half_distance_km)
    return Judged(value, _said("distance.km", km=round(km)))


def tier(need: NeedFeatures, provider: ProviderFeatures, weights: Weights) -> Judged:
    """Which title does the provider hold?"""
    value = weights.tier[min(provider.tier_rank, len(weights.tier) - 1)]
    label = f"tier:{provider.tier}"
    if provider.tier_rank == 0:
        return Judged(value, _said("tier.none"), provider.recognition)
    return Judged(value, _said("tier.held", tier=(label,)), provider.recognition)


def free_capacity(need: NeedFeatures, provider: ProviderFeatures, weights: Weights) -> Judged:
    """Can the provider take a job on now?"""
    if provider.free_capacity is None:
        return Judged(None, _said("free_capacity.silent"))
    free = max(0, provider.free_capacity)
    value = weights.free_capacity[min(free, len(weights.free_capacity) - 1)]
    key = "free_capacity.some" if free else "free_capacity.none"
    return Judged(value, _said(key, free=free, capacity=provider.capacity or free))


def language(need: NeedFeatures, provider: ProviderFeatures, weights: Weights) -> Judged:
    """Does the provider work in the language the need was told in?"""
    if not need.language:
        return Judged(None, _said("language.need_silent"))
    if not provider.languages:
        return Judged(None, _said("language.provider_silent"))
    label = f"language:{need.language}"
    if need.language in provider.languages:
        return Judged(1.0, _said("language.shared", language=(label,)))
    return Judged(0.0, _said("language.not_shared", language=(label,)))


def verification(need: NeedFeatures, provider: ProviderFeatures, weights: Weights) -> Judged:
    """Has a moderator checked who this is?"""
    if provider.verified:
        return Judged(1.0, _said("verification.verified"))
    return Judged(0.0, _said("verification.unverified"))


JUDGES: dict[str, Judge] = {
    "capability": capability,
    "relevance": relevance,
    "industry": industry,
    "conditions": conditions,
    "budget": budget,
    "distance": distance,
    "tier": tier,
    "free_capacity": free_capacity,
    "language": language,
    "verification": verification,
}
