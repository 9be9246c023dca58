"""Matching one need: reading, nomination, features, score; kept as a run that can be replayed."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from matching.engine import serial
from matching.engine.explanation import named_ids
from matching.engine.scoring import rank
from matching.engine.types import MatchInput, Ranking
from matching.engine.weights import Weights, load
from matching.features import (
    ProviderFacts,
    labels_for,
    need_features,
    provider_features,
    read_facts,
)
from matching.likeness import NeedReading, read_need
from matching.models import MatchRun, Need
from matching.nomination import Nominated, nominate
from portal.foundation import permissions
from portal.organisations.reading import concepts_version

TOP = 20
"""Providers ranked in a run unless asked otherwise."""
FRESH = timedelta(minutes=10)
"""A run that is younger is shown again rather than made anew."""


class ReplayDiffers(RuntimeError):
    """A stored run, replayed, does not give what is stored."""


@dataclass(frozen=True)
class Matched:
    """One ranking with what it was made from."""

    need: Need
    given: MatchInput
    ranking: Ranking
    engine: str


class Matcher:
    """Matches needs on one day with one version of the weights. What it read of a provider is
    kept for the next need."""

    def __init__(self, on: date | None = None, weights: Weights | None = None) -> None:
        self.on = on or timezone.localdate()
        self.weights = weights or load()
        self._facts: dict[str, ProviderFacts] = {}

    def match(self, need: Need) -> Matched:
        """Rank providers for a need. Wants `need.organisation`; writes nothing."""
        reading = read_need(need)
        nominated = nominate(need, reading, self.on)
        facts = self.facts(nominated.keys - {need.organisation.key})
        given = self.features(need, reading, nominated, facts)
        ranking = rank(given, self.weights)
        labels = {item: given.labels[item] for item in named_ids(ranking) & given.labels.keys()}
        return Matched(need, replace(given, labels=labels), ranking, nominated.engine)

    def facts(self, keys: frozenset[str]) -> list[ProviderFacts]:
        """Facts of those of the providers that may be matched, in the order of their keys."""
        if unread := keys - self._facts.keys():
            self._facts |= read_facts(unread, self.on)
        return [self._facts[key] for key in sorted(keys & self._facts.keys())]

    def features(
        self,
        need: Need,
        reading: NeedReading,
        nominated: Nominated,
        facts: list[ProviderFacts],
    ) -> MatchInput:
        """What the engine is given."""
        about = need_features(need, reading)
        text = nominated.text
        return MatchInput(
            day=self.on.isoformat(),
            need=about,
            providers=tuple(
                provider_features(one, reading, None if text is None else text.get(one.key, 0.0))
                for one in facts
            ),
            labels=labels_for(facts),
        )


def run_match(need: Need, *, top: int = TOP, actor: Any | None = None) -> MatchRun:
    """Match an open need and keep the run, with `top` providers in its result.

    `actor` None is the system. Raises PermissionDenied."""
    permissions.require(actor, "matching.need.match", need)
    matcher = Matcher()
    matched = matcher.match(need)
    result = _result(matched.given, matched.ranking, matcher.weights, top)
    return MatchRun.objects.create(
        need=need,
        day=matcher.on,
        weights_version=matcher.weights.version,
        vocabulary_version=concepts_version(),
        engine=matched.engine,
        features={"top": top, "input": serial.write_input(matched.given)},
        result=result,
        result_digest=serial.digest(result),
    )


def _result(given: MatchInput, ranking: Ranking, weights: Weights, top: int) -> dict[str, Any]:
    names = {provider.key: provider.name for provider in given.providers}
    shown = replace(ranking, results=ranking.results[:top])
    return {
        "need": given.need.ref,
        "weights": weights.version,
        **serial.write_ranking(shown, names, given.labels),
    }


def replay(run: MatchRun) -> dict[str, Any]:
    """The run's result, made again from its stored features and weights.

    Raises ReplayDiffers when it is not the stored one to the byte, WeightsError when its weights
    are gone."""
    weights = load(run.weights_version)
    given = serial.read_input(run.features["input"])
    result = _result(given, rank(given, weights), weights, run.features["top"])
    if serial.digest(result) != run.result_digest:
        raise ReplayDiffers(f"run {run.pk} does not give its stored result again")
    return result


def answer(run: MatchRun, result: dict[str, Any] | None = None) -> dict[str, Any]:
    """A run as `match --json` prints it; `result` defaults to the stored one."""
    return {"run": run.pk, **(run.result if result is None else result)}


def fresh_run(need: Need, *, actor: Any | None) -> MatchRun:
    """The need's last run where it still holds, else a new one.

    Raises PermissionDenied."""
    last = need.match_runs.first()
    if last is not None and _holds(last, need):
        return last
    return run_match(need, actor=actor)


def _holds(run: MatchRun, need: Need) -> bool:
    now = timezone.now()
    return (
        run.created > need.changed
        and run.created > now - FRESH
        and run.day == timezone.localdate()
        and run.weights_version == load().version
        and run.vocabulary_version == concepts_version()
        and run.features["top"] >= TOP
    )
