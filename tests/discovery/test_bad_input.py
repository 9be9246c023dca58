"""Bad input at the search's addresses: an answer or a clear 400, never an error of ours, and never
slower than the longest text somebody may honestly search for."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from bs4 import BeautifulSoup
from django.core.cache import caches
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search import engines, indexing
from search.filters import FIELDS
from search.queries import MAX_TEXT
from tests.clients import Client
from tests.factories import make_project

pytestmark = pytest.mark.django_db

HONEST = (
    "我们是北仑一家做压铸件的小厂，三十台压铸机，夜里停机没有人知道，早上来了才发现已经停了三四个小时。"
    "Every shift the foreman copies the counters, and at the end of the month the books differ. "
    "客户又催着要追溯，每一批料、每一炉温度都要能查到；铸件表面的砂眼和气孔靠人看，漏检多。"
)
LONGEST = (HONEST * 40)[:MAX_TEXT]


@pytest.fixture(autouse=True)
def index(settings: Any, tmp_path: Path) -> Iterator[None]:
    """A few documents; fuzzing needs something to find."""
    settings.DUIJIE_DATA_DIR = tmp_path
    caches["pages"].clear()
    make_project(slug="kiln", name_en="Kiln monitor", concepts=["plc_gateway"])
    indexing.sync(engines.embedded())
    yield
    caches["pages"].clear()


def get(client: Client, query: str, path: str = "/en/search/") -> Any:
    response = client.get(f"{path}?{query}")
    assert response.status_code in (200, 400), (query[:200], response.status_code)
    return response


def told(response: Any) -> str:
    """What a refused search says."""
    assert response.status_code == 400
    html = BeautifulSoup(response.content, "html.parser")
    return str(html.select_one(".alert").get_text(" ", strip=True))


# one by one


def test_too_long_a_text_is_refused_and_kept_to_be_shortened(client: Client) -> None:
    response = get(client, "q=" + quote("毛刺检测" * 3000))
    assert "at most 5000 characters" in told(response)
    html = BeautifulSoup(response.content, "html.parser")
    assert html.select_one("textarea[name=q]").get_text().strip() == "毛刺检测" * 1250


@pytest.mark.parametrize(
    "text",
    [
        '"',
        '"unbalanced',
        'a "b" "c',
        '""',
        '" "',
        "“a",
        "「a”",
        "-",
        "--",
        "-" * 3000,
        '-"',
        "- - -a",
        '"' * 4999,
        '"a" ' * 1200,
        "-b " * 1600,
        "kiln AND (OR NOT",
        "title:kiln",
        "*:*",
        "kiln^1000",
        "kiln~99",
        "[a TO b]",
        "/.*.*.*.*/",
        '{"query":{"match_all":{}}}',
        "{{7*7}}",
        "{% load x %}",
        "${7*7}",
        "#{7*7}",
        "<%= 7*7 %>",
        "%s %(x)s %%",
        "'; DROP TABLE needs; --",
        "../../etc/passwd",
        "<script>alert(1)</script>",
        "\u202egnp.exe",
        "a\u0000b",
        "\x1b[31m",
        "\ufeff",
        "😱" * 500,
        "e" + "\u0301" * 2000,
        "\u200b" * 100,
        "１２３ ＡＢＣ",
    ],
)
def test_odd_texts_are_texts(client: Client, text: str) -> None:
    response = get(client, "q=" + quote(text))
    assert response.status_code == 200
    html = response.content.decode()
    assert "<script>alert" not in html
    assert "49" not in [one.get_text() for one in BeautifulSoup(html, "html.parser").select("b")]
    for unseen in ("\x00", "\x1b", "\u202e"):
        assert unseen not in html


@pytest.mark.parametrize("text", ["{{7*7}}", "{% now 'Y' %}", "${7*7}", "#{7*7}"])
def test_templates_in_a_text_stay_as_they_are(client: Client, text: str) -> None:
    html = BeautifulSoup(get(client, "q=" + quote(text)).content, "html.parser")
    assert html.find("input", {"name": "q"})["value"] == text


@pytest.mark.parametrize("name", ["q", "district", "in", "near", "place", "without", "page"])
def test_broken_bytes_in_any_parameter(client: Client, name: str) -> None:
    for raw in ("%ED%A0%80", "%FF%FE", "%00", "%C3%28", "%F0%9F", "%", "%zz"):
        get(client, f"{name}={raw}")


@pytest.mark.parametrize("name", [*FIELDS, "in", "without"])
def test_too_many_values_of_a_filter_are_refused(client: Client, name: str) -> None:
    values = "&".join(f"{name}={number}" for number in range(51))
    assert f"At most 50 values of “{name}” can be used at once" in told(get(client, values))


def test_too_many_filters_are_refused(client: Client) -> None:
    values = "&".join(f"{name}={number}" for name in FIELDS[:3] for number in range(50))
    assert "At most 100 filters can be used at once" in told(get(client, values))


def test_too_long_a_value_is_refused(client: Client) -> None:
    assert "is no value for the filter district" in told(get(client, "district=" + "3" * 10_000))


@pytest.mark.parametrize("name", ["district", "q", "x", "near", "sort"])
def test_ten_thousand_parameters_are_refused_at_once(client: Client, name: str) -> None:
    assert get(client, f"{name}=1&" * 10_000).status_code == 400
    assert seconds(client, f"{name}=1&" * 10_000) < 1


@pytest.mark.parametrize(
    "query",
    [
        "near=1e400,0",
        "near=1e308,1e308",
        "near=nan,nan",
        "near=,",
        "near=1,2,3",
        "near=" + "9" * 9000,
        "near=1,2&within=1e400",
        "near=1,2&within=" + "9" * 400,
        "near=1,2&within=-0",
        "page=" + "9" * 5000,
        "page=-1",
        "page=1e3",
        "page=٣",
        "price_max=" + "9" * 99,
        "price_max=1e5",
        "price_max=١٢",
        "verified=" + "t" * 99,
        "sort=" + "s" * 9000,
        "in=" + "providers," * 9 + "x",
        "place=../..",
    ],
)
def test_numbers_and_names_that_are_none_are_told(client: Client, query: str) -> None:
    assert len(told(get(client, query))) < 400


# fuzz

TEXTS = st.text(
    alphabet=st.one_of(
        st.sampled_from("\"“”「」-－ '{}%$#<>&\\/*~^()[]:.,，。毛刺检测停机ab1\u202e\u0000\ud800"),
        st.characters(),
    ),
    max_size=60,
)
PLACES = st.one_of(
    TEXTS, st.floats().map(str), st.tuples(st.floats(), st.floats()).map("{0[0]},{0[1]}".format)
)
VALUES = st.one_of(TEXTS, st.integers().map(str), PLACES)
NAMES = st.sampled_from(
    ["q", "in", "near", "place", "within", "sort", "page", "without", *FIELDS, "page_size", "x"]
)
QUERIES = st.lists(st.tuples(NAMES, VALUES), max_size=8)


def encoded(pairs: list[tuple[str, str]]) -> str:
    return "&".join(
        f"{name}={quote(value.encode('utf-8', 'surrogatepass'))}" for name, value in pairs
    )


@settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(pairs=QUERIES, path=st.sampled_from(["/en/search/", "/zh-hans/search/"]))
def test_whatever_is_asked_is_answered_or_refused(
    client: Client, pairs: list[tuple[str, str]], path: str
) -> None:
    response = get(client, encoded(pairs), path)
    if response.status_code == 400:
        assert BeautifulSoup(response.content, "html.parser").select_one(".alert")
    get(client, encoded(pairs), f"{path}suggest/")


# how long


def seconds(client: Client, query: str) -> float:
    """The shortest of three."""
    taken = []
    for _ in range(3):
        caches["pages"].clear()
        started = time.perf_counter()
        get(client, query)
        taken.append(time.perf_counter() - started)
    return min(taken)


HOSTILE = (
    "q=" + quote("毛刺检测" * 3000),
    "q=" + quote('"' * MAX_TEXT),
    "q=" + quote('"a" -b “c” ' * 450),
    "q=" + quote("(" * MAX_TEXT),
    "q=" + quote("-" * MAX_TEXT),
    "q=" + quote("{{7*7}}{% x %}${y}" * 250),
    "q=" + quote(" ".join(f"w{number}x" for number in range(700))),
    "q=" + quote("".join(map(chr, range(0x4E00, 0x4E00 + MAX_TEXT)))),
    "q=" + quote("a\u0301" * (MAX_TEXT // 2)),
    "q=" + quote("\u202e" * MAX_TEXT),
    "&".join(f"{name}={number}" for name in FIELDS[:2] for number in range(50)),
    "&".join(f"{name}={number}" for name in FIELDS[:7] for number in range(50)),
    "&".join(f"without=x{number}" for number in range(50)) + "&q=" + quote("毛次"),
    "district=330206&" * 900,
)


def is_slow(client: Client, query: str) -> bool:
    """Whether it takes longer than the longest honest text, each time the two are measured."""
    for _ in range(3):
        honest = seconds(client, "q=" + quote(LONGEST))
        if seconds(client, query) <= 1.5 * honest + 0.1:
            return False
    return True


def test_nothing_takes_longer_than_the_longest_honest_text(client: Client) -> None:
    get(client, "q=" + quote("毛次"))
    assert [query[:40] for query in HOSTILE if is_slow(client, query)] == []
