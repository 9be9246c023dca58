"""Exact words: longest first, whole Latin words, blind to case, width and spelling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.vocabulary.spelling import simplified
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


def inflected(words: list[str], text: str) -> list[tuple[str, str]]:
    finder = WordFinder(((word, word) for word in words), inflected=True)
    return [(match.owner, match.text) for match in finder.find(text)]


@pytest.mark.parametrize(
    ("word", "text", "written"),
    [
        ("surface inspection", "our surfaces inspected by hand", "surfaces inspected"),
        ("weld inspection", "weld-inspecting cameras", "weld-inspecting"),
        ("simulation", "we simulated it", "simulated"),
        ("die casting", "a diecasting plant", "diecasting"),
        ("demoulding", "demolding aids", "demolding"),
        ("fibre laser", "a fiber laser", "fiber laser"),
        ("colour sorting", "color sorting", "color sorting"),
        ("labelling machine", "labeling machines", "labeling machines"),
        ("welding  robot", "welding\nrobots", "welding\nrobots"),
    ],
)
def test_other_forms_of_a_word_are_found(word: str, text: str, written: str) -> None:
    assert inflected([word], text) == [(word, written)]


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("compute", "three computers"),
        ("customs", "a custom colour"),
        ("nesting", "a bird in its nest"),
        ("tender", "tenderness"),
        ("planning", "an aeroplane"),
        ("simulation", "a similar part"),
    ],
)
def test_words_that_merely_look_alike_are_not(word: str, text: str) -> None:
    assert inflected([word], text) == []


def test_another_form_gives_way_to_a_word_as_it_stands() -> None:
    assert inflected(["injection moulding", "mould shop"], "injection molding shop") == [
        ("injection moulding", "injection molding")
    ]
    assert found(["weld inspection"], "inspecting welds, weld inspecting") == []


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("想上MES", ["MES"]),
        ("上mes系统", ["mes"]),
        ("mes", ["mes"]),
        ("ＭＥＳ for us", ["ＭＥＳ"]),
        ("two MESs", ["MESs"]),
        ("we run a mes here", []),
        ("a big Mes in here", []),
        ("MESsy", []),
        ("homeMES", []),
    ],
)
def test_the_case_of_acronyms_counts_among_latin_words(text: str, written: list[str]) -> None:
    finder: WordFinder[str] = WordFinder([], [("MES", "mes")])
    assert [match.text for match in finder.find(text)] == written


def test_traditional_characters_are_read_where_they_stand() -> None:
    assert found(["冲压件", "视觉检测"], "我們的衝壓件要視覺檢測") == [
        ("冲压件", "衝壓件"),
        ("视觉检测", "視覺檢測"),
    ]
    assert found(["検査"], "検査") == [("検査", "検査")]


@given(st.text(alphabet=st.characters(), max_size=200))
def test_simplified_text_is_as_long_as_it_was(text: str) -> None:
    plain = simplified(text)
    assert len(plain) == len(text)
    assert simplified(plain) == plain


def test_no_words_find_nothing() -> None:
    assert WordFinder([]).find("anything") == []


@given(st.text(max_size=300))
def test_offsets_are_those_of_the_original_text(text: str) -> None:
    finder = WordFinder(
        [("a", 1), ("ss", 2), ("数", 3), ("fi", 4), ("welding robot", 5)],
        [("AB", 6)],
        inflected=True,
    )
    for match in finder.find(text):
        assert text[match.start : match.end] == match.text
        assert 0 <= match.start < match.end <= len(text)
