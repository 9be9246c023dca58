"""Generated features: needs and providers of every shape the engine may meet."""

from hypothesis import strategies as st

from matching.engine.types import (
    Cover,
    MatchInput,
    NeedFeatures,
    OfferFeatures,
    Place,
    ProviderFeatures,
    Requirements,
)

CODES = ["C", "C29", "C292", "C2925", "C34", "C348", "D44", "G59"]
EXCLUSIONS = ["no_cloud", "open_source_only", "no_robots"]
TYPES = ["integration", "consulting", "training"]
TIERS = ["registered", "innovative_sme", "specialised_sophisticated", "little_giant"]

unit = st.floats(0, 1)
prices = st.one_of(st.none(), st.integers(0, 10_000_000))
places = st.one_of(
    st.none(),
    st.builds(Place, st.floats(29, 31), st.floats(121, 122)),
)


def some_of(values: list[str]) -> st.SearchStrategy[tuple[str, ...]]:
    """Some of the values, each once."""
    return st.lists(st.sampled_from(values), unique=True, max_size=3).map(tuple)


requirements = st.builds(
    lambda rank, km, languages, types, exclusions: Requirements(
        TIERS[rank] if rank else "", rank, km, languages, types, exclusions
    ),
    st.integers(0, 3),
    st.one_of(st.none(), st.integers(1, 200)),
    some_of(["zh", "en"]),
    some_of(TYPES),
    some_of(EXCLUSIONS),
)
needs = st.builds(
    NeedFeatures,
    ref=st.just("n-1"),
    language=st.sampled_from(["", "zh", "en"]),
    industries=some_of(CODES),
    place=places,
    budget_max=prices,
    concepts=st.sampled_from([(), (("concept:mes", 0.6),)]),
    required=requirements,
)
offers = st.builds(
    OfferFeatures,
    id=st.integers(1, 9).map(lambda number: f"offer:{number}"),
    type=st.sampled_from(TYPES),
    price_from=prices,
    likeness=st.one_of(st.none(), unit),
)
covers = st.one_of(
    st.none(),
    st.builds(
        Cover,
        likeness=unit,
        source=st.sampled_from(["summary", "labels", "offer:1"]),
        shared=some_of(["concept:mes", "concept:aoi"]),
        own=some_of(["concept:erp"]),
    ),
)
conditions = st.lists(st.sampled_from(["kept", "broken", "silent"]), max_size=3).map(
    lambda said: tuple(zip(EXCLUSIONS, said, strict=False))
)


@st.composite
def providers(draw: st.DrawFn, key: str | None = None) -> ProviderFeatures:
    """One provider."""
    rank = draw(st.integers(0, 3))
    return ProviderFeatures(
        key=key or draw(st.sampled_from([f"p-{number}" for number in range(50)])),
        name=("甬", "Yong"),
        verified=draw(st.booleans()),
        tier=TIERS[rank],
        tier_rank=rank,
        recognition=(f"recognition:{TIERS[rank]}",) if rank else (),
        place=draw(places),
        languages=draw(some_of(["zh", "en"])),
        industries=draw(some_of(CODES)),
        capacity=9,
        free_capacity=draw(st.one_of(st.none(), st.integers(0, 9))),
        cover=draw(covers),
        cosine=draw(st.one_of(st.none(), st.floats(-1, 1))),
        cosine_source="summary",
        text=draw(st.one_of(st.none(), unit)),
        offers=draw(st.lists(offers, max_size=4, unique_by=lambda offer: offer.id).map(tuple)),
        conditions=draw(conditions),
    )


inputs = st.builds(
    MatchInput,
    day=st.just("2026-11-22"),
    need=needs,
    providers=st.lists(providers(), max_size=8, unique_by=lambda provider: provider.key).map(tuple),
    labels=st.just({"concept:mes": ("制造执行系统", "MES")}),
)
