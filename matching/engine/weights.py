"""Weights and scales of the criteria: data with a version, so that an old run can be replayed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

CRITERIA = (
    "capability",
    "relevance",
    "industry",
    "conditions",
    "budget",
    "distance",
    "tier",
    "free_capacity",
    "language",
    "verification",
)
"""Every criterion, in the order shown."""


@dataclass(frozen=True, slots=True)
class Scale:
    """A raw figure to 0-1: `floor` and below is 0, `full` and above 1, straight in between."""

    floor: float
    full: float

    def __call__(self, raw: float) -> float:
        """The value, 0-1."""
        return min(1.0, max(0.0, (raw - self.floor) / (self.full - self.floor)))


@dataclass(frozen=True, slots=True)
class Weights:
    """One version. `weight` by criterion (only their proportion counts), `neutral` by criterion:
    where an unknown counts; the rest are scales of single criteria, described in weights.json."""

    version: str
    weight: Mapping[str, float]
    neutral: Mapping[str, float]
    cover: Scale
    cosine: Scale
    text_share: float
    industry: Mapping[str, float]
    overspend: float
    answering: float
    half_distance_km: float
    tier: tuple[float, ...]
    free_capacity: tuple[float, ...]


class WeightsError(ValueError):
    """The file of weights has no such version, or one that makes no sense."""


def parse(version: str, data: Mapping[str, Any]) -> Weights:
    """A version from its JSON. Raises WeightsError."""
    criteria = data["criteria"]
    if set(criteria) != set(CRITERIA):
        raise WeightsError(f"weights {version}: the criteria are {', '.join(CRITERIA)}")
    weight = {name: float(criteria[name]["weight"]) for name in CRITERIA}
    neutral = {name: float(criteria[name]["neutral"]) for name in CRITERIA}
    if min(weight.values()) < 0 or sum(weight.values()) <= 0:
        raise WeightsError(f"weights {version}: a weight is negative, or all are zero")
    if not all(0 <= value <= 1 for value in neutral.values()):
        raise WeightsError(f"weights {version}: a neutral point is not within 0 and 1")
    return Weights(
        version=version,
        weight=weight,
        neutral=neutral,
        cover=Scale(**data["cover"]),
        cosine=Scale(**data["cosine"]),
        text_share=float(data["text_share"]),
        industry=data["industry"],
        overspend=float(data["overspend"]),
        answering=float(data["answering"]),
        half_distance_km=float(data["half_distance_km"]),
        tier=tuple(data["tier"]),
        free_capacity=tuple(data["free_capacity"]),
    )


@lru_cache(maxsize=16)
def load(version: str | None = None) -> Weights:
    """The weights of a version (default: the one in use). Raises WeightsError."""
    text = resources.files(__package__).joinpath("weights.json").read_text(encoding="utf-8")
    data = json.loads(text)
    version = version or data["current"]
    if version not in data["versions"]:
        raise WeightsError(f"there are no weights of version {version}")
    return parse(version, data["versions"][version])
