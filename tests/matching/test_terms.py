"""Sums and numerals: what both sides rely on to the yuan."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from matching.capital import DIGITS, LIMIT, capital_yuan
from matching.terms import Part, Terms, changes, split

VALUES = {digit: value for value, digit in enumerate(DIGITS)}
UNITS = {"拾": 10, "佰": 100, "仟": 1000}


@st.composite
def shares(draw):
    """Between one and twenty shares that add up to 100."""
    cuts = draw(st.sets(st.integers(1, 99), max_size=19))
    edges = [0, *sorted(cuts), 100]
    return [b - a for a, b in pairwise(edges)]


@given(st.integers(1, 10**12), shares())
def test_amounts_add_up_to_the_price_and_miss_their_share_by_less_than_a_yuan(price, parts):
    amounts = split(price, parts)
    assert sum(amounts) == price
    for amount, share in zip(amounts, parts, strict=True):
        assert abs(amount - price * share / 100) < 1 + price * 1e-12


def test_the_largest_remainder_gets_the_yuan_that_is_left():
    assert split(100, [33, 33, 34]) == [33, 33, 34]
    assert split(101, [50, 50]) == [51, 50]
    assert split(10, [33, 33, 34]) == [3, 3, 4]
    assert split(1, [10] * 10) == [1, *[0] * 9]


def value_of(numeral):
    """The amount that capital numerals say, read from left to right."""
    total = group = digit = 0
    for character in numeral.removeprefix("人民币").removesuffix("元整"):
        if character in VALUES:
            digit = VALUES[character]
        elif character in UNITS:
            group, digit = group + digit * UNITS[character], 0
        elif character == "万":
            total, group, digit = total + (group + digit) * 10_000, 0, 0
        else:
            total, group, digit = (total + group + digit) * 10**8, 0, 0
    return total + group + digit


@given(st.integers(1, LIMIT - 1))
def test_capital_numerals_say_the_amount(amount):
    assert value_of(capital_yuan(amount)) == amount


def test_capital_numerals_as_contracts_write_them():
    written = {
        1: "壹",
        10: "壹拾",
        101: "壹佰零壹",
        1_050: "壹仟零伍拾",
        10_001: "壹万零壹",
        200_000: "贰拾万",
        100_500: "壹拾万零伍佰",
        100_010_000: "壹亿零壹万",
        123_456: "壹拾贰万叁仟肆佰伍拾陆",
        10**12: "壹万亿",
    }
    for amount, words in written.items():
        assert capital_yuan(amount) == f"人民币{words}元整"


def test_what_changed_between_two_versions():
    before = Terms("A", 100, 10, None, (Part("a", "x", 100, 10),))
    after = Terms("A", 90, 10, None, (Part("a", "x", 50, 5), Part("b", "y", 50, 10)))
    found = [(change.label, change.before, change.after) for change in changes(before, after)]
    assert found == [
        ("Price", "¥100", "¥90"),
        ("Milestone 1", "a · 100 % · after 10 days\nx", "a · 50 % · after 5 days\nx"),
        ("Milestone 2", "", "b · 50 % · after 10 days\ny"),
    ]
    assert changes(after, after) == []
