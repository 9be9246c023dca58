"""Measures of a ranking against judgements, with bootstrap intervals. Pure.

nDCG uses gain 2^grade - 1; what is unjudged counts 0; topics with no grade of 1 or more are left
out; success and precision want a grade of 2 or more, recall and MRR a grade of 1 or more."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

Judgements = Mapping[str, Mapping[str, int]]
"""Topic → document → grade 0-3."""
Run = Mapping[str, Sequence[str]]
"""Topic → documents, best first."""

RELEVANT, GOOD = 1, 2
SAMPLES = 2000


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean with the bounds of its 95 % bootstrap interval."""

    mean: float
    low: float
    high: float

    def as_dict(self) -> dict[str, float]:
        """Rounded, for JSON."""
        return {name: round(getattr(self, name), 4) for name in ("mean", "low", "high")}


def ndcg(ranking: Sequence[str], grades: Mapping[str, int], depth: int = 10) -> float:
    """Normalised discounted cumulative gain of the first `depth`."""
    ideal = sorted(grades.values(), reverse=True)[:depth]
    best = _dcg(ideal)
    return _dcg([grades.get(key, 0) for key in ranking[:depth]]) / best if best else 0.0


def _dcg(grades: Sequence[int]) -> float:
    return sum((2**grade - 1) / math.log2(place + 2) for place, grade in enumerate(grades))


def precision(ranking: Sequence[str], grades: Mapping[str, int], depth: int = 5) -> float:
    """Share of good ones among the first `depth` places."""
    return sum(grades.get(key, 0) >= GOOD for key in ranking[:depth]) / depth


def success(ranking: Sequence[str], grades: Mapping[str, int]) -> float:
    """1 when the first one is good, else 0."""
    return float(bool(ranking) and grades.get(ranking[0], 0) >= GOOD)


def recall(ranking: Sequence[str], grades: Mapping[str, int], depth: int = 50) -> float:
    """Share of the relevant ones found in the first `depth`."""
    relevant = {key for key, grade in grades.items() if grade >= RELEVANT}
    return len(relevant & set(ranking[:depth])) / len(relevant) if relevant else 0.0


def reciprocal_rank(ranking: Sequence[str], grades: Mapping[str, int]) -> float:
    """1 / place of the first relevant one, 0 without any."""
    for place, key in enumerate(ranking, 1):
        if grades.get(key, 0) >= RELEVANT:
            return 1 / place
    return 0.0


MEASURES: dict[str, Callable[[Sequence[str], Mapping[str, int]], float]] = {
    "ndcg@10": ndcg,
    "p@5": precision,
    "success@1": success,
    "recall@50": recall,
    "mrr": reciprocal_rank,
}


def judged_topics(judgements: Judgements) -> list[str]:
    """Topics that count: those with a relevant document, in order."""
    return sorted(
        topic for topic, grades in judgements.items() if max(grades.values(), default=0) >= RELEVANT
    )


def per_topic(run: Run, judgements: Judgements, measure: str) -> dict[str, float]:
    """One measure of every topic that counts; a topic without a ranking gets 0."""
    function = MEASURES[measure]
    return {
        topic: function(run.get(topic, ()), judgements[topic])
        for topic in judged_topics(judgements)
    }


def bootstrap(values: Sequence[float], *, seed: int = 20_260_101) -> Interval:
    """Mean and 95 % percentile interval over resampled topics; (0, 0, 0) for none."""
    if not values:
        return Interval(0.0, 0.0, 0.0)
    data = np.asarray(values, dtype=np.float64)
    picks = np.random.default_rng(seed).integers(0, len(data), (SAMPLES, len(data)))
    low, high = np.percentile(data[picks].mean(axis=1), [2.5, 97.5])
    return Interval(float(data.mean()), float(low), float(high))


def paired_bootstrap(
    better: Mapping[str, float], worse: Mapping[str, float], *, seed: int = 20_260_101
) -> Interval:
    """Interval of the mean difference `better` - `worse` over the same topics.

    Raises ValueError when the topics differ."""
    if better.keys() != worse.keys():
        raise ValueError("the two runs were measured on different topics")
    return bootstrap([better[topic] - worse[topic] for topic in sorted(better)], seed=seed)


def evaluate(
    run: Run, judgements: Judgements, languages: Mapping[str, str] | None = None
) -> dict[str, object]:
    """Every measure with its interval, as `manage.py evaluate` prints it.

    `languages` (topic → `zh` | `en`) adds the same for each language apart."""
    answer = _measures(run, judgements)
    by_language: dict[str, object] = {}
    for language in sorted(set((languages or {}).values())):
        part = {
            topic: grades
            for topic, grades in judgements.items()
            if (languages or {}).get(topic) == language
        }
        by_language[language] = _measures(run, part)
    return {**answer, "by_language": by_language}


def _measures(run: Run, judgements: Judgements) -> dict[str, object]:
    topics: dict[str, object] = {"topics": len(judged_topics(judgements))}
    return topics | {
        name: bootstrap(list(per_topic(run, judgements, name).values())).as_dict()
        for name in MEASURES
    }


def read_qrels(lines: Iterable[str]) -> dict[str, dict[str, int]]:
    """TREC judgements `topic 0 document grade`.

    Raises ValueError that names the line."""
    judgements: dict[str, dict[str, int]] = {}
    for number, line in enumerate(lines, 1):
        parts = line.split()
        if not parts:
            continue
        if len(parts) != 4 or parts[3] not in ("0", "1", "2", "3"):
            raise ValueError(f"line {number}: not 'topic 0 document grade' with a grade 0-3")
        judgements.setdefault(parts[0], {})[parts[2]] = int(parts[3])
    return judgements


def read_run(lines: Iterable[str]) -> dict[str, list[str]]:
    """TREC run `topic Q0 document rank score tag`; documents in order of rank, each once.

    Raises ValueError that names the line."""
    ranked: dict[str, dict[str, int]] = {}
    for number, line in enumerate(lines, 1):
        parts = line.split()
        if not parts:
            continue
        if len(parts) != 6 or not parts[3].isdigit():
            raise ValueError(f"line {number}: not 'topic Q0 document rank score tag'")
        topic = ranked.setdefault(parts[0], {})
        topic[parts[2]] = min(int(parts[3]), topic.get(parts[2], int(parts[3])))
    return {topic: sorted(places, key=lambda key: places[key]) for topic, places in ranked.items()}


def run_lines(topic: str, ranking: Iterable[tuple[str, float]], tag: str) -> Iterable[str]:
    """TREC run lines of one topic from (document, score), best first; ranks count from 1."""
    for rank, (key, score) in enumerate(ranking, 1):
        yield f"{topic} Q0 {key} {rank} {score:.6f} {tag}"
