"""The judged set's report half: the full score beats text alone, and stays where it was measured.

Figures and what they mean: docs/evaluation.md. Nothing is tuned on what this test says."""

import pytest

from bench.evaluate_matching import (
    FULL,
    HALVES,
    LANGUAGES,
    TEXT,
    WITHIN,
    difference,
    load,
    measure_runs,
    read_judged,
)
from search.evaluation import bootstrap, per_topic

# A little under what docs/evaluation.md reports.
FLOOR = {"report": 0.83, "tune": 0.83}


@pytest.mark.django_db
def test_the_full_score_beats_text_on_the_half_nobody_tuned_on() -> None:
    judged = read_judged()
    load()
    runs = measure_runs(judged)
    for half in HALVES:
        values = per_topic(runs.runs[FULL], judged.of(half), "ndcg@10")
        assert bootstrap(list(values.values())).mean >= FLOOR[half], half
        for worse in (TEXT, WITHIN):
            assert difference(judged, runs, half, worse).low > 0, (half, worse)
    for language in LANGUAGES:
        assert difference(judged, runs, "report", TEXT, language).mean > 0, language


def test_the_judged_set_is_as_large_and_as_mixed_as_it_says() -> None:
    judged = read_judged()
    assert len(judged.judgements) == 70
    assert sorted(len(judged.of(half)) for half in HALVES) == [34, 36]
    assert {judged.language[topic] for topic in judged.judgements} == set(LANGUAGES)
    areas = {half: {judged.area[topic] for topic in judged.of(half)} for half in HALVES}
    assert not areas["tune"] & areas["report"]
