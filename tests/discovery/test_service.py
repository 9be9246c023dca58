"""The search service over a document type made for tests, on the embedded engine."""

import uuid
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType

from portal.discovery.parameters import BadParameter, parse_request
from portal.discovery.reading import Reading, read
from portal.discovery.service import SearchRequest, as_json, search
from search import documents, engines, indexing
from search.filters import Filters
from search.geo import Near
from tests.search.things import Things, remove, save

NOTHING_READ = Reading(language="en")


class FacettedThings(Things):
    facets = ("kind",)


@pytest.fixture(autouse=True)
def things(
    db: None, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    settings.DUIJIE_DATA_DIR = tmp_path
    settings.SEARCH_INDEX_PREFIX = f"test-{uuid.uuid4().hex[:8]}"
    settings.ELASTICSEARCH_URLS = []
    monkeypatch.setattr(documents, "_types", {})
    documents.register(FacettedThings())
    yield
    engines.embedded().drop()


def post(**things: str) -> None:
    for key, text in things.items():
        save(key, text)
    indexing.sync(engines.embedded())


def ask(text: str = "", **fields: Any) -> Any:
    return search(SearchRequest(text=text, reading=NOTHING_READ, **fields), today=date(2026, 5, 1))


def test_hits_come_with_their_rows() -> None:
    post(thing1="robot welding", thing2="painting")
    answer = ask("welding robots")
    [hit] = answer.hits
    assert (hit.key, hit.title, hit.object.model) == ("thing1", "robot welding", "robot welding")
    assert (answer.total, answer.pages, answer.engine, answer.degraded) == (
        1,
        1,
        "embedded",
        False,
    )
    assert answer.types == {"thing": 1}
    assert answer.took_ms > 0


def test_the_database_has_the_last_word() -> None:
    post(thing1="robot", thing2="robot")
    ContentType.objects.filter(app_label="thing1").update(model="hidden robot")
    ContentType.objects.filter(app_label="thing2").delete()
    assert ask("robot").hits == ()


def test_one_query_a_type(django_assert_num_queries: Any) -> None:
    post(**{f"thing{n}": "robot" for n in range(30)})
    with django_assert_num_queries(1):
        answer = ask("robot")
    assert (len(answer.hits), answer.pages) == (20, 2)


def test_pages_follow_each_other() -> None:
    post(**{f"thing{n}": "robot" for n in range(7)})
    pages = [ask("robot", page=page, page_size=3).hits for page in (1, 2, 3)]
    assert [len(page) for page in pages] == [3, 3, 1]
    assert len({hit.key for page in pages for hit in page}) == 7


def test_facets_are_named_and_mark_what_is_chosen() -> None:
    post(thing1="robot")
    answer = ask(filters=Filters(kind=("provider",)))
    [facet] = answer.facets
    assert facet.field == "kind"
    assert [(v.value, v.label.en, v.count, v.chosen) for v in facet.values] == [
        ("thing", "thing", 1, False),
        ("provider", "Provider", 0, True),
    ]
    assert answer.total == 0


def test_an_answer_without_facets() -> None:
    post(thing1="robot")
    answer = ask("robot", count_facets=False)
    assert (answer.facets, answer.types, answer.total) == ((), {}, 1)


def test_the_json_answer() -> None:
    post(thing1="robot welding")
    remove("thing9")
    reading = read("视觉检测")
    answer = as_json(search(SearchRequest(text="robot", reading=reading, language="en")), "en")
    took = answer.pop("took_ms")
    score = answer["hits"][0].pop("score")
    assert took > 0
    assert score > 0
    assert answer["understood"][0].keys() == {"concept", "label", "text"}
    assert answer["understood"][0]["label"].keys() == {"zh", "en"}
    del answer["understood"]
    assert answer == {
        "total": 1,
        "hits": [
            {
                "type": "thing",
                "key": "thing1",
                "title": "robot welding",
                "distance_km": None,
                "highlights": [],
            }
        ],
        "facets": {"kind": [{"value": "thing", "label": "thing", "count": 1}]},
        "engine": "embedded",
        "degraded": False,
    }


def test_an_address_says_what_is_asked() -> None:
    request = parse_request(
        {
            "q": [" 视觉 "],
            "in": ["things"],
            "kind": ["provider", "collective"],
            "price_max": ["5000"],
            "near": ["29.87,121.54"],
            "within": ["20"],
            "sort": ["distance"],
            "page": ["3"],
            "utm_source": ["x"],
        },
        language="zh",
    )
    assert request == SearchRequest(
        text="视觉",
        types=("thing",),
        filters=Filters(kind=("provider", "collective"), price_max=5000),
        near=Near(29.87, 121.54, within_km=20),
        sort="distance",
        page=3,
        language="zh",
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("q", "x" * 5001),
        ("in", "planets"),
        ("price_max", "-3"),
        ("verified", "?"),
        ("near", "here"),
        ("near", "1,2,3"),
        ("near", "nan,0"),
        ("within", "5"),
        ("sort", "distance"),
        ("sort", "fame"),
        ("page", "0"),
        ("page", "１"),
        ("page", "501"),
        ("page", "9" * 40),
    ],
)
def test_a_bad_address_names_the_parameter(name: str, value: str) -> None:
    with pytest.raises(BadParameter) as caught:
        parse_request({name: [value]}, language="en")
    assert caught.value.name == name


@pytest.mark.parametrize("within", ["-1", "0", "nan", "inf", "far", "30000"])
def test_a_bad_distance_is_named(within: str) -> None:
    with pytest.raises(BadParameter) as caught:
        parse_request({"near": ["29.8,121.5"], "within": [within]}, language="en")
    assert caught.value.name == "within"
