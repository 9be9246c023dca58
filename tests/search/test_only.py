"""A search restricted to documents named from outside, alike on both engines."""

import pytest

from search.engines.base import Engine, Upsert
from search.filters import Filters
from search.queries import MAX_ONLY, SearchQuery
from tests.search.made import document


def test_only_the_named_are_found_and_counted(engine: Engine) -> None:
    made = [
        document("one", en="robot welding", kind="provider"),
        document("two", en="robot painting", kind="collective"),
        document("three", en="robot welding", kind="provider"),
    ]
    engine.write([Upsert(one, 1) for one in made])
    type_ = made[0].type
    named = ((type_, "one"), (type_, "two"), (type_, "nobody"), ("other", "three"))

    def find(**asked: object) -> set[str]:
        query = SearchQuery(only=named, **asked)  # type: ignore[arg-type]
        return {hit.key for hit in engine.search(query).hits}

    assert find() == {"one", "two"}
    assert find(text="robot") == {"one", "two"}
    assert find(text="welding") == {"one"}
    assert find(filters=Filters(kind=("collective",))) == {"two"}
    answer = engine.search(SearchQuery(text="robot", only=named, facets=("kind",)))
    assert answer.total == 2
    assert dict(answer.facets["kind"]) == {"provider": 1, "collective": 1}


def test_too_many_names_are_refused() -> None:
    names = tuple(("provider", str(number)) for number in range(MAX_ONLY + 1))
    with pytest.raises(ValueError, match="more than 1000"):
        SearchQuery(only=names)
