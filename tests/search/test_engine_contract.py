"""What both engines must do alike. Every test runs on each, Elasticsearch being a real node."""

from datetime import date
from typing import Any

import numpy as np
import pytest

from search.documents import Bilingual
from search.engines.base import Delete, Engine, Upsert
from search.filters import Filters
from search.geo import Near
from search.queries import SearchQuery
from tests.search.made import document, offer


def store(engine: Engine, *documents: Any, version: int = 1) -> None:
    assert engine.write([Upsert(made, version) for made in documents]) == {}


def keys(engine: Engine, **asked: Any) -> list[str]:
    return [hit.key for hit in engine.search(SearchQuery(**asked)).hits]


def found(engine: Engine, **filters: Any) -> set[str]:
    return set(keys(engine, filters=Filters(**filters)))


def test_an_empty_index_answers(engine: Engine) -> None:
    engine.write([])
    assert engine.search(SearchQuery(text="anything", facets=("kind",))).total == 0
    assert engine.count() == 0
    assert list(engine.versions("provider")) == []
    assert engine.knn(np.ones(3, dtype=np.float32), filters=Filters(), k=3, type="provider") == []
    assert engine.health().ok


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("视觉", ["zh"]),
        ("机器视觉检测", ["zh"]),
        ("ＶＩＳＩＯＮ", ["en"]),
        ("inspecting", ["en"]),
        ("supplier's", ["en"]),
        ("可能", []),
        ("the", []),
        ("?!", []),
    ],
)
def test_text_is_found_whatever_its_form(engine: Engine, text: str, expected: list[str]) -> None:
    store(
        engine,
        document("zh", zh="宁波机器视觉"),
        document("en", en="Vision inspections by a supplier"),
    )
    assert keys(engine, text=text) == expected


def test_every_part_of_a_document_is_searched(engine: Engine) -> None:
    store(
        engine,
        document("title", en="gearbox"),
        document("summary", summary=Bilingual(en="gearbox")),
        document("offer", offers=(offer(en="gearbox"),)),
        document("label", labels=("gearbox",)),
        document("none", en="bearing"),
    )
    assert set(keys(engine, text="gearbox")) == {"title", "summary", "offer", "label"}


def test_more_of_the_rarer_words_ranks_higher(engine: Engine) -> None:
    store(
        engine,
        document("both", en="casting simulation"),
        document("rare", en="simulation service"),
        document("common", en="casting service"),
        *(document(f"more{n}", en="casting shop") for n in range(5)),
    )
    assert keys(engine, text="casting simulation")[:2] == ["both", "rare"]


def test_a_concept_finds_what_the_words_do_not(engine: Engine) -> None:
    store(
        engine,
        document("meant", en="uptime tracking", concept=("uptime",)),
        document("said", en="machine idle"),
        document("neither", en="catering"),
    )
    asked = SearchQuery(text="machine idle at night", concepts=(("uptime", 1.0),))
    assert {hit.key for hit in engine.search(asked).hits} == {"meant", "said"}
    assert keys(engine, concepts=(("uptime", 0.5),)) == ["meant"]


def test_the_unverified_rank_lower_but_are_there(engine: Engine) -> None:
    store(engine, document("no", en="robot arm", verified=False), document("yes", en="robot arm"))
    assert keys(engine, text="robot") == ["yes", "no"]
    assert found(engine, verified=True) == {"yes"}
    assert found(engine, verified=False) == {"no"}


def test_without_text_the_newest_come_first(engine: Engine) -> None:
    store(engine, document("old", age=9), document("new", age=1), document("mid", age=5))
    assert keys(engine) == ["new", "mid", "old"]
    assert keys(engine, text="  ") == ["new", "mid", "old"]


def test_newest_sorts_what_matches(engine: Engine) -> None:
    store(engine, document("old", age=9, en="press press"), document("new", en="press"))
    assert keys(engine, text="press", sort="newest") == ["new", "old"]


