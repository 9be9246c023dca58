"""What single criteria say, and in which words."""

from dataclasses import replace

import pytest

from matching.engine.criteria import JUDGES
from matching.engine.eligibility import broken
from matching.engine.explanation import in_words
from matching.engine.scoring import rank, score
from matching.engine.types import (
    Cover,
    MatchInput,
    NeedFeatures,
    OfferFeatures,
    Place,
    ProviderFeatures,
    Requirements,
)
from matching.engine.weights import CRITERIA, WeightsError, load, parse

WEIGHTS = load()
NEED = NeedFeatures(
    ref="n-1",
    language="zh",
    industries=("C292",),
    place=Place(29.86, 121.62),
    budget_max=100_000,
    concepts=(("concept:moulding", 0.7),),
)
PROVIDER = ProviderFeatures(
    key="p-1",
    name=("甬塑", ""),
    verified=True,
    tier="little_giant",
    tier_rank=3,
    recognition=("recognition:little_giant",),
    place=Place(29.86, 121.62),
    languages=("zh",),
    industries=("C29",),
    capacity=4,
    free_capacity=3,
    cover=Cover(0.92, "offer:7", ("concept:moulding",), ("concept:moulding",)),
    cosine=0.5,
    cosine_source="offer:7",
    text=1.0,
    offers=(OfferFeatures("offer:7", "integration", 80_000, 120_000, 30, 0.9),),
)
LABELS = {
    "concept:moulding": ("注塑调机", "moulding set-up"),
    "offer:7": ("调机助手", ""),
    "industry:C29": ("橡胶和塑料制品业", "Rubber and plastics"),
    "tier:little_giant": ("“小巨人”企业", "“Little giant”"),
    "tier:registered": ("注册企业", "Registered"),
    "exclusion:no_cloud": ("不上云", "No cloud"),
}


def words(name: str, provider: ProviderFeatures, need: NeedFeatures = NEED) -> dict[str, str]:
    """The reason of one criterion."""
    return in_words(JUDGES[name](need, provider, WEIGHTS).reason, LABELS)


def value(name: str, provider: ProviderFeatures, need: NeedFeatures = NEED) -> float | None:
    """The value of one criterion."""
    return JUDGES[name](need, provider, WEIGHTS).value


def test_a_perfect_provider_scores_1_with_reasons_that_name_their_evidence() -> None:
    best = replace(PROVIDER, tier_rank=5)
    scored = score(NEED, best, WEIGHTS)
    assert (scored.low, scored.score, scored.high) == (1, 1, 1)
    assert [c.name for c in scored.criteria] == [n for n in CRITERIA if n != "conditions"]
    assert sum(c.weight for c in scored.criteria) == pytest.approx(1, abs=1e-5)
    evidence = {c.name: c.evidence for c in scored.criteria}
    assert evidence["capability"] == ("concept:moulding", "offer:7")
    assert evidence["budget"] == ("offer:7",)
    assert evidence["tier"] == ("recognition:little_giant",)
    assert evidence["industry"] == ("industry:C29",)
    assert words("capability", PROVIDER) == {
        "zh": "做的正是我们从需求里读出的注塑调机，见「调机助手」。",
        "en": "Does what we read in the need: moulding set-up; see “调机助手”.",
    }
    assert words("budget", PROVIDER)["en"] == (
        "“调机助手” starts at ¥80,000, within the budget of ¥100,000."
    )


def test_what_a_provider_does_not_say_is_unknown_and_widens_the_range() -> None:
    silent = ProviderFeatures(key="p-2", name=("无声", ""))
    scored = score(NEED, silent, WEIGHTS)
    assert set(scored.missing) == set(CRITERIA) - {"conditions", "tier", "verification"}
    assert scored.low < scored.score < scored.high
    assert words("budget", silent)["zh"] == "没有写能满足这个需求的报价。"
    assert words("free_capacity", silent)["en"] == "Doesn't say how many jobs it takes at once."


def test_a_need_that_reads_as_no_concept_leaves_the_capability_unknown() -> None:
    assert value("capability", PROVIDER, replace(NEED, concepts=())) is None


