"""The part of docs/evaluation.md on search: tables of what `bench.evaluate_search` found."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np

from bench.evaluate_search import FULL, RUNS, Measured
from bench.judged_search import LANGUAGES, Judged
from bench.report import machine
from search.evaluation import RELEVANT, Interval, bootstrap, ndcg, paired_bootstrap, recall

TEMPLATE = Path(__file__).resolve().parent / "evaluation_search.template.md"
FORMS = ("short", "sentence", "short_need", "paragraph")
DIRECTIONS = tuple((query, documents) for query in LANGUAGES for documents in LANGUAGES)
SAME = tuple(pair for pair in DIRECTIONS if pair[0] == pair[1])
CROSS = tuple(pair for pair in DIRECTIONS if pair[0] != pair[1])
MEASURES: dict[str, Callable[[Sequence[str], Mapping[str, int]], float]] = {
    "nDCG@10": ndcg,
    "recall@50": recall,
    "recall@10": partial(recall, depth=10),
}
FAILING = 0.3
"""nDCG@10 under which a topic counts as failed."""
TOP = 10
SAMPLES = 2_000

Direction = tuple[str, str]
"""Language of the topics, language of the providers."""
Values = dict[str, float]
"""A measure by topic."""


def values(
    judged: Judged,
    measured: Measured,
    half: str,
    directions: Iterable[Direction],
    measure: str,
    name: str = FULL,
) -> Values:
    """One measure of every topic of a half, the mean of some directions."""
    function, each = MEASURES[measure], []
    for query, documents in directions:
        run = measured.run(judged, name, query, documents)
        part = judged.of(half, documents)
        each.append({topic: function(run.get(topic, ()), part[topic]) for topic in sorted(part)})
    return {topic: sum(one[topic] for one in each) / len(each) for topic in each[0]}


def ratio(above: Values, below: Values) -> Interval:
    """Mean of `above` / mean of `below` over the same topics, with its bootstrap interval."""
    topics = sorted(above)
    pairs = np.array([(above[topic], below[topic]) for topic in topics])
    picks = np.random.default_rng(20_260_101).integers(0, len(topics), (SAMPLES, len(topics)))
    sums = pairs[picks].sum(axis=1)
    low, high = np.percentile(sums[:, 0] / sums[:, 1], [2.5, 97.5])
    return Interval(float(pairs[:, 0].sum() / pairs[:, 1].sum()), float(low), float(high))


def overall(judged: Judged, measured: Measured, half: str) -> str:
    """The full service on one half in a line."""
    shown = [
        f"{measure} {_figure(_interval(values(judged, measured, half, DIRECTIONS, measure)))}"
        for measure in MEASURES
    ]
    cross = ratio(*_cross_and_same(judged, measured, half, CROSS, SAME))
    return ", ".join([*shown, f"cross/same recall@10 {_figure(cross)}"])


def report(judged: Judged, measured: Measured) -> str:
    """The whole part, from the template."""
    from portal.organisations.reading import concepts_version

    text = TEMPLATE.read_text(encoding="utf-8")
    parts = {
        "date": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "machine": machine(),
        "concepts": concepts_version(),
        "aims": _aims(judged, measured),
        "failing": _failing(judged, measured),
    }
    for half in ("report", "tune"):
        parts |= {
            f"{half}_table": _table(judged, measured, half),
            f"{half}_adds": _adds(judged, measured, half),
            f"{half}_cross": _cross(judged, measured, half),
            f"{half}_forms": _forms(judged, measured, half),
        }
    for name, part in parts.items():
        text = text.replace("{{ " + name + " }}", part)
    return text


def _table(judged: Judged, measured: Measured, half: str) -> str:
    rows = []
    for label, directions in _directions():
        for name in RUNS:
            cells = [
                _figure(_interval(values(judged, measured, half, directions, measure, name)))
                for measure in MEASURES
            ]
            rows.append([label, f"**{name}**" if name == FULL else name, *cells])
    return _lines(["direction", "run", *MEASURES], rows)


def _adds(judged: Judged, measured: Measured, half: str) -> str:
    """What each part adds to the run before it, topic by topic."""
    rows = []
    for label, directions in _directions():
        for worse, better in pairwise(RUNS):
            cells = [
                _figure(
                    paired_bootstrap(
                        values(judged, measured, half, directions, measure, better),
                        values(judged, measured, half, directions, measure, worse),
                    ),
                    sign=True,
                )
                for measure in MEASURES
            ]
            rows.append([label, f"{better} less {worse}", *cells])
    return _lines(["direction", "what is added", *MEASURES], rows)


def _cross(judged: Judged, measured: Measured, half: str) -> str:
    compared: list[tuple[str, Sequence[Direction], Sequence[Direction]]] = [
        ("**both**", CROSS, SAME),
        ("zh→en / en→en", [("zh", "en")], [("en", "en")]),
        ("en→zh / zh→zh", [("en", "zh")], [("zh", "zh")]),
    ]
    rows = [
        [label, *(_figure(ratio(*_cross_and_same(judged, measured, half, a, b, n))) for n in RUNS)]
        for label, a, b in compared
    ]
    return _lines(["recall@10", *RUNS], rows)


def _cross_and_same(
    judged: Judged,
    measured: Measured,
    half: str,
    cross: Iterable[Direction],
    same: Iterable[Direction],
    name: str = FULL,
) -> tuple[Values, Values]:
    return (
        values(judged, measured, half, cross, "recall@10", name),
        values(judged, measured, half, same, "recall@10", name),
    )


def _forms(judged: Judged, measured: Measured, half: str) -> str:
    """The full service by how long the topic is."""
    rows = []
    for form in FORMS:
        for measure in ("nDCG@10", "recall@50"):
            cells = []
            for _, directions in _directions():
                found = values(judged, measured, half, directions, measure)
                part = {t: one for t, one in found.items() if judged.topics[t].form == form}
                cells.append(_figure(_interval(part)))
            rows.append([f"{form} ({len(part)})", measure, *cells])
    return _lines(["form", "", *(label for label, _ in _directions())], rows)


def _aims(judged: Judged, measured: Measured) -> str:
    """What the held half was to reach."""
    cross = ratio(*_cross_and_same(judged, measured, "report", CROSS, SAME))
    rows = [
        [f"{measure} ≥ {aim}", _figure(_interval(found)), "yes" if mean >= aim else "**no**"]
        for measure, aim in (("nDCG@10", 0.80), ("recall@50", 0.97))
        for found in [values(judged, measured, "report", DIRECTIONS, measure)]
        for mean in [_interval(found).mean]
    ]
    reached = "yes" if cross.mean >= 0.85 else "**no**"
    rows.append(["cross-language recall@10 ≥ 0.85 of same-language", _figure(cross), reached])
    return _lines(["aim, report half, four directions", "measured", "reached"], rows)


def _failing(judged: Judged, measured: Measured) -> str:
    """The report half's topics that the full service answers badly, and why, by id."""
    rows = []
    for query, documents in DIRECTIONS:
        part = judged.of("report", documents)
        run = measured.run(judged, FULL, query, documents)
        for topic, grades in sorted(part.items()):
            value = ndcg(run[topic], grades)
            if value < FAILING:
                place, why = _reason(measured, run[topic], grades, measured.asked[query][topic])
                form = judged.topics[topic].form
                rows.append([topic, form, f"{query}→{documents}", f"{value:.2f}", place, why])
    if not rows:
        return "None."
    return _lines(["topic", "form", "direction", "nDCG@10", "best provider's place", "why"], rows)


