"""What a word in a text means: a wish, something ruled out, something already there."""

import pytest

from portal.vocabulary.scope import clauses, disclaimed, exclusions_said, insists_on, scope_of


@pytest.mark.parametrize(
    ("text", "word", "scope"),
    [
        ("想上MES", "MES", "wish"),
        ("不要MES", "MES", "unwanted"),
        ("不想上什么ERP", "ERP", "unwanted"),
        ("机器人就算了，要AGV", "机器人", "unwanted"),
        ("机器人就算了，要AGV", "AGV", "wish"),
        ("已经有MES了，想做排产", "MES", "present"),
        ("已经有MES了，想做排产", "排产", "wish"),
        ("MES上过了，没人用", "MES", "present"),
        ("我们没有ERP", "ERP", "wish"),
        ("不是要ERP，是要排产", "ERP", "unwanted"),
        ("不要ERP但是要排产", "排产", "wish"),
        ("we need a MES", "MES", "wish"),
        ("we don't want an ERP", "ERP", "unwanted"),
        ("no ERP please", "ERP", "unwanted"),
        ("we have no ERP", "ERP", "wish"),
        ("we do not have a WMS", "WMS", "wish"),
        ("not interested in a new ERP", "ERP", "unwanted"),
        ("we already have ERP, need WMS", "ERP", "present"),
        ("we already have ERP, need WMS", "WMS", "wish"),
        ("our existing MES is slow", "MES", "present"),
        ("we have trouble with OEE", "OEE", "wish"),
        ("no idea what our OEE is", "OEE", "wish"),
        ("scheduling rather than ERP", "ERP", "unwanted"),
        ("we don't want ERP but need scheduling", "scheduling", "wish"),
        ("we already have MES and need scheduling", "MES", "present"),
        ("we already have MES and need scheduling", "scheduling", "wish"),
        ("已经上了MES了想做排产", "排产", "wish"),
    ],
)
def test_scope(text: str, word: str, scope: str) -> None:
    start = text.index(word)
    assert scope_of(text, start, start + len(word), clauses(text)) == scope


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("不要上云，数据不能出厂", ["no_cloud", "data_stays_on_site"]),
        ("No cloud, and nothing leaves the plant", ["no_cloud", "data_stays_on_site"]),
        ("不要年费，一次性买断", ["no_subscription", "no_subscription"]),
        ("must be open source", ["open_source_only"]),
        ("don't want robots", ["no_robots"]),
        ("without changing the machines", ["no_hardware_change"]),
        ("想上云", []),
        ("point cloud measuring", []),
    ],
)
def test_exclusions_that_a_text_states(text: str, keys: list[str]) -> None:
    assert [key for key, _, _ in exclusions_said(text)] == keys


def test_what_an_exclusion_insists_on_is_not_ruled_out() -> None:
    assert insists_on("open_source_only", "开源")
    assert not insists_on("no_cloud", "云")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("要做外观检测，不做金属件", ["不做金属件"]),
        ("我们不生产阀门，做水泵", ["我们不生产阀门"]),
        ("不做金属件的注塑厂", ["不做金属件的"]),
        ("不含金属件的厂房", ["不含金属件的厂房"]),
        ("We don't make valves, we need leak tests", ["We don't make valves"]),
        ("排产老是做不好，不做好就要丢单", []),
        ("we do not know our costs", []),
    ],
)
def test_clauses_about_what_is_not_made(text: str, said: list[str]) -> None:
    assert [text[a:b] for a, b in disclaimed(text, clauses(text))] == said


def test_clauses_are_parted_by_punctuation_and_turns() -> None:
    text = "要排产，不要ERP但是要MES"
    assert [text[a:b] for a, b in clauses(text)] == ["要排产", "不要ERP", "要MES"]
    english = "No ERP. We need 0.3 mm, but not now."
    assert [english[a:b].strip() for a, b in clauses(english)] == [
        "No ERP",
        "We need 0.3 mm",
        "not now",
    ]
