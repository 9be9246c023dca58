"""What is read as syntax of a query, and what is left as it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.queries import MAX_EXCLUDED, MAX_PHRASE, MAX_PHRASES, SearchQuery
from search.syntax import ParsedText, parse


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("machine vision", ParsedText("machine vision")),
        ('"machine vision"', ParsedText("", ("machine vision",))),
        ('cheap "machine  vision" parts', ParsedText("cheap parts", ("machine vision",))),
        ("我要“视觉检测”设备", ParsedText("我要 设备", ("视觉检测",))),
        ("「视觉」「检测」", ParsedText("", ("视觉", "检测"))),
        ('我要"视觉检测"设备', ParsedText("我要 设备", ("视觉检测",))),
        ('"a" "a"', ParsedText("", ("a",))),
        ("mes -cloud", ParsedText("mes", (), ("cloud",))),
        ("质检 －上云，要快", ParsedText("质检 ，要快", (), ("上云",))),
        ('mes -"on site" -“上 云”', ParsedText("mes", (), ("on site", "上 云"))),
        ("-e-mail", ParsedText("", (), ("e-mail",))),
        ('"x"-foo', ParsedText("", ("x",), ("foo",))),
    ],
)
def test_syntax(text: str, expected: ParsedText) -> None:
    assert parse(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        '"unbalanced', "un“balanced", "」「", '""', '" "', '"?!"', 'a 5" pipe and a 10" one',
        "re-tooling", "a - b", "-", "--", "--foo", "-5 degrees", "A-1", "- foo", "field:*", "{!x}",
        "AND OR NOT", '-"', "-“ ”", "x" * 9_000, f'"{"x" * (MAX_PHRASE + 1)}"', "  two  spaces ",
        "\ud800",
        'they just say "three weeks" to every one of our customers and then we pay for it',
        "机器说明书要出西班牙文，同一个“滑块”前后翻出三种叫法，客户看不懂",
        "we run three lines and need\n-cameras\n-lighting\nand somebody who looks after all of it",
    ],
)  # fmt: skip
def test_what_is_no_syntax_is_left_as_it_was(text: str) -> None:
    assert parse(text) == ParsedText(text)


def test_more_than_is_taken() -> None:
    phrases = parse(" ".join(f'"p{n} q"' for n in range(MAX_PHRASES + 2)))
    assert len(phrases.phrases) == MAX_PHRASES
    assert phrases.text == f"p{MAX_PHRASES} q p{MAX_PHRASES + 1} q"
    excluded = parse(" ".join(f"-word{n}" for n in range(MAX_EXCLUDED + 5)))
    assert (excluded.text, len(excluded.excluded)) == ("", MAX_EXCLUDED)


@given(text=st.text() | st.text(alphabet='ab5 -－"＂“”「」视觉，\ud800', max_size=60))
def test_any_text_makes_a_query(text: str) -> None:
    parsed = parse(text)
    SearchQuery(text=parsed.text, phrases=parsed.phrases, excluded=parsed.excluded)


@given(
    text=st.text(alphabet='ab5 -－"视觉，', max_size=60)
    | st.text(alphabet="ab5 -－“”视觉，", max_size=60)
)
def test_what_is_left_has_no_more_syntax(text: str) -> None:
    left = parse(text).text
    assert parse(left) == ParsedText(left)


@pytest.mark.parametrize("part", ['"', "-", '-"', "“a", '"a"-b', "-a“", '"a" '])
def test_long_texts_are_read_at_once(part: str) -> None:
    parse(part * (10_000 // len(part)))
