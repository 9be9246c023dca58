"""Exact words: longest first, whole Latin words, blind to case, width and spelling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.vocabulary.words import WordFinder


def found(words: list[str], text: str) -> list[tuple[str, str]]:
    finder = WordFinder((word, word) for word in words)
    return [(match.owner, match.text) for match in finder.find(text)]


@pytest.mark.parametrize(
    ("word", "text", "written"),
    [
        ("MES", "we run a mes here", "mes"),
        ("MES", "ＭＥＳ系统", "ＭＥＳ"),
        ("MES", "想上MES系统", "MES"),
        ("welding robot", "two Welding Robots", "Welding Robots"),
        ("low-code", "a low code platform", "low code"),
        ("low code", "a low-code platform", "low-code"),
        ("injection moulding", "injection molding shop", "injection molding"),
        ("optimisation", "stock optimization", "optimization"),
        ("don't want", "we don’t want", "don’t want"),
        ("排产", "天天排产排不好", "排产"),
    ],
)
def test_a_word_is_found_however_it_is_written(word: str, text: str, written: str) -> None:
    assert found([word], text) == [(word, written)]


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("MES", "many times"),
        ("MES", "messy"),
        ("ERP", "enterprise"),
        ("RAG", "wiped with a rag"),
        ("BI", "bi"),
        ("AGV", "xAGV2"),
    ],
)
def test_parts_of_other_words_are_not(word: str, text: str) -> None:
    assert found([word], text) == []


def test_a_word_inside_a_longer_known_word_is_not_told() -> None:
    assert found(["数据", "数据治理", "治理"], "做数据治理") == [("数据治理", "数据治理")]
    assert found(["cloud", "point cloud"], "point cloud") == [("point cloud", "point cloud")]


def test_every_owner_of_a_word_is_told() -> None:
    finder = WordFinder([("OCR", "a"), ("ocr", "b")])
    assert [match.owner for match in finder.find("OCR")] == ["a", "b"]


def test_no_words_find_nothing() -> None:
    assert WordFinder([]).find("anything") == []


@given(st.text(max_size=300))
def test_offsets_are_those_of_the_original_text(text: str) -> None:
    finder = WordFinder([("a", 1), ("ss", 2), ("数", 3), ("fi", 4)])
    for match in finder.find(text):
        assert text[match.start : match.end] == match.text
        assert 0 <= match.start < match.end <= len(text)
