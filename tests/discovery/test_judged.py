"""The judged set of search is sound, whatever is found in it."""

from collections import Counter

from bench.judged_search import HALVES, LANGUAGES, Judged, read_judged
from search.analysis import has_cjk
from search.evaluation import GOOD, RELEVANT


def test_it_is_as_large_and_as_mixed_as_it_says() -> None:
    judged = read_judged()
    assert len(judged.topics) == 160
    forms = Counter(topic.form for topic in judged.topics.values())
    assert forms == dict.fromkeys(("short", "sentence", "short_need", "paragraph"), 40)
    assert Counter(map(judged.language, judged.providers)) == {"zh": 120, "en": 120}


def test_every_topic_is_put_in_both_languages() -> None:
    for topic in read_judged().topics.values():
        assert [has_cjk(topic.text(language)) for language in LANGUAGES] == [True, False], topic.id


def test_every_provider_is_written_in_one_language() -> None:
    for ref, provider in read_judged().providers.items():
        texts = [provider["name"], provider["summary"]]
        for offer in provider["offers"]:
            texts += [offer["title"], offer.get("description", {})]
        assert len({language for text in texts for language in text}) == 1, ref
        chinese = any(map(has_cjk, provider["capabilities"]))
        assert chinese == ("zh" in provider["name"]), ref


def test_judgements_are_of_topics_and_providers_that_are_there() -> None:
    judged = read_judged()
    assert judged.judgements.keys() == judged.topics.keys()
    refs = {ref for grades in judged.judgements.values() for ref in grades}
    assert refs <= judged.providers.keys()


def test_every_topic_has_a_good_provider_in_each_language() -> None:
    judged = read_judged()
    for half in HALVES:
        for language in LANGUAGES:
            for topic, grades in judged.of(half, language).items():
                assert max(grades.values(), default=0) >= GOOD, (topic, language)


def test_the_halves_share_no_area_and_part_the_set() -> None:
    judged = read_judged()
    parts = {half: set(judged.of(half, "zh")) for half in HALVES}
    assert parts["tune"] | parts["report"] == judged.topics.keys()
    assert [len(parts[half]) for half in HALVES] == [80, 80]
    areas = {half: {_area(judged, topic) for topic in parts[half]} for half in HALVES}
    assert not areas["tune"] & areas["report"]
    assert {half: {area % 2 for _, area in areas[half]} for half in HALVES} == {
        "tune": {1},
        "report": {0},
    }


def test_a_judged_pair_keeps_its_grade_whichever_half_is_asked_for() -> None:
    judged = read_judged()
    parts = [judged.of(half, language) for half in HALVES for language in LANGUAGES]
    counted = sum(len(grades) for part in parts for grades in part.values())
    assert counted == sum(len(grades) for grades in judged.judgements.values())
    relevant = sum(
        grade >= RELEVANT for part in parts for g in part.values() for grade in g.values()
    )
    assert relevant > 2 * len(judged.topics)


def _area(judged: Judged, topic: str) -> tuple[str, int]:
    """Writers number their areas apart."""
    return topic[0], judged.topics[topic].area
