"""Plain text at the edge, and how amounts are written."""

import pytest
from django import forms
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from portal.foundation.money import format_cny
from portal.foundation.text import PlainTextField, clean_plain_text, pick


class OneField(forms.Form):
    text = PlainTextField(max_length=10)


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ("a\x00b", "control character"),
        ("a\u202eb", "reading direction"),
        ("a\ud800b", "broken character"),
        ("x" * 11, "has 11 characters; at most 10"),
    ],
)
def test_bad_text_gets_a_message_that_says_what_to_do(bad: str, says: str) -> None:
    with override("en"):
        form = OneField({"text": bad})
        assert not form.is_valid()
        assert says in form.errors["text"][0]
        assert form["text"].value() == bad


def test_text_is_composed_and_line_ends_are_one_kind() -> None:
    assert clean_plain_text(" cafe\u0301\r\nb ") == "café\nb"


@given(st.text())
def test_cleaning_answers_or_refuses_and_is_idempotent(text: str) -> None:
    try:
        clean = clean_plain_text(text)
    except ValueError:
        return
    assert clean_plain_text(clean) == clean


def test_the_other_language_stands_in() -> None:
    assert pick("毛刺", "", "en") == "毛刺"
    assert pick("毛刺", "burrs", "en") == "burrs"


@pytest.mark.parametrize(
    ("amount", "language", "written"),
    [
        (200_000, "zh", "20万元"),
        (125_000, "zh", "12.5万元"),
        (1_234, "zh", "¥1,234"),
        (200_000, "en", "¥200,000"),
        (0, "en", "¥0"),
        (None, "en", ""),
    ],
)
def test_amounts_are_written_as_the_language_does(
    amount: int | None, language: str, written: str
) -> None:
    assert format_cny(amount, language) == written