def test_filters_take_any_value_of_a_field_and_every_field(engine: Engine) -> None:
    store(
        engine,
        document("a", kind="provider", district="330212", industry=("C34", "C348")),
        document("b", kind="collective", district="330212", industry=("C34",)),
        document("c", kind="provider", district="330206", language=("zh", "en")),
    )
    assert found(engine, kind=("provider",)) == {"a", "c"}
    assert found(engine, district=("330212", "330206")) == {"a", "b", "c"}
    assert found(engine, kind=("provider",), district=("330212",)) == {"a"}
    assert found(engine, industry=("C34",)) == {"a", "b"}
    assert found(engine, language=("en",)) == {"c"}
    assert found(engine, tier=("no such",)) == set()
    assert found(engine, kind=('" OR *:*', "../")) == set()


def test_price_and_offer_type_hold_on_the_same_offer(engine: Engine) -> None:
    store(
        engine,
        document("cheap", offers=(offer("consulting", 500), offer("training", 90))),
        document("split", offers=(offer("consulting", 9_000), offer("training", 100))),
        document("unsaid", offers=(offer("consulting", None),)),
        document("twice", offers=(offer("consulting", 9_000), offer("consulting", 400))),
    )
    assert found(engine, offer_type=("consulting",)) == {"cheap", "split", "unsaid", "twice"}
    assert found(engine, price_max=500) == {"cheap", "split", "twice"}
    assert found(engine, offer_type=("consulting",), price_max=500) == {"cheap", "twice"}
    assert found(engine, offer_type=("consulting", "training"), price_max=95) == {"cheap"}
    assert found(engine, offer_type=("x] OR [y",), price_max=500) == set()


def test_types_are_kept_apart(engine: Engine) -> None:
    store(engine, document("1", en="mould"), document("1", type="need", en="mould"))
    assert engine.search(SearchQuery(text="mould")).total == 2
    only = engine.search(SearchQuery(text="mould", types=("need",), facets=("type",)))
    assert [(hit.type, hit.key) for hit in only.hits] == [("need", "1")]
    assert only.facets["type"] == (("need", 1), ("provider", 1))


def test_facets_count_under_every_filter_but_their_own(engine: Engine) -> None:
    store(
        engine,
        document("a", kind="provider", district="d1"),
        document("b", kind="provider", district="d2"),
        document("c", kind="collective", district="d1"),
    )
    asked = SearchQuery(facets=("kind", "district", "tier"), filters=Filters(kind=("provider",)))
    result = engine.search(asked)
    assert result.total == 2
    assert dict(result.facets) == {
        "kind": (("provider", 2), ("collective", 1)),
        "district": (("d1", 1), ("d2", 1)),
        "tier": (),
    }
    both = Filters(kind=("provider",), district=("d1",))
    assert dict(engine.search(SearchQuery(facets=("kind", "district"), filters=both)).facets) == {
        "kind": (("collective", 1), ("provider", 1)),
        "district": (("d1", 1), ("d2", 1)),
    }


def test_offer_types_are_counted_within_the_price(engine: Engine) -> None:
    store(
        engine,
        document("a", offers=(offer("consulting", 500), offer("consulting", 600))),
        document("b", offers=(offer("consulting", 9_000), offer("training", 100))),
    )
    asked = SearchQuery(facets=("offer_type",), filters=Filters(price_max=700))
    assert engine.search(asked).facets["offer_type"] == (("consulting", 1), ("training", 1))
    chosen = Filters(price_max=700, offer_type=("training",))
    result = engine.search(SearchQuery(facets=("offer_type",), filters=chosen))
    assert result.facets["offer_type"] == (("consulting", 1), ("training", 1))
    assert [hit.key for hit in result.hits] == ["b"]


NINGBO = Near(29.8683, 121.5440)
PLACED = {
    "station": (29.8625, 121.5360),
    "beilun": (29.9000, 121.8440),
    "yuyao": (30.0370, 121.1540),
    "shanghai": (31.2304, 121.4737),
}


