"""Providers near in meaning: found without a word in common, but not by a name or a slip."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from portal.discovery.service import SearchRequest, search
from portal.organisations.reading import read_pending
from search import engines, indexing
from tests.clients import Client
from tests.factories import make_offer, make_provider

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def providers(settings: Any, tmp_path: Path) -> Iterator[None]:
    """One that inspects stampings, one that teaches drawing office software; read and indexed."""
    settings.DUIJIE_DATA_DIR = tmp_path
    names = {"name_zh": "甬眸智检", "name_en": "Kestrovia"}
    inspector = make_provider(
        offers=0, organisation=names, summary_zh="", summary_en="Surface defect inspection."
    )
    make_offer(inspector, title_zh="", title_en="Finds burrs and scratches on stamped parts")
    names = {"name_zh": "图匠", "name_en": "Draughtline"}
    make_provider(offers=0, organisation=names, summary_zh="机械制图软件培训。", summary_en="")
    read_pending()
    for engine in engines.all_engines():
        indexing.sync(engine)
    yield
    engines.embedded().drop()


def found(text: str) -> list[str]:
    """The Chinese names of what a text finds, best first."""
    return [hit.hit.shown.title.zh for hit in search(SearchRequest(text=text, language="zh")).hits]


def test_a_complaint_finds_the_other_language_first() -> None:
    assert found("冲压件毛刺看不过来")[0] == "甬眸智检"


@pytest.mark.parametrize("text", ["zzqx", "asdfgh hjkl", "呵呵"])
def test_words_that_the_vocabulary_lacks_have_no_neighbours(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize("text", ["Kestrovia", "kestrovai", "甬眸"])
def test_a_name_finds_its_owner_alone(text: str) -> None:
    assert found(text) == ["甬眸智检"]


@pytest.mark.parametrize(
    ("text", "told"),
    [("我们是一家做零件的厂", True), ("冲压件毛刺看不过来", False), ("甬眸", False), ("", False)],
)
def test_results_by_nearness_alone_are_told(client: Client, text: str, told: bool) -> None:
    html = client.get("/zh-hans/search/", {"q": text}).content.decode()
    assert "甬眸智检" in html
    assert ("没有认出具体的能力或难处" in html) is told
