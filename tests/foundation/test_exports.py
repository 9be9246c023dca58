"""What goes out to spreadsheets runs in none of them."""

import pytest

from portal.foundation.exports import csv_cell


@pytest.mark.parametrize(
    "sign", ["=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20"]
)
def test_a_text_that_begins_like_a_formula_stays_a_text(sign: str) -> None:
    assert csv_cell(f"{sign}HYPERLINK(1)") == f"'{sign}HYPERLINK(1)"


def test_other_values_go_out_as_they_are() -> None:
    assert [csv_cell(value) for value in ("轴承 = 3", -5, "", None)] == ["轴承 = 3", -5, "", None]
