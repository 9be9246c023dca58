"""What the pages show of a run: the ranked providers, why, what is missing, who was left out."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse

from matching.engine.explanation import criterion_name, label_of
from matching.engine.phrases import FIXED_LABELS
from matching.engine.weights import load
from matching.models import MatchRun, Need
from matching.runs import fresh_run
from portal.foundation import permissions
from portal.foundation.text import content_language
from portal.organisations.models import ProviderProfile
from portal.organisations.queries import visible_providers
from portal.vocabulary import get_vocabulary

SHOWN = 10
FIRST = 3
"""So many are always shown openly."""
WEAK = 0.5
"""A score below this is folded away behind the first ones."""
LEFT_OUT_SHOWN = 20


def results_context(need: Need, user: Any) -> dict[str, Any]:
    """`matches`: the need's results for those who may see them, made now where the last ones no
    longer hold; nothing for others. Wants `need.organisation`."""
    if not permissions.allowed(user, "matching.need.match", need):
        return {}
    return {"matches": shown(fresh_run(need, actor=user))}


def shown(run: MatchRun) -> dict[str, Any]:
    """A run for the template `matching/_results.html`: `results`, `weaker` ones behind them,
    `excluded`. Providers that are no longer listed are left away. Two queries."""
    results = run.result["results"][:SHOWN]
    excluded = run.result["excluded"][:LEFT_OUT_SHOWN]
    keys = [row["provider"] for row in (*results, *excluded)]
    profiles = {
        profile.organisation.key: profile
        for profile in visible_providers().filter(organisation__key__in=keys)
    }
    labels = run.features["input"]["labels"]
    neutral = load(run.weights_version).neutral
    rows = [
        result_row(row, profiles[row["provider"]], labels, neutral)
        for row in results
        if row["provider"] in profiles
    ]
    weak = [row for row in rows[FIRST:] if row["card"]["score"] < WEAK]
    return {
        "run": run,
        "results": rows[: len(rows) - len(weak)],
        "weaker": weak,
        "excluded": [
            {
                "name": _name(profiles[row["provider"]]),
                "url": profiles[row["provider"]].get_absolute_url(),
                "because": [found["reason"] for found in row["because"]],
            }
            for row in excluded
            if row["provider"] in profiles
        ],
        "more_excluded": max(0, len(run.result["excluded"]) - LEFT_OUT_SHOWN),
    }


def result_row(
    row: Mapping[str, Any],
    profile: ProviderProfile,
    labels: Mapping[str, Any],
    neutral: Mapping[str, float],
) -> dict[str, Any]:
    """One provider of a result with its card, its reasons and what it doesn't say."""
    return {
        "rank": row["rank"],
        "key": row["provider"],
        "card": provider_card(profile, row),
        "criteria": criteria_rows(row["criteria"], labels, neutral, profile.get_absolute_url()),
        "missing": [found["reason"] for found in row["criteria"] if found["value"] is None],
    }


def provider_card(profile: ProviderProfile, row: Mapping[str, Any]) -> dict[str, Any]:
    """The card of a provider with its score."""
    vocabulary, language = get_vocabulary(), content_language()
    organisation = profile.organisation
    tier = vocabulary.tier(profile.tier_listed)
    low, high = row["range"]
    return {
        "url": profile.get_absolute_url(),
        "title": _name(profile),
        "summary_zh": profile.summary_zh,
        "summary_en": profile.summary_en,
        "kind": profile.kind,
        "verified": profile.verified,
        "tier_label": tier.label(language) if tier and tier.rank else "",
        "district": vocabulary.district_label(organisation.district, language),
        "demo": organisation.is_demo,
        "score": row["score"],
        "low": low,
        "high": high,
    }


def criteria_rows(
    criteria: Iterable[Mapping[str, Any]],
    labels: Mapping[str, Any],
    neutral: Mapping[str, float],
    provider_url: str,
) -> list[dict[str, Any]]:
    """Criteria for the component `reasons`, weights as percentages."""
    return [
        {
            "label": criterion_name(found["name"]),
            "value": found["value"],
            "weight": f"{found['weight']:.0%}",
            "neutral": neutral[found["name"]],
            "reason": found["reason"],
            "evidence": [_evidence(item, labels, provider_url) for item in found["evidence"]],
        }
        for found in criteria
    ]


def _evidence(item: str, labels: Mapping[str, Any], provider_url: str) -> dict[str, Any]:
    kind, _, name = item.partition(":")
    if kind == "concept":
        url = f"{reverse('discovery:search')}?concept={name}"
    elif kind == "offer":
        url = f"{provider_url}#offer-{name}"
    else:
        url = provider_url
    if kind == "recognition":
        item = f"tier:{name}"
    return {"label": label_of(item, {**FIXED_LABELS, **labels}), "url": url}


def _name(profile: ProviderProfile) -> dict[str, str]:
    return {"zh": profile.organisation.name_zh, "en": profile.organisation.name_en}
