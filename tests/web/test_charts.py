"""Charts: the geometry is exact, the table says everything the picture does, nothing is inline."""

import re
from xml.etree import ElementTree

import pytest
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from portal.vocabulary import get_vocabulary
from portal.vocabulary.places import places, short_name
from portal.web import charts

PLACES = [("北仑", 8, "/n", (1, 0)), ("鄞州", 2, "", (0, 1)), ("象山", 0, "", (1, 1))]


def drawn(template: str, **context: object) -> str:
    return Template("{% load charts %}" + template).render(Context(context))


def test_a_bar_is_a_share_of_the_longest() -> None:
    assert [bar.percent for bar in charts.bars([("a", 8, ""), ("b", 2, ""), ("c", 0, "")])] == [
        100, 25, 0,
    ]  # fmt: skip
    assert [bar.percent for bar in charts.bars([("a", 0, "")])] == [0]
    assert charts.bars([]) == []


def test_shades_of_the_map() -> None:
    assert [tile.step for tile in charts.tiles(PLACES)] == [4, 1, 0]
    assert charts.extent(charts.tiles(PLACES)) == (156, 156)
    assert charts.extent([]) == (0, 0)


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_more_is_never_lighter(one: int, other: int) -> None:
    most = max(one, other)
    steps = [charts.step(value, most) for value in sorted((one, other))]
    assert steps == sorted(steps)
    assert all(0 <= step <= charts.STEPS for step in steps)
    assert steps[1] == (charts.STEPS if most else 0)


@given(st.floats(0, 10**12))
def test_the_scale_holds_every_value(value: float) -> None:
    top = charts.round_up(value)
    assert top >= value
    assert top == 1 or top < value * 2.51


@given(st.lists(st.lists(st.integers(0, 10**6), min_size=5, max_size=5), max_size=4))
def test_lines_stay_inside_the_field(series: list[list[int]]) -> None:
    field = charts.field(list("abcde"), [(str(place), row) for place, row in enumerate(series)])
    for line in field.lines:
        for x, y in line.points:
            assert charts.LEFT <= x <= charts.WIDTH
            assert charts.TOP <= y <= charts.HEIGHT - charts.BOTTOM


@pytest.mark.parametrize(
    "html",
    [
        drawn('{% tile_map "Map" places what="Where" count="How many" %}', places=PLACES),
        drawn(
            '{% line_chart "Line" moments series what="Month" %}',
            moments=["1", "2"],
            series=[("Needs", [3, 1]), ("Jobs", [0, 2])],
        ),
        drawn('{% bar_table "Bars" rows what="Kind" count="n" %}', rows=[("<b>", 3, "/x")]),
    ],
    ids=["map", "lines", "bars"],
)
def test_charts_are_well_formed_and_carry_no_style(html: str) -> None:
    ElementTree.fromstring(f"<x>{html}</x>")
    assert "style=" not in html
    assert "<script" not in html
    assert "<table" in html
    assert "<b>" not in html


def test_the_table_says_what_the_map_does() -> None:
    html = drawn('{% tile_map "Map" places what="Where" count="n" %}', places=PLACES)
    table = html[html.index("<table") :]
    rows = re.findall(r'<th scope="row">(.*?)</th><td class="number">(.*?)</td>', table)
    assert rows == [('<a href="/n">北仑</a>', "8"), ("鄞州", "2"), ("象山", "0")]
    picture = html[: html.index("<table")]
    assert 'role="img"' in picture
    assert re.search(r'aria-labelledby="(\S+) (\S+)"', picture)


def test_every_district_has_its_tile() -> None:
    shown = places({"330212": 3, "330204": 2, "310000": 9}, "en")
    assert len(shown) == 10
    assert len({place for *_, place in shown}) == 10
    counts = {label: count for label, count, *_ in shown}
    # 330204 was merged into Yinzhou; what lies outside of the city is not on its map.
    assert counts["Yinzhou"] == 5
    assert sum(counts.values()) == 5


def test_short_names() -> None:
    assert short_name("海曙区") == "海曙"
    assert short_name("Haishu District") == "Haishu"
    labels = [short_name(row.label("zh")) for row in get_vocabulary().districts]
    assert all(len(label) == 2 for label in labels)
