"""What the values of an organisation may be."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc as stdnum_uscc

from portal.organisations import values
from tests.factories import make_uscc

# From published test suites: valid codes, legally issued early ones that fail the check, and none.
VALID = ["91350100M000100Y43", "91110000600037341L", "914403001922038216", "92340603MA2PBMCG0U"]
ISSUED = ["91350211M00013FA1N"]
NONE = ["", "12345", "91330200MA0000000", "A1110000600037341L", "91330200MA000000OI"]


@pytest.mark.parametrize("code", VALID)
def test_valid_codes_pass_without_a_flag(code: str) -> None:
    assert values.clean_uscc(code) == (code, False)
    assert values.clean_uscc(f" {code[:8]} {code[8:].lower()}") == (code, False)


@pytest.mark.parametrize("code", ISSUED)
def test_a_wrong_check_digit_is_told_not_refused(code: str) -> None:
    assert values.clean_uscc(code) == (code, True)


@pytest.mark.parametrize("code", NONE)
def test_a_wrong_shape_is_refused(code: str) -> None:
    with pytest.raises(ValueError, match="18"):
        values.clean_uscc(code)


@given(st.integers(0, 9_999_999), st.integers(0, 17), st.sampled_from(stdnum_uscc._alphabet))
def test_one_character_changed_is_always_noticed(number: int, at: int, letter: str) -> None:
    code = make_uscc(number)
    changed = code[:at] + letter + code[at + 1 :]
    try:
        kept, failed = values.clean_uscc(changed)
    except ValueError:
        assert at < 8
        assert not letter.isdigit()
    else:
        assert (kept, failed) == (changed, changed != code)


@given(st.text(max_size=100))
def test_any_text_is_a_value_or_a_value_error(text: str) -> None:
    checks = (
        values.clean_uscc,
        values.clean_ref,
        values.clean_district,
        values.clean_offer_type,
        values.clean_tier,
        lambda value: values.clean_industries([value]),
        lambda value: values.clean_labels([value]),
        lambda value: values.clean_languages([value]),
    )
    for check in checks:
        with contextlib.suppress(ValueError):
            check(text)


@given(st.text(min_size=1, max_size=80))
def test_a_reference_is_part_of_an_address_and_no_code(text: str) -> None:
    try:
        ref = values.clean_ref(text)
    except ValueError:
        return
    assert "/" not in ref
    assert ref not in (".", "..")
    assert values.clean_ref(ref) == ref


@pytest.mark.parametrize("code", ["A01", "C3311", "C33", "I651", "T97"])
def test_industries_are_codes_of_the_standard(code: str) -> None:
    assert values.clean_industries([code, code.lower()]) == [code]


@pytest.mark.parametrize("code", ["C", "C44", "B05", "T98", "C33111", "33", "Z10", "C3３"])
def test_what_is_no_code_of_the_standard_is_refused(code: str) -> None:
    with pytest.raises(ValueError, match="is no industry"):
        values.clean_industries([code])


@given(st.one_of(st.none(), st.integers()), st.one_of(st.none(), st.integers()))
def test_prices_are_ordered(low: int | None, high: int | None) -> None:
    wrong = low is not None and high is not None and high < low
    if wrong:
        with pytest.raises(ValueError, match="price range"):
            values.check_prices(low, high)
    else:
        values.check_prices(low, high)
