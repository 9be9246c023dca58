"""What the engine reads and what it answers. Frozen, and JSON both ways through `serial`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Condition = Literal["kept", "broken", "silent"]
"""What a provider's words say about an exclusion of the need."""
LabelPair = tuple[str, str]
"""Chinese and English; either may be empty."""


@dataclass(frozen=True, slots=True)
class Place:
    """WGS 84 degrees."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Requirements:
    """Hard constraints of a need; empty or None is no constraint.

    `tier_rank` is the rank of `tier_at_least`; all `languages`, any of `offer_types`."""

    tier_at_least: str = ""
    tier_rank: int = 0
    max_distance_km: int | None = None
    languages: tuple[str, ...] = ()
    offer_types: tuple[str, ...] = ()
    exclusions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NeedFeatures:
    """What is known of a need. Budget in CNY; `concepts` with their likeness 0-1, most first,
    empty when the need could not be read as any."""

    ref: str
    language: str = ""
    industries: tuple[str, ...] = ()
    place: Place | None = None
    budget_min: int | None = None
    budget_max: int | None = None
    concepts: tuple[tuple[str, float], ...] = ()
    required: Requirements = field(default_factory=Requirements)


@dataclass(frozen=True, slots=True)
class OfferFeatures:
    """One offer: prices in CNY, days it takes; `likeness` 0-1 of its text to the need."""

    id: str
    type: str
    price_from: int | None = None
    price_to: int | None = None
    days: int | None = None
    likeness: float | None = None


@dataclass(frozen=True, slots=True)
class Cover:
    """How far a provider's best passage and the need are read as the same concepts.

    `likeness` 0-1 (of the two readings), `source` the passage's id (an offer, `summary`,
    `labels`), `shared` the concepts both have, `own` what the passage mostly tells."""

    likeness: float
    source: str
    shared: tuple[str, ...] = ()
    own: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ProviderFeatures:
    """What is known of a provider, with respect to one need.

    None is unknown. `cosine` of the best passage (-1 to 1, centred) and its `cosine_source`;
    `text` is the share 0-1 of the best text score found for this need; `free_capacity` jobs;
    `recognition` the ids the tier follows from; `conditions` by exclusion."""

    key: str
    name: LabelPair = ("", "")
    kind: str = "provider"
    verified: bool = False
    tier: str = "registered"
    tier_rank: int = 0
    recognition: tuple[str, ...] = ()
    place: Place | None = None
    languages: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    capacity: int | None = None
    free_capacity: int | None = None
    cover: Cover | None = None
    cosine: float | None = None
    cosine_source: str = ""
    text: float | None = None
    offers: tuple[OfferFeatures, ...] = ()
    conditions: tuple[tuple[str, Condition], ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """A phrase of `phrases` with what goes into it: numbers, texts, or tuples of label ids."""

    key: str
    params: tuple[tuple[str, str | int | float | tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion of a score. `value` 0-1, None when unknown (then `neutral` counts);
    `weight` is its share of the whole score, 0-1."""

    name: str
    value: float | None
    weight: float
    neutral: float
    reason: Reason
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scored:
    """A provider's score 0-1, the range it may lie in once the unknown is known, and why."""

    provider: str
    score: float
    low: float
    high: float
    criteria: tuple[Criterion, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """Names of the criteria that are unknown."""
        return tuple(criterion.name for criterion in self.criteria if criterion.value is None)


@dataclass(frozen=True, slots=True)
class Broken:
    """A hard constraint that a provider does not meet."""

    constraint: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Excluded:
    """A provider left out, with every constraint it does not meet and the score it would have."""

    provider: str
    score: float
    because: tuple[Broken, ...]


@dataclass(frozen=True, slots=True)
class MatchInput:
    """Everything one ranking is made from. `labels`: (zh, en) of every id a reason may name;
    `day` (ISO) turns the order of equal scores over."""

    day: str
    need: NeedFeatures
    providers: tuple[ProviderFeatures, ...]
    labels: Mapping[str, LabelPair] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ranking:
    """Eligible providers, best first, and those left out, by the score they would have."""

    results: tuple[Scored, ...]
    excluded: tuple[Excluded, ...]