def _reason(
    measured: Measured, ranking: Sequence[str], grades: Mapping[str, int], asked: frozenset[str]
) -> tuple[str, str]:
    """The place of the first provider of the best grade there is, and the first thing that went
    wrong."""
    best = max(grades.values())
    wanted = {key for key, grade in grades.items() if grade == best}
    places = [place for place, key in enumerate(ranking, 1) if key in wanted]
    place = f"{places[0]}" if places else "not found"
    having = [key for key in wanted if asked & measured.held[key]]
    if not asked:
        return place, "no concept read from the topic"
    if not having:
        return place, "concepts read, and no best provider was read as one of them"
    if not places or places[0] > TOP:
        return place, "a best provider has a concept asked for, and others stand before it"
    relevant = sum(grade >= RELEVANT for key, grade in grades.items() if key in ranking[:TOP])
    return place, f"low among the ten, {relevant} relevant there"


def _directions() -> list[tuple[str, tuple[Direction, ...]]]:
    each = [(f"{query}→{documents}", ((query, documents),)) for query, documents in DIRECTIONS]
    return [("**all four**", DIRECTIONS), *each]


def _interval(found: Values) -> Interval:
    return bootstrap([found[topic] for topic in sorted(found)])


def _figure(interval: Interval, *, sign: bool = False) -> str:
    form = "+.3f" if sign else ".3f"
    return f"{interval.mean:{form}} ({interval.low:{form}} to {interval.high:{form}})"


def _lines(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
