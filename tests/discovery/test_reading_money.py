"""Budgets as people write them; losses, output and counts are none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.discovery.reading_money import MAX_CNY, read_budget


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("预算5-8万", 50_000, 80_000),
        ("预算5万到8万", 50_000, 80_000),
        ("预算二十来万", 160_000, 240_000),
        ("预算：20万元左右", 160_000, 240_000),
        ("预算大概十几万", 100_000, 190_000),
        ("两三万预算", 20_000, 30_000),
        ("想花个二十多万", 200_000, 300_000),
        ("30万以内搞定", None, 300_000),
        ("不超过三十万", None, 300_000),
        ("预算一百二十万", None, 1_200_000),
        ("预算 300,000 元", None, 300_000),
        ("预算10w左右", 80_000, 120_000),
        ("预算三千块", None, 3_000),
        ("预算有限，最多八万块", None, 80_000),
        ("预算至少50万", 500_000, None),
        ("under 200k", None, 200_000),
        ("budget ¥30,000", None, 30_000),
        ("Budget: RMB 50,000-80,000", 50_000, 80_000),
        ("budget 30,000 to 50,000 yuan", 30_000, 50_000),
        ("we can spend 30-50k", 30_000, 50_000),
        ("up to 0.3 million yuan", None, 300_000),
        ("budget around 200 thousand yuan", 160_000, 240_000),
        ("our budget is 150000", None, 150_000),
        ("no more than CNY 120,000.", None, 120_000),
    ],
)
def test_budgets(text: str, low: int | None, high: int | None) -> None:
    found = read_budget(text)
    assert found is not None
    assert (found.low, found.high) == (low, high)
    assert 0 <= found.start < found.end <= len(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "一个月赔了六万",
        "每月电费几十万",
        "一天几十万个O型圈",
        "预算不多",
        "we lost 200k last year",
        "budget $5,000",
        "a fine of RMB 30,000",
        "预算只够请2个人",
        "-5 and +7",
        "预算0元",
    ],
)
def test_no_budget(text: str) -> None:
    assert read_budget(text) is None


@given(st.text(alphabet="预算0123456789,.-万千百十一二两几多来k ¥ RMBto元以内上", max_size=40))
def test_a_budget_is_in_order_and_bounded(text: str) -> None:
    found = read_budget("预算" + text)
    if found:
        ends = [end for end in (found.low, found.high) if end is not None]
        assert ends
        assert ends == sorted(ends)
        assert all(0 <= end <= MAX_CNY * 10 for end in ends)
