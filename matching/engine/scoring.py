"""Features to scores and an order. Pure: the same input gives the same answer, whatever order
the providers come in."""

from hashlib import blake2b

from matching.engine.criteria import JUDGES
from matching.engine.eligibility import broken
from matching.engine.types import (
    Criterion,
    Excluded,
    MatchInput,
    NeedFeatures,
    ProviderFeatures,
    Ranking,
    Scored,
)
from matching.engine.weights import CRITERIA, Weights

DIGITS = 6
"""Decimals of a score: beyond them machines differ."""


def score(need: NeedFeatures, provider: ProviderFeatures, weights: Weights) -> Scored:
    """The weighted mean of the criteria, an unknown one counting at its neutral point; `low` and
    `high` are what it would be were every unknown 0 or 1."""
    names = [name for name in CRITERIA if name != "conditions" or need.required.exclusions]
    total = sum(weights.weight[name] for name in names)
    criteria = []
    for name in names:
        judged = JUDGES[name](need, provider, weights)
        value = None if judged.value is None else round(judged.value, DIGITS)
        criteria.append(
            Criterion(
                name=name,
                value=value,
                weight=round(weights.weight[name] / total, DIGITS),
                neutral=weights.neutral[name],
                reason=judged.reason,
                evidence=judged.evidence,
            )
        )
    return weigh(provider.key, tuple(criteria))


def weigh(provider: str, criteria: tuple[Criterion, ...]) -> Scored:
    """Criteria to a score with its range."""
    total = sum(criterion.weight for criterion in criteria) or 1.0

    def mean(unknown: float | None) -> float:
        parts = (
            c.weight
            * (c.value if c.value is not None else c.neutral if unknown is None else unknown)
            for c in criteria
        )
        return round(min(1.0, sum(parts) / total), DIGITS)

    return Scored(provider, mean(None), mean(0.0), mean(1.0), criteria)


def tie(ref: str, provider: str, day: str) -> bytes:
    """Orders equal scores: by need and day, so that no name is always first."""
    return blake2b(f"{ref}\n{provider}\n{day}".encode(), digest_size=8).digest()


def rank(given: MatchInput, weights: Weights) -> Ranking:
    """Score everybody, and say of those who may not be matched why they are left out."""
    scored: list[Scored] = []
    excluded: list[Excluded] = []
    for provider in given.providers:
        because = broken(given.need, provider)
        one = score(given.need, provider, weights)
        if because:
            excluded.append(Excluded(provider.key, one.score, because))
        else:
            scored.append(one)

    def place(one: Scored | Excluded) -> tuple[float, bytes, str]:
        return -one.score, tie(given.need.ref, one.provider, given.day), one.provider

    return Ranking(tuple(sorted(scored, key=place)), tuple(sorted(excluded, key=place)))
