"""Filters, places and queries: what they take and what they refuse."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.engines.base import ordered_page, tie_window
from search.filters import FilterError, Filters
from search.geo import Near
from search.queries import SearchQuery, tie


def test_filters_are_read_from_texts() -> None:
    given_texts = {"kind": ["provider", " provider "], "price_max": ["500"], "verified": ["TRUE"]}
    assert Filters.parse(given_texts) == Filters(kind=("provider",), price_max=500, verified=True)
    assert Filters.parse({"verified": ["no"]}).verified is False
    assert Filters.parse({"tier": [""], "price_max": [" "]}) == Filters()
    assert not Filters()
    assert Filters(verified=False)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("price_max", "-1"),
        ("price_max", "1_000"),
        ("price_max", "५"),
        ("price_max", "9" * 30),
        ("price_max", "1.5"),
        ("verified", "maybe"),
        ("colour", "red"),
    ],
)
def test_what_is_no_filter_is_named(field: str, value: str) -> None:
    with pytest.raises(FilterError) as caught:
        Filters.parse({field: [value]})
    assert caught.value.field == field


def test_too_many_values_are_refused() -> None:
    with pytest.raises(FilterError):
        Filters.parse({"concept": [str(n) for n in range(101)]})


@pytest.mark.parametrize(
    "place", [(91, 0, None), (0, 181, None), (float("nan"), 0, None), (0, 0, 0), (0, 0, -5)]
)
def test_what_is_no_place_is_refused(place: tuple[float, float, float | None]) -> None:
    with pytest.raises(ValueError, match="is no"):
        Near(*place)


DEGREES = {"latitude": st.floats(-89, 89), "longitude": st.floats(-179, 179)}


@given(
    here=st.builds(Near, **DEGREES, within_km=st.floats(0.01, 3_000)),
    there=st.builds(Near, **DEGREES),
)
def test_the_box_holds_the_circle(here: Near, there: Near) -> None:
    box = here.box()
    distance = here.distance(there.latitude, there.longitude)
    assert distance == pytest.approx(there.distance(here.latitude, here.longitude), abs=1e-3)
    if box is not None and here.within_km is not None and distance <= here.within_km:
        south, north, west, east = box
        assert south <= there.latitude <= north
        assert west <= there.longitude <= east


def test_a_known_distance() -> None:
    assert Near(29.8683, 121.544).distance(31.2304, 121.4737) == pytest.approx(151.6, abs=0.1)


def test_queries_that_make_no_sense_are_refused() -> None:
    with pytest.raises(ValueError, match="not among"):
        SearchQuery(offset=10_000)
    with pytest.raises(ValueError, match="wants a place"):
        SearchQuery(sort="distance")
    with pytest.raises(ValueError, match="no sort"):
        SearchQuery(sort="fame")  # type: ignore[arg-type]


SCORES = st.lists(st.sampled_from([1.0, 2.0, 3.0]), max_size=40)


@given(scores=SCORES, size=st.integers(1, 9), day=st.dates())
def test_pages_of_any_ties_make_one_whole_order(scores: list[float], size: int, day: date) -> None:
    hits = sorted(((score, n, f"k{n}") for n, score in enumerate(scores)), reverse=True)
    pages = []
    for offset in range(0, len(hits) + 1, size):
        query = SearchQuery(text="x", offset=offset, limit=size, day=day)
        window = tie_window(lambda n: hits[:n], lambda hit: hit[0], query)
        pages += ordered_page(window, query)
    assert pages == sorted(hits, key=lambda hit: (-hit[0], tie(hit[1], day)))
