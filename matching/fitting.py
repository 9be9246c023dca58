"""The other way round: which open needs fit one provider, and why others don't."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from matching.engine.eligibility import broken
from matching.engine.explanation import in_words
from matching.engine.scoring import score
from matching.engine.serial import write_criterion
from matching.engine.types import LabelPair, NeedFeatures, ProviderFeatures, Scored
from matching.engine.weights import Weights, load
from matching.features import (
    ProviderFacts,
    labels_for,
    need_features,
    provider_features,
    read_facts,
)
from matching.likeness import has_reading, read_need
from matching.listing import open_needs, public_card
from matching.models import Need
from matching.nomination import by_text
from matching.results import criteria_rows
from portal.organisations.models import ProviderProfile

LOOKED_AT = 300
"""Open needs that are scored, newest first."""
READ_AT_ONCE = 10
"""Needs read while somebody waits; the rest are left for the next time."""
SHOWN = 10
WORTHWHILE = 0.5
"""Score below which a need does not fit: unrelated pairs lie around 0.4."""


@dataclass(frozen=True)
class _Pair:
    need: Need
    features: NeedFeatures
    provider: ProviderFeatures
    scored: Scored


def fitting_needs(profile: ProviderProfile, on: date) -> dict[str, Any]:
    """The best of the newest LOOKED_AT open needs for a listed provider, with reasons, and those
    that would fit but for a hard constraint; none that scores below WORTHWHILE.

    Ten queries, and six for each need not yet read."""
    facts = read_facts([profile.organisation.key], on).get(profile.organisation.key)
    if facts is None:
        return {"results": [], "excluded": []}
    return fitting_for(facts, on, profile.get_absolute_url())


def fitting_for(
    facts: ProviderFacts, on: date, url: str, *, by_words: bool = True
) -> dict[str, Any]:
    """The same for facts of a profile that need not be listed; `url` is where evidence stands.

    Without `by_words` the engine, which knows listed providers only, is not asked."""
    weights = load()
    pairs = sorted(_pairs(facts, weights), key=lambda pair: -pair.scored.score)
    eligible = [pair for pair in pairs if not broken(pair.features, pair.provider)]
    # Words are compared by the engine, one search a need: only for those that are shown.
    shown = eligible[:SHOWN]
    if by_words:
        shown = [_with_text(pair, on, weights) for pair in shown]
    shown = [pair for pair in shown if pair.scored.score >= WORTHWHILE]
    shown.sort(key=lambda pair: -pair.scored.score)
    left_out = [
        pair
        for pair in pairs
        if pair.scored.high >= WORTHWHILE and broken(pair.features, pair.provider)
    ][:SHOWN]
    labels = labels_for([facts])
    return {
        "results": [_row(pair, labels, weights, url) for pair in shown],
        "excluded": [_left_out(pair, labels) for pair in left_out],
    }


def _pairs(facts: ProviderFacts, weights: Weights) -> Iterable[_Pair]:
    needs = (
        open_needs()
        .exclude(organisation=facts.profile.organisation_id or None)
        .select_related("organisation", "reading")[:LOOKED_AT]
    )
    unread = 0
    for need in needs:
        unread += not has_reading(need)
        if unread > READ_AT_ONCE and not has_reading(need):
            continue
        reading = read_need(need)
        features = need_features(need, reading)
        provider = provider_features(facts, reading, None)
        yield _Pair(need, features, provider, score(features, provider, weights))


def _with_text(pair: _Pair, on: date, weights: Weights) -> _Pair:
    text = by_text(pair.need, on).text
    if text is None:
        return pair
    provider = replace(pair.provider, text=round(text.get(pair.provider.key, 0.0), 4))
    return replace(pair, provider=provider, scored=score(pair.features, provider, weights))


def _row(pair: _Pair, labels: dict[str, LabelPair], weights: Weights, url: str) -> dict[str, Any]:
    criteria = [write_criterion(found, labels) for found in pair.scored.criteria]
    scored = pair.scored
    return {
        "need": pair.need,
        "card": public_card(pair.need),
        "score": scored.score,
        "low": scored.low,
        "high": scored.high,
        "criteria": criteria_rows(criteria, labels, weights.neutral, url),
    }


def _left_out(pair: _Pair, labels: dict[str, LabelPair]) -> dict[str, Any]:
    reasons = [in_words(found.reason, labels) for found in broken(pair.features, pair.provider)]
    return {"need": pair.need, "because": reasons}