def placed() -> list[Any]:
    return [
        document(key, en="mould", latitude=latitude, longitude=longitude)
        for key, (latitude, longitude) in PLACED.items()
    ]


def test_distance_sorts_limits_and_is_told(engine: Engine) -> None:
    store(engine, *placed(), document("nowhere", en="mould"))
    result = engine.search(SearchQuery(text="mould", near=NINGBO, sort="distance"))
    assert [(hit.key, round(hit.distance_km or 0, 1)) for hit in result.hits] == [
        ("station", 1.0),
        ("beilun", 29.1),
        ("yuyao", 42.0),
        ("shanghai", 151.6),
    ]
    within = Near(NINGBO.latitude, NINGBO.longitude, within_km=35)
    assert set(keys(engine, near=within)) == {"station", "beilun"}
    assert engine.search(SearchQuery(text="mould", near=NINGBO)).total == 5


def test_within_means_the_circle_not_the_box(engine: Engine) -> None:
    corner = document("corner", latitude=NINGBO.latitude + 0.085, longitude=NINGBO.longitude + 0.1)
    store(engine, corner, *placed(), document("side", latitude=29.8683 + 0.089, longitude=121.5440))
    within = Near(NINGBO.latitude, NINGBO.longitude, within_km=10)
    result = engine.search(SearchQuery(near=within, facets=("type",)))
    assert {hit.key for hit in result.hits} == {"station", "side"}
    assert (result.total, result.facets["type"]) == (2, (("provider", 2),))


def test_places_over_the_date_line_and_the_pole(engine: Engine) -> None:
    store(
        engine,
        document("east", latitude=0, longitude=179.9),
        document("far", latitude=0, longitude=0),
    )
    assert keys(engine, near=Near(0, -179.9, within_km=50)) == ["east"]
    assert keys(engine, near=Near(89.99, 0, within_km=9_000)) == []
    assert set(keys(engine, near=Near(89.99, 0, within_km=10_100))) == {"east", "far"}


@pytest.mark.parametrize("page", [1, 3, 7])
def test_pages_of_equal_scores_neither_repeat_nor_skip(engine: Engine, page: int) -> None:
    store(engine, *(document(f"k{n}", en="same words") for n in range(17)))
    for asked in ({"text": "same"}, {"sort": "newest"}):
        paged = [
            key
            for start in range(0, 17, page)
            for key in keys(engine, **asked, offset=start, limit=page)
        ]
        assert sorted(paged) == sorted(f"k{n}" for n in range(17))
        assert paged == keys(engine, **asked)


def test_the_day_turns_equal_scores_over(engine: Engine) -> None:
    store(engine, *(document(f"k{n}", en="same words") for n in range(12)))
    first = keys(engine, text="same", day=date(2026, 5, 1))
    second = keys(engine, text="same", day=date(2026, 5, 2))
    assert first == keys(engine, text="same", day=date(2026, 5, 1))
    assert first != second
    assert set(first) == set(second)


def test_no_hits_wanted_still_counts(engine: Engine) -> None:
    store(engine, document("a", kind="x"), document("b", kind="x"))
    result = engine.search(SearchQuery(limit=0, facets=("kind",)))
    assert (result.total, result.hits, result.facets["kind"]) == (2, (), (("x", 2),))


def test_a_hit_has_its_texts(engine: Engine) -> None:
    made = document(
        "a", zh="视觉", en="Vision", summary=Bilingual(en="O'Neil's"), offers=(offer(zh="检测"),)
    )
    store(engine, made)
    shown = engine.search(SearchQuery(text="vision")).hits[0].shown
    assert (shown.title, shown.summary, shown.offers) == (made.title, made.summary, ("检测",))


def unit(*numbers: float) -> Any:
    return np.array(numbers, dtype=np.float32)


