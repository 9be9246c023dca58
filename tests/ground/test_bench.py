"""The report of the benches: ratios pair by pair, sections replaced one by one."""

import pytest

from bench.report import INTRODUCTION, Bench, Result, Row, benches, merged, section

pytestmark = pytest.mark.ground

ROW = Row("home page", "requests/s", subject=[50.0, 80.0, 60.0], base=[100.0, 100.0, 100.0])


def test_section_tells_the_median_and_the_spread_of_the_ratios() -> None:
    told = section(Bench("web", "Pages", lambda: Result([])), Result([ROW], ["How."]))
    assert "| home page | requests/s | 60 | 100 | **0.60** (0.50–0.80) |" in told
    assert "- How." in told
    assert " cores, " in told


def test_unequal_pairs_are_refused() -> None:
    with pytest.raises(ValueError, match="longer"):
        Row("home page", "requests/s", subject=[1.0], base=[1.0, 2.0]).ratios()


def test_one_section_is_replaced_and_the_others_stay() -> None:
    def part(name: str, text: str) -> str:
        return f"<!-- bench:{name} -->\n{text}\n<!-- /bench:{name} -->"

    first = merged("", {"web": part("web", "old"), "search": part("search", "kept")})
    second = merged(first, {"web": part("web", "new")})
    assert second.startswith(INTRODUCTION.rstrip("\n"))
    assert "old" not in second
    assert second.index("kept") < second.index("new")
    assert merged(second, {}) == second


def test_every_bench_has_a_name_and_a_title() -> None:
    assert "web" in benches()
    assert all(bench.title for bench in benches().values())
