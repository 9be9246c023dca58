"""What a mistyped text may have meant. Through the page: test_shown_reading."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from portal.discovery.corrections import MAX_TEXT, did_you_mean
from portal.discovery.service import SearchAnswer, SearchRequest, search
from search import engines, indexing
from search.engines.base import EngineError
from tests.factories import make_project

pytestmark = pytest.mark.django_db
KNOWN = "冲压件毛刺检测，数据采集，外观检测，表面缺陷检测，刀具磨损，质量追溯。"


@pytest.fixture(autouse=True)
def index(settings: Any, tmp_path: Path) -> None:
    """One project that has all the words."""
    settings.DUIJIE_DATA_DIR = tmp_path
    english = "Vibration diagnosis of a spindle, of spindles."
    make_project(slug="all", summary_zh=KNOWN, summary_en=english)
    indexing.sync(engines.embedded())


def asked(text: str, **fields: Any) -> SearchAnswer:
    return search(SearchRequest(text=text, **fields))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("毛次", "毛刺"),
        ("冲压件毛次", "冲压件毛刺"),
        ("数据彩集", "数据采集"),
        ("外观建测", "外观检测"),
        ("表面缺馅检测", "表面缺陷检测"),
        ("質量追朔", "质量追溯"),
        ("vibraton spindel", "vibration spindle"),
        ("Spindels", "Spindles"),
    ],
)
def test_what_sounds_the_same_or_differs_in_a_letter_is_meant(typed: str, meant: str) -> None:
    answer = replace(asked(typed), total=0)
    assert did_you_mean(answer) == meant


@pytest.mark.parametrize(
    "typed", ["毛刺", "数据采集", "vibration", "海天机械", "会计事务所", "x", "", "。", "12345"]
)
def test_what_is_known_or_a_name_is_left_alone(typed: str) -> None:
    assert did_you_mean(asked(typed)) == ""


def test_only_what_finds_more_is_proposed() -> None:
    assert did_you_mean(asked("毛次", types=("need",))) == ""


def test_a_long_text_and_a_later_page_are_left_alone() -> None:
    assert did_you_mean(replace(asked("毛次，" + "海" * MAX_TEXT), total=0)) == ""
    assert did_you_mean(asked("毛次", page=2)) == ""


def test_an_engine_that_fails_meanwhile_proposes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = asked("vibraton")

    def broken(*_: Any) -> None:
        raise EngineError("gone")

    monkeypatch.setattr(engines.embedded(), "correct", broken)
    monkeypatch.setattr(engines.embedded(), "search", broken)
    assert did_you_mean(replace(answer, total=0)) == ""
    assert did_you_mean(replace(answer, request=SearchRequest(text="毛次"), total=0)) == ""
