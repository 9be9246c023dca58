"""Measures against values worked out by hand."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import evaluation as ev

GRADES = {"a": 3, "b": 2, "c": 1, "d": 0}


def test_ndcg_uses_exponential_gain() -> None:
    ideal = 7 + 3 / math.log2(3) + 1 / 2
    assert ev.ndcg(["a", "b", "c"], GRADES) == 1.0
    assert ev.ndcg(["c", "x", "a"], GRADES) == pytest.approx((1 + 7 / 2) / ideal)
    assert ev.ndcg([], GRADES) == 0.0
    assert ev.ndcg(["d"], {"d": 0}) == 0.0
    assert ev.ndcg(["x"] * 10 + ["a"], GRADES) == 0.0


def test_the_other_measures() -> None:
    assert ev.precision(["a", "c", "b"], GRADES) == 2 / 5
    assert ev.success(["b"], GRADES) == 1.0
    assert ev.success(["c", "a"], GRADES) == 0.0
    assert ev.success([], GRADES) == 0.0
    assert ev.recall(["a", "d", "c"], GRADES) == pytest.approx(2 / 3)
    assert ev.recall(["x"] * 50 + ["a"], GRADES) == 0.0
    assert ev.reciprocal_rank(["d", "c"], GRADES) == 0.5
    assert ev.reciprocal_rank(["d"], GRADES) == 0.0


def test_topics_without_a_relevant_document_are_left_out() -> None:
    judged = {"1": {"a": 1}, "2": {"a": 0}, "3": {}}
    assert ev.judged_topics(judged) == ["1"]
    assert ev.per_topic({"2": ["a"]}, judged, "mrr") == {"1": 0.0}


def test_evaluate_by_language() -> None:
    judged = {"1": {"a": 3}, "2": {"b": 3}}
    answer = ev.evaluate({"1": ["a"], "2": ["x"]}, judged, {"1": "zh", "2": "en"})
    assert answer["topics"] == 2
    assert answer["mrr"] == {"mean": 0.5, "low": 0.0, "high": 1.0}
    assert set(answer) == {*ev.MEASURES, "topics", "by_language"}
    by_language = answer["by_language"]
    assert isinstance(by_language, dict)
    assert by_language["zh"]["ndcg@10"] == {"mean": 1.0, "low": 1.0, "high": 1.0}
    assert by_language["en"]["topics"] == 1
    assert ev.evaluate({}, {})["topics"] == 0


def test_paired_bootstrap_tells_a_real_difference() -> None:
    worse = {str(n): (n % 7) / 10 for n in range(60)}
    better = {topic: value + 0.1 + (int(topic) % 3) / 100 for topic, value in worse.items()}
    interval = ev.paired_bootstrap(better, worse)
    assert interval.mean == pytest.approx(0.11)
    assert 0.1 < interval.low < interval.high < 0.12
    assert ev.paired_bootstrap(worse, better).high < 0
    with pytest.raises(ValueError, match="different topics"):
        ev.paired_bootstrap({"1": 0.0}, {"2": 0.0})


def test_qrels_and_runs_are_read_and_written() -> None:
    assert ev.read_qrels(["1 0 a 3\n", "\n", "1 0 b 0\n"]) == {"1": {"a": 3, "b": 0}}
    lines = list(ev.run_lines("1", [("b", 2.5), ("a", 1.0)], "tag"))
    assert lines == ["1 Q0 b 1 2.500000 tag", "1 Q0 a 2 1.000000 tag"]
    assert ev.read_run(lines[::-1]) == {"1": ["b", "a"]}
    for bad in ("1 0 a 4", "1 0 a", "1 0 a -1"):
        with pytest.raises(ValueError, match="line 2"):
            ev.read_qrels(["1 0 a 1", bad])
    with pytest.raises(ValueError, match="line 1"):
        ev.read_run(["1 Q0 a first 1 tag"])


@given(
    grades=st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 3), min_size=1),
    ranking=st.permutations("abcdefgh"),
)
def test_measures_lie_between_nothing_and_the_ideal(
    grades: dict[str, int], ranking: list[str]
) -> None:
    for measure in ev.MEASURES.values():
        assert 0 <= measure(ranking, grades) <= 1
    ideal = sorted(grades, key=lambda key: -grades[key])
    assert ev.ndcg(ranking, grades) <= ev.ndcg(ideal, grades) + 1e-12
