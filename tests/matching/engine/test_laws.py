"""What holds for every score, whatever the features."""

from dataclasses import replace
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from matching.engine.criteria import JUDGES
from matching.engine.eligibility import broken, eligible
from matching.engine.explanation import in_words
from matching.engine.scoring import rank, score, weigh
from matching.engine.serial import canonical, read_input, write_input, write_ranking
from matching.engine.types import (
    Criterion,
    MatchInput,
    NeedFeatures,
    OfferFeatures,
    ProviderFeatures,
    Reason,
)
from matching.engine.weights import CRITERIA, load
from tests.matching.engine.features import inputs, needs, providers, unit

WEIGHTS = load()


@given(needs, providers())
def test_the_range_holds_the_score_and_both_lie_within_0_and_1(
    need: NeedFeatures, provider: ProviderFeatures
) -> None:
    scored = score(need, provider, WEIGHTS)
    assert 0 <= scored.low <= scored.score <= scored.high <= 1
    assert (scored.low == scored.high) == (not scored.missing)
    for criterion in scored.criteria:
        assert criterion.value is None or 0 <= criterion.value <= 1


criteria = st.lists(st.one_of(st.none(), unit), min_size=len(CRITERIA), max_size=len(CRITERIA)).map(
    lambda values: tuple(
        Criterion(name, value, WEIGHTS.weight[name], WEIGHTS.neutral[name], Reason("x"))
        for name, value in zip(CRITERIA, values, strict=True)
    )
)


@given(criteria, st.integers(0, len(CRITERIA) - 1), unit)
def test_a_better_value_never_lowers_a_score(
    before: tuple[Criterion, ...], place: int, value: float
) -> None:
    old = before[place]
    known = old.value if old.value is not None else old.neutral
    after = list(before)
    after[place] = replace(old, value=max(known, value))
    assert weigh("p", tuple(after)).score >= weigh("p", before).score


@given(criteria, st.integers(0, len(CRITERIA) - 1), unit)
def test_what_becomes_known_stays_within_the_range(
    before: tuple[Criterion, ...], place: int, value: float
) -> None:
    """The range shown is a promise: whatever an unknown turns out to be, the score is in it."""
    wide = weigh("p", before)
    after = list(before)
    if after[place].value is None:
        after[place] = replace(after[place], value=value)
    assert wide.low - 2e-6 <= weigh("p", tuple(after)).score <= wide.high + 2e-6


def value_of(name: str, need: NeedFeatures, provider: ProviderFeatures) -> float:
    """A criterion's value, the neutral point when unknown."""
    judged = JUDGES[name](need, provider, WEIGHTS)
    return WEIGHTS.neutral[name] if judged.value is None else judged.value


@given(needs, providers(), st.integers(0, 10_000_000))
def test_an_offer_without_a_price_or_within_the_budget_never_lowers_the_budget(
    need: NeedFeatures, provider: ProviderFeatures, price: int
) -> None:
    offer = OfferFeatures("offer:99", "integration", price_from=None, likeness=None)
    limit = price if need.budget_max is None else need.budget_max
    cheap = replace(offer, price_from=min(price, limit))
    before = value_of("budget", need, provider)
    for added in (offer, cheap):
        more = replace(provider, offers=(*provider.offers, added))
        assert value_of("budget", need, more) >= min(before, WEIGHTS.neutral["budget"])
    more = replace(provider, offers=(*provider.offers, cheap))
    assert value_of("budget", need, more) >= before


@given(needs, providers(), st.floats(0, 1), st.floats(-1, 1), st.floats(0, 1))
def test_more_evidence_never_lowers_a_criterion(
    need: NeedFeatures, provider: ProviderFeatures, likeness: float, cosine: float, text: float
) -> None:
    """More of what speaks for a provider, whatever it already has."""
    cover = provider.cover and replace(
        provider.cover, likeness=max(provider.cover.likeness, likeness)
    )
    richer = replace(
        provider,
        cover=cover,
        cosine=max(cosine, provider.cosine if provider.cosine is not None else -1),
        text=max(text, provider.text or 0),
        verified=True,
        tier_rank=provider.tier_rank + 1,
        languages=tuple({*provider.languages, "zh", "en"}),
        industries=(*provider.industries, *need.industries),
        conditions=tuple((key, "kept") for key in need.required.exclusions),
    )
    for name in ("capability", "industry", "conditions", "tier", "language", "verification"):
        assert value_of(name, need, richer) >= value_of(name, need, provider), name
    if provider.cosine is not None or provider.text is not None:
        assert value_of("relevance", need, richer) >= value_of("relevance", need, provider)
    if eligible(need, provider):
        assert eligible(need, richer)


@given(inputs, st.randoms(use_true_random=False))
def test_the_order_does_not_depend_on_the_order_of_the_candidates(
    given_: MatchInput, random: Random
) -> None:
    shuffled = list(given_.providers)
    random.shuffle(shuffled)
    assert rank(given_, WEIGHTS) == rank(replace(given_, providers=tuple(shuffled)), WEIGHTS)


@given(inputs)
def test_every_candidate_is_ranked_or_left_out_with_a_reason(given_: MatchInput) -> None:
    ranking = rank(given_, WEIGHTS)
    ranked = {scored.provider for scored in ranking.results}
    left_out = {excluded.provider for excluded in ranking.excluded}
    assert not ranked & left_out
    assert ranked | left_out == {provider.key for provider in given_.providers}
    assert all(excluded.because for excluded in ranking.excluded)


@given(inputs)
def test_an_input_survives_json_and_gives_the_same_bytes(given_: MatchInput) -> None:
    again = read_input(write_input(given_))
    assert again == given_
    names = {provider.key: provider.name for provider in given_.providers}

    def written(one: MatchInput) -> str:
        return canonical(write_ranking(rank(one, WEIGHTS), names, one.labels))

    assert written(again) == written(given_)


@given(needs, providers())
def test_every_reason_has_words_in_both_languages(
    need: NeedFeatures, provider: ProviderFeatures
) -> None:
    reasons = [criterion.reason for criterion in score(need, provider, WEIGHTS).criteria]
    reasons += [found.reason for found in broken(need, provider)]
    for reason in reasons:
        words = in_words(reason, {})
        assert words["zh"]
        assert words["en"]
        assert "{" not in words["zh"] + words["en"]
