"""What must hold for any documents and any order of delivery, on both engines."""

import uuid
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.analysis import phrase_terms, placed
from search.documents import Bilingual
from search.engines.base import Delete, Engine, Upsert, Write, searched_texts
from search.engines.elasticsearch import ElasticsearchEngine
from search.engines.embedded import EmbeddedEngine
from search.filters import Filters
from search.geo import Near
from search.queries import SearchQuery
from tests.search.made import document, offer

shared = settings(
    deadline=None,
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

DELIVERIES = st.lists(
    st.tuples(st.sampled_from("ab"), st.integers(1, 6)), min_size=1, max_size=14
).map(lambda items: items + items[: len(items) // 2])


def as_write(key: str, version: int) -> Write:
    """What was current at that version: every third one is a delete."""
    if version % 3 == 0:
        return Delete("provider", key, version)
    return Upsert(document(key, en=f"state{version}"), version)


@shared
@given(deliveries=DELIVERIES, data=st.data())
def test_the_newest_version_wins_in_any_order_of_delivery(
    engine: Engine, deliveries: list[tuple[str, int]], data: st.DataObject
) -> None:
    prefix = uuid.uuid4().hex[:8]
    order = data.draw(st.permutations(deliveries))
    cut = data.draw(st.integers(0, len(order)))
    for batch in (order[:cut], order[cut:]):
        engine.write([as_write(f"{prefix}{key}", version) for key, version in batch])
    newest: dict[str, int] = {}
    for key, version in deliveries:
        newest[f"{prefix}{key}"] = max(version, newest.get(f"{prefix}{key}", 0))
    held = {key: v for key, v in engine.versions("provider") if key.startswith(prefix)}
    assert held == {key: version for key, version in newest.items() if version % 3}
    for key, version in held.items():
        hits = engine.search(SearchQuery(text=f"state{version}", limit=1000)).hits
        assert key in {hit.key for hit in hits}


WORDS = ["mould", "casting", "视觉", "检测", "注塑", "robot", "robots", "出货", "of"]
ASKED = [*WORDS, "moulf", "castngi", "robt", "mouldd", "shijue jiance", "sjjc", "zhusu", "unknown"]
PHRASES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join)
OFFERS = st.lists(
    st.builds(
        offer,
        type=st.sampled_from(["consulting", "training"]),
        price_from=st.none() | st.integers(0, 5),
        en=st.sampled_from(WORDS),
    ),
    max_size=3,
).map(tuple)
PLACES = st.sampled_from([None, (29.87, 121.54), (29.9, 121.84), (30.04, 121.15)])


@st.composite
def documents(draw: st.DrawFn) -> list[Any]:
    made = []
    for number in range(draw(st.integers(1, 12))):
        place = draw(PLACES)
        made.append(
            document(
                f"k{number}",
                type=draw(st.sampled_from(["provider", "need"])),
                age=number,
                # Lucene's statistics leave documents without any word out, tantivy's do not.
                en=" ".join(draw(st.lists(st.sampled_from(WORDS[:-1]), min_size=1, max_size=4))),
                zh="".join(draw(st.lists(st.sampled_from(WORDS[2:5]), max_size=3))),
                summary=Bilingual("", draw(PHRASES)),
                offers=draw(OFFERS),
                kind=draw(st.sampled_from(["x", "y", ""])),
                concept=tuple(draw(st.sets(st.sampled_from("cd")))),
                verified=draw(st.booleans()),
                latitude=place[0] if place else None,
                longitude=place[1] if place else None,
            )
        )
    return made


@st.composite
def queries(draw: st.DrawFn) -> SearchQuery:
    near = draw(
        st.none() | st.builds(Near, st.just(29.87), st.just(121.5), st.sampled_from([None, 20, 40]))
    )
    sorts = ["relevance", "newest"] + (["distance"] if near else [])
    return SearchQuery(
        text=" ".join(draw(st.lists(st.sampled_from(ASKED), max_size=3))),
        phrases=tuple(draw(st.lists(PHRASES, max_size=2))),
        excluded=tuple(draw(st.lists(PHRASES, max_size=1))),
        nearest=tuple(
            ("provider", f"k{number}", 2.5)
            for number in draw(st.sets(st.integers(1, 14), max_size=2))
        ),
        concepts=tuple((name, 0.5) for name in draw(st.sets(st.sampled_from("cd")))),
        types=draw(st.sampled_from([(), ("provider",), ("need", "provider")])),
        filters=Filters(
            kind=draw(st.sampled_from([(), ("x",), ("x", "y")])),
            offer_type=draw(st.sampled_from([(), ("consulting",), ("consulting", "training")])),
            price_max=draw(st.none() | st.integers(0, 5)),
            verified=draw(st.none() | st.booleans()),
        ),
        near=near,
        sort=draw(st.sampled_from(sorts)),
        limit=draw(st.sampled_from([3, 20])),
        facets=("type", "kind", "offer_type", "concept"),
    )


@pytest.mark.elasticsearch
@shared
@given(made=documents(), asked=st.lists(queries(), min_size=4, max_size=8))
def test_both_engines_answer_alike(
    elasticsearch_url: str, tmp_path: Path, made: list[Any], asked: list[SearchQuery]
) -> None:
    prefix = f"test-{uuid.uuid4().hex[:8]}"
    embedded = EmbeddedEngine(tmp_path, prefix)
    elastic = ElasticsearchEngine([elasticsearch_url], prefix, request_timeout=20)
    try:
        for engine in (embedded, elastic):
            engine.write([Upsert(one, 1) for one in made])
        for query in asked:
            one, other = embedded.search(query), elastic.search(query)
            assert (one.total, dict(one.facets)) == (other.total, dict(other.facets))
            assert one.terms == other.terms
            assert [(hit.type, hit.key) for hit in one.hits] == [
                (hit.type, hit.key) for hit in other.hits
            ]
            assert [hit.score for hit in one.hits] == pytest.approx(
                [hit.score for hit in other.hits], abs=1e-3
            )
            assert embedded.correct(query.text) == elastic.correct(query.text)
            assert embedded.suggest(query.text) == elastic.suggest(query.text)
    finally:
        elastic.drop()


def has(made: Any, phrase: str) -> bool:
    """Whether a part of a document has the terms of a phrase at their places."""
    wanted = phrase_terms(phrase)
    for part in map(placed, searched_texts(made)):
        for start in range(len(part)):
            inside = (start + place < len(part) for place, _ in wanted)
            if all(inside) and all(part[start + place] == term for place, term in wanted):
                return bool(wanted)
    return False


@shared
@given(made=documents(), asked=st.lists(queries(), min_size=1, max_size=5), phrase=PHRASES)
def test_phrases_narrow_and_what_is_excluded_is_gone(
    engine: Engine, made: list[Any], asked: list[SearchQuery], phrase: str
) -> None:
    engine.drop()
    engine.write([Upsert(one, 1) for one in made])
    by_name = {(one.type, one.key): one for one in made}

    def names(query: SearchQuery) -> set[tuple[str, str]]:
        return {(hit.type, hit.key) for hit in engine.search(replace(query, limit=100)).hits}

    for query in asked:
        found = names(query)
        for one in (by_name[name] for name in found):
            assert not any(has(one, excluded) for excluded in query.excluded)
            assert all(has(one, wanted) for wanted in query.phrases if phrase_terms(wanted))
        if query.scored and phrase_terms(query.text or "x"):
            narrower = names(replace(query, phrases=(*query.phrases, phrase)))
            assert narrower == {name for name in found if has(by_name[name], phrase)} or (
                not phrase_terms(phrase) and narrower == found
            )
