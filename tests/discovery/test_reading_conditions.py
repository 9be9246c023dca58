"""What a need insists on, and what it merely mentions or would like."""

from datetime import date

import pytest

from portal.discovery import reading_conditions as conditions

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("text", "km"),
    [
        ("50公里以内", 50),
        ("方圆30公里", 30),
        ("within 50 km of Cixi", 50),
        ("要本地的服务商", conditions.LOCAL_KM),
        ("只找宁波的公司", conditions.LOCAL_KM),
        ("a local company only", conditions.LOCAL_KM),
        ("must be local", conditions.LOCAL_KM),
        ("最好是本地的", None),
        ("ideally a local firm", None),
        ("要本地部署", None),
        ("local deployment", None),
        ("厂里有50公里的管道", None),
        ("", None),
    ],
)
def test_distance(text: str, km: int | None) -> None:
    assert conditions.read_max_distance(text) == km


@pytest.mark.parametrize(
    ("text", "languages"),
    [
        ("要会英语", ["en"]),
        ("工程师要能用英语沟通", ["en"]),
        ("must have English-speaking engineers", ["en"]),
        ("someone who speaks Chinese", ["zh"]),
        ("English support and Mandarin support required", ["en", "zh"]),
        ("最好会英语", []),
        ("英语说明书翻译", []),
        ("邮件英语写不好", []),
        ("we can't read English manuals", []),
    ],
)
def test_languages(text: str, languages: list[str]) -> None:
    assert conditions.read_languages(text) == languages


@pytest.mark.parametrize(
    ("text", "tier"),
    [
        ("必须是专精特新以上", "specialised_sophisticated"),
        ("要求服务商是小巨人", "little_giant"),
        ("at least little giant", "little_giant"),
        ("only single champion firms", "single_champion"),
        ("我们是专精特新企业，要求上门", None),
        ("想申报小巨人", None),
        ("we are a little giant and must cut scrap", None),
        ("小巨人优先", None),
    ],
)
def test_tier(text: str, tier: str | None) -> None:
    assert conditions.read_tier(text) == tier


@pytest.mark.parametrize(
    ("text", "types"),
    [
        ("只要培训", ["training"]),
        ("只找咨询服务", ["consulting"]),
        ("we only need training", ["training"]),
        ("培训也要有", []),
        ("training for our people", []),
    ],
)
def test_offer_types(text: str, types: list[str]) -> None:
    assert conditions.read_offer_types(text) == types


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2027年3月1日启动", date(2027, 3, 1)),
        ("start on 2027-01-15", date(2027, 1, 15)),
        ("下个月开始", date(2026, 12, 31)),
        ("we begin in June", date(2027, 6, 30)),
        ("start by March 2028", date(2028, 3, 31)),
        ("3月份开工", date(2027, 3, 31)),
        ("明年2月启动", date(2027, 2, 28)),
        ("年底前动工", date(2026, 12, 31)),
        ("开始下雨", None),
        ("2020年3月1日启动", None),
        ("start on 2027-13-45", None),
        ("2027年2月30日启动", None),
        ("2027年3月1日交付", None),
    ],
)
def test_start(text: str, day: date | None) -> None:
    assert conditions.read_start(text, TODAY) == day


def test_exclusions_carry_their_words() -> None:
    text = "想排产，不要上云，也不上云"
    (only,) = conditions.read_exclusions(text)
    assert (only.key, only.text) == ("no_cloud", "不要上云")
    assert text[only.start : only.end] == "不要上云"