def test_nearest_neighbours_by_the_best_passage(engine: Engine) -> None:
    store(
        engine,
        document("near", vectors=(unit(0, 1, 0), unit(5, 0.5, 0))),
        document("nearer", vectors=(unit(1, 0, 0),), district="d"),
        document("far", vectors=(unit(0, 0, 1), unit(0, 0, 0))),
        document("none"),
        document("other", type="need", vectors=(unit(1, 0, 0),)),
    )
    asked = {"k": 2, "type": "provider"}
    result = engine.knn(unit(2, 0, 0), filters=Filters(), **asked)
    assert [key for key, _ in result] == ["nearer", "near"]
    assert [round(score, 2) for _, score in result] == [1.0, 1.0]
    assert engine.knn(unit(0, 1, 0), filters=Filters(), **asked)[0][0] == "near"
    assert engine.knn(unit(1, 0, 0), filters=Filters(district=("d",)), **asked)[0][0] == "nearer"
    assert len(engine.knn(unit(1, 0, 0), filters=Filters(district=("d",)), **asked)) == 1
    assert engine.knn(unit(0, 0, 0), filters=Filters(), **asked) == []


def test_vectors_follow_their_documents(engine: Engine) -> None:
    store(engine, document("a", vectors=(unit(1, 0),)), document("b", vectors=(unit(0.9, 1),)))
    asked = {"filters": Filters(), "k": 1, "type": "provider"}
    assert engine.knn(unit(1, 0), **asked)[0][0] == "a"
    store(engine, document("a", vectors=(unit(0, 1),)), version=2)
    assert engine.knn(unit(1, 0), **asked)[0][0] == "b"
    engine.write([Delete("provider", "b", 2)])
    assert engine.knn(unit(1, 0), **asked)[0][0] == "a"


def test_a_rewritten_document_is_found_by_its_new_text_only(engine: Engine) -> None:
    store(engine, document("a", en="lathe"))
    store(engine, document("a", en="mill"), version=2)
    assert keys(engine, text="lathe") == []
    assert keys(engine, text="mill") == ["a"]
    assert list(engine.versions("provider")) == [("a", 2)]


def test_late_writes_and_deletes_are_passed_over(engine: Engine) -> None:
    store(engine, document("a", en="new"), version=5)
    store(engine, document("a", en="old"), version=4)
    engine.write([Delete("provider", "a", 3)])
    assert keys(engine, text="new") == ["a"]
    engine.write([Delete("provider", "a", 6)])
    store(engine, document("a", en="late"), version=5)
    assert engine.count() == 0
    store(engine, document("a", en="back"), version=7)
    assert list(engine.versions("provider")) == [("a", 7)]


def test_one_bad_document_does_not_hold_up_the_others(engine: Engine) -> None:
    good, wide = document("good", vectors=(unit(1, 0),)), document("wide", vectors=(unit(1, 0, 0),))
    store(engine, good)
    refused = engine.write([Upsert(wide, 1), Upsert(document("fine"), 1)])
    assert set(refused) <= {("provider", "wide")}
    assert {"good", "fine"} <= set(keys(engine))


def test_a_rebuild_shows_nothing_until_it_is_published(engine: Engine) -> None:
    store(engine, document("old", en="press"))
    with engine.rebuilding() as rebuild:
        rebuild.write([Upsert(document("new", en="press"), 1)])
        assert keys(engine, text="press") == ["old"]
        rebuild.publish(lambda: rebuild.write([Upsert(document("late", en="press"), 1)]) and None)
    assert set(keys(engine, text="press")) == {"new", "late"}
    store(engine, document("after", en="press"))
    assert engine.count() == 3


def test_a_rebuild_given_up_leaves_the_index_alone(engine: Engine) -> None:
    store(engine, document("old"))

    def give_up() -> None:
        with engine.rebuilding() as rebuild:
            rebuild.write([Upsert(document("new"), 1)])
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError):
        give_up()
    assert keys(engine) == ["old"]


def test_keys_of_any_shape(engine: Engine) -> None:
    odd = ["宁波/a b", "a'b\"c", "x" * 64, "#?&%"]
    store(engine, *(document(key) for key in odd))
    assert set(keys(engine)) == set(odd)
    assert {key for key, _ in engine.versions("provider")} == set(odd)