@pytest.mark.parametrize(
    ("served", "expected"),
    [
        (("C292",), "same"),
        (("C29",), "same"),
        (("C2925",), "narrower"),
        (("C291",), "division"),
        (("C34",), "section"),
        (("C",), "section"),
        (("D44",), "none"),
        (("D44", "C29"), "same"),
    ],
)
def test_industries_count_by_how_near_they_are(served: tuple[str, ...], expected: str) -> None:
    assert value("industry", replace(PROVIDER, industries=served)) == WEIGHTS.industry[expected]


def test_only_offers_that_answer_the_need_are_held_against_its_budget() -> None:
    course = OfferFeatures("offer:8", "training", 2_000, likeness=0.3)
    dear = OfferFeatures("offer:9", "integration", 500_000, likeness=0.95)
    assert value("budget", replace(PROVIDER, offers=(course, dear))) == 0
    assert value("budget", replace(PROVIDER, offers=(course,))) is None


def test_a_price_somewhat_above_the_budget_counts_less_but_not_nothing() -> None:
    offer = replace(PROVIDER.offers[0], price_from=150_000)
    judged = JUDGES["budget"](NEED, replace(PROVIDER, offers=(offer,)), WEIGHTS)
    assert judged.value == pytest.approx(0.6309, abs=1e-3)
    assert in_words(judged.reason, LABELS)["zh"] == "「调机助手」¥150,000起，超出预算¥100,000。"


def test_conditions_are_a_criterion_only_where_the_need_has_some() -> None:
    need = replace(NEED, required=Requirements(exclusions=("no_cloud",)))
    silent = score(need, PROVIDER, WEIGHTS)
    kept = score(need, replace(PROVIDER, conditions=(("no_cloud", "kept"),)), WEIGHTS)
    assert "conditions" in silent.missing
    assert kept.score > silent.score
    assert words("conditions", PROVIDER, need)["en"] == (
        "Doesn't say whether it keeps to: No cloud."
    )


def test_every_broken_constraint_is_told() -> None:
    need = replace(
        NEED,
        required=Requirements(
            tier_at_least="little_giant",
            tier_rank=3,
            max_distance_km=10,
            languages=("zh", "en"),
            offer_types=("training",),
            exclusions=("no_cloud",),
        ),
    )
    far = replace(
        PROVIDER,
        tier="registered",
        tier_rank=0,
        place=Place(31.2, 121.5),
        conditions=(("no_cloud", "broken"),),
    )
    told = {found.constraint: in_words(found.reason, LABELS)["en"] for found in broken(need, far)}
    assert list(told) == [
        "tier_at_least",
        "max_distance_km",
        "languages",
        "offer_types",
        "no_cloud",
    ]
    assert told["tier_at_least"] == (
        "The need wants “Little giant” or higher; the provider is Registered."
    )
    assert told["max_distance_km"] == (
        "The need wants somebody within 10 km; the provider is about 149 km away."
    )
    assert (
        told["languages"] == "The need wants a working language that the provider lacks: English."
    )
    assert [f.constraint for f in broken(need, replace(far, place=None))][1] == "max_distance_km"


def test_equal_scores_take_turns_by_need_and_day() -> None:
    twins = tuple(replace(PROVIDER, key=f"p-{number}") for number in range(6))

    def order(ref: str, day: str) -> list[str]:
        ranking = rank(MatchInput(day, replace(NEED, ref=ref), twins), WEIGHTS)
        return [scored.provider for scored in ranking.results]

    first = order("n-1", "2026-11-22")
    assert order("n-1", "2026-11-22") == first
    assert any(order("n-1", f"2026-11-{day}") != first for day in range(23, 27))
    assert any(order(f"n-{number}", "2026-11-22") != first for number in range(2, 6))


def test_weights_that_make_no_sense_are_refused() -> None:
    with pytest.raises(WeightsError, match="no weights of version none"):
        load("none")
    with pytest.raises(WeightsError, match="the criteria are"):
        parse("x", {"criteria": {}})
