"""A whole need read at once."""

import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import settings as budget
from hypothesis import strategies as st

from portal.discovery.reading import MAX_CHARACTERS, language_of, read
from portal.discovery.reading_places import industries_named

TODAY = date(2026, 11, 22)


def test_a_need_in_chinese() -> None:
    reading = read(
        "我们是北仑一家压铸厂。铝壳子上有砂眼，老师傅拿手电照都漏看，客户退货。"
        "预算十几万，数据不能出厂，要本地的服务商，下个月开始。",
        today=TODAY,
    )
    assert reading.language == "zh"
    assert "casting_surface_inspection" in [mark.id for mark in reading.concepts]
    assert reading.industries == ("C339",)
    assert reading.district == "330206"
    assert (reading.budget_min, reading.budget_max) == (100_000, 190_000)
    assert [exclusion.key for exclusion in reading.exclusions] == ["data_stays_on_site"]
    assert reading.max_distance_km == 60
    assert reading.start_by == date(2026, 12, 31)
    assert not reading.truncated


def test_a_need_in_english() -> None:
    reading = read(
        "We make bolts and screws in Cixi. Screws with bad threads get through and the car plant "
        "fines us. "
        "Budget under 200k yuan, no cloud, must have English-speaking engineers.",
        today=TODAY,
    )
    assert reading.language == "en"
    assert "fastener_sorting" in [mark.id for mark in reading.concepts]
    assert reading.industries == ("C348",)
    assert reading.districts == ("330282",)
    assert (reading.budget_min, reading.budget_max) == (None, 200_000)
    assert [exclusion.key for exclusion in reading.exclusions] == ["no_cloud"]
    assert reading.languages == ("en",)


def test_a_park_names_its_district() -> None:
    reading = read("前湾新区的汽配厂", today=TODAY)
    assert reading.parks == ("qianwan_new_area",)
    assert reading.district == "330282"
    assert reading.industries == ("C367",)


def test_nothing_said_is_nothing_read() -> None:
    reading = read("", today=TODAY)
    assert (reading.concepts, reading.district, reading.budget_max) == ((), None, None)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("我们是一家压铸厂", ["C339"]),
        ("生产水泵的", ["C344"]),
        ("valve maker", ["C344"]),
        ("we make fasteners", ["C348"]),
        ("injection molding shop", ["C292"]),
        ("水泵坏了", []),
        ("电机烧了一台又一台", []),
        ("the pump broke", []),
        ("不做金属件", []),
        ("要做外观检测，不做金屬件", []),
        ("不做金属件的注塑厂", ["C292"]),
        ("我们做塑料件不做金属件", ["C292"]),
        ("我们不生产阀门，生产水泵", ["C344"]),
        ("We don't make valves, we make fasteners", ["C348"]),
    ],
)
def test_a_product_is_an_industry_only_where_it_is_made(text: str, codes: list[str]) -> None:
    assert industries_named(text) == codes


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("机器老坏", "zh"),
        ("the machine breaks", "en"),
        ("想上MES", "zh"),
        ("我们要 predictive maintenance 做设备管理", "mixed"),
        ("", "en"),
        ("12345", "en"),
    ],
)
def test_language(text: str, language: str) -> None:
    assert language_of(text) == language


def test_only_the_first_part_of_a_very_long_text_is_read() -> None:
    long = "车间机器老停，不要上云，" * 100_000
    started = time.monotonic()
    reading = read(long, today=TODAY)
    assert reading.truncated
    assert len(long) > MAX_CHARACTERS
    assert [exclusion.key for exclusion in reading.exclusions] == ["no_cloud"]
    # Bounded, not quick: the rest of the suite may be running beside it.
    assert time.monotonic() - started < 60


@pytest.mark.parametrize("piece", ["a", "不要", "no ", "MES", "5万", "，", "（", "1-", "\u202e"])
def test_repetition_takes_no_time(piece: str) -> None:
    started = time.monotonic()
    read(piece * MAX_CHARACTERS, today=TODAY)
    assert time.monotonic() - started < 60


@budget(deadline=None, max_examples=60)
@given(st.text(alphabet=st.characters(), max_size=300))
def test_no_text_breaks_it(text: str) -> None:
    read(text, today=TODAY)


@budget(deadline=None, max_examples=60)
@given(
    st.lists(
        st.sampled_from(
            [
                "预算",
                "不要",
                "上云",
                "50公里",
                "以内",
                "2027年",
                "13月",
                "99",
                "万",
                "MES",
                "，",
                "but",
                "no",
                "local",
                "¥",
                "1,000",
                "-",
                "几",
                "十",
                "only",
                "start",
                "32",
                "北仑",
                "压铸厂",
                "w",
                "英语",
                "必须",
                "小巨人",
            ]
        )
        | st.sampled_from([" ", "\n"]),
        max_size=20,
    )
)
def test_no_mixture_of_telling_words_breaks_it(words: list[str]) -> None:
    reading = read("".join(words), today=TODAY)
    if reading.budget_min is not None and reading.budget_max is not None:
        assert reading.budget_min <= reading.budget_max
