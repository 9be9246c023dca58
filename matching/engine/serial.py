"""Features and rankings as JSON: the same input always gives the same bytes."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from hashlib import sha256
from typing import Any

from matching.engine.explanation import in_words
from matching.engine.types import (
    Cover,
    Criterion,
    Excluded,
    LabelPair,
    MatchInput,
    NeedFeatures,
    OfferFeatures,
    Place,
    ProviderFeatures,
    Ranking,
    Requirements,
    Scored,
)


def canonical(data: object) -> str:
    """One text for one value."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(data: object) -> str:
    """SHA-256 of the canonical text."""
    return sha256(canonical(data).encode()).hexdigest()


def write_input(given: MatchInput) -> dict[str, Any]:
    """Features to JSON."""
    data: dict[str, Any] = json.loads(canonical(asdict(given)))
    return data


def read_input(data: Mapping[str, Any]) -> MatchInput:
    """The other way. Raises KeyError or TypeError for what is no such JSON."""
    return MatchInput(
        day=data["day"],
        need=_need(data["need"]),
        providers=tuple(_provider(row) for row in data["providers"]),
        labels={item: (pair[0], pair[1]) for item, pair in data["labels"].items()},
    )


def _tuples(row: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: tuple(row[name]) for name in names}


def _pairs(row: Mapping[str, Any], name: str) -> tuple[tuple[Any, Any], ...]:
    return tuple((pair[0], pair[1]) for pair in row[name])


def _place(row: Mapping[str, Any]) -> Place | None:
    return Place(**row["place"]) if row["place"] else None


def _need(row: Mapping[str, Any]) -> NeedFeatures:
    required = row["required"]
    lists = _tuples(required, "languages", "offer_types", "exclusions")
    parts = {
        "place": _place(row),
        "concepts": _pairs(row, "concepts"),
        "required": Requirements(**{**required, **lists}),
    }
    return NeedFeatures(**{**row, **_tuples(row, "industries"), **parts})


def _provider(row: Mapping[str, Any]) -> ProviderFeatures:
    cover = row["cover"]
    parts = {
        "name": (row["name"][0], row["name"][1]),
        "place": _place(row),
        "cover": Cover(**{**cover, **_tuples(cover, "shared", "own")}) if cover else None,
        "offers": tuple(OfferFeatures(**offer) for offer in row["offers"]),
        "conditions": _pairs(row, "conditions"),
    }
    lists = _tuples(row, "recognition", "languages", "industries")
    return ProviderFeatures(**{**row, **lists, **parts})


def write_ranking(
    ranking: Ranking, names: Mapping[str, LabelPair], labels: Mapping[str, LabelPair]
) -> dict[str, Any]:
    """Results and exclusions as `match --json` prints them."""
    return {
        "results": [
            _scored(place, scored, names[scored.provider], labels)
            for place, scored in enumerate(ranking.results, 1)
        ],
        "excluded": [_excluded(left_out, labels) for left_out in ranking.excluded],
    }


def _scored(
    place: int, scored: Scored, name: LabelPair, labels: Mapping[str, LabelPair]
) -> dict[str, Any]:
    return {
        "provider": scored.provider,
        "name": {"zh": name[0], "en": name[1]},
        "rank": place,
        "score": scored.score,
        "range": [scored.low, scored.high],
        "criteria": [write_criterion(criterion, labels) for criterion in scored.criteria],
    }


def write_criterion(criterion: Criterion, labels: Mapping[str, LabelPair]) -> dict[str, Any]:
    """One criterion with its reason in words."""
    return {
        "name": criterion.name,
        "value": criterion.value,
        "weight": criterion.weight,
        "reason": in_words(criterion.reason, labels),
        "evidence": list(criterion.evidence),
    }


def _excluded(left_out: Excluded, labels: Mapping[str, LabelPair]) -> dict[str, Any]:
    return {
        "provider": left_out.provider,
        "because": [
            {"constraint": broken.constraint, "reason": in_words(broken.reason, labels)}
            for broken in left_out.because
        ],
    }
