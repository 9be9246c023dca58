"""From rows to what the engine reads: features of a need and of its candidates."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, prefetch_related_objects

from matching.conditions import conditions_of
from matching.eligibility import need_place, place_of
from matching.engine.types import (
    Cover,
    LabelPair,
    NeedFeatures,
    OfferFeatures,
    Place,
    ProviderFeatures,
    Requirements,
)
from matching.likeness import Compared, NeedReading, PassageReading, compare, read_passages
from matching.models import Introduction, Need
from portal.organisations.models import Offer, ProviderProfile
from portal.organisations.passages import offer_passages
from portal.organisations.queries import providers_for_matching, tier_of
from portal.vocabulary import get_vocabulary
from portal.vocabulary.schema import Entry

READ_CONCEPTS = 8
"""Concepts of a need that are kept as read, most likely first."""
MIN_READ = 0.03
"""Likeness from which a concept of a need is kept."""
SUMMARY, LABELS = "summary", "labels"


def need_features(need: Need, reading: NeedReading) -> NeedFeatures:
    """Features of a need and of how its text was read. Wants `need.organisation`."""
    return NeedFeatures(
        ref=need.ref,
        language=need.language,
        industries=tuple(need.industries),
        place=need_place(need),
        budget_min=need.budget_min,
        budget_max=need.budget_max,
        concepts=tuple(
            (f"concept:{concept}", round(likeness, 4))
            for concept, likeness in reading.top(READ_CONCEPTS, MIN_READ)
        ),
        required=Requirements(
            tier_at_least=need.tier_at_least,
            tier_rank=get_vocabulary().tier_rank(need.tier_at_least),
            max_distance_km=need.max_distance_km,
            languages=tuple(need.languages),
            offer_types=tuple(need.offer_types),
            exclusions=tuple(need.exclusions),
        ),
    )


@dataclass(frozen=True)
class ProviderFacts:
    """What is known of a provider before any need is asked: read once, compared with many."""

    profile: ProviderProfile
    sources: tuple[str, ...]
    """The id of each passage: `summary`, `labels` or an offer's."""
    passages: PassageReading | None
    tier: str
    recognition: tuple[str, ...]
    place: Place | None
    free_capacity: int | None
    conditions: Mapping[str, str]

    @property
    def key(self) -> str:
        """The provider's outward key."""
        return self.profile.organisation.key


def own_passages(profile: ProviderProfile) -> list[tuple[str, str]]:
    """(id, text) of the texts of `portal.organisations.passages.passages`, with where each is
    from."""
    found = [(profile.summary_zh, SUMMARY), (profile.summary_en, SUMMARY)]
    for offer in profile.offers.all():
        found += [(text, offer_id(offer)) for text in offer_passages(offer)]
    found.append(("；".join(profile.capabilities), LABELS))
    first = {text: source for text, source in reversed(found) if text}
    return [(source, text) for text, source in reversed(first.items())]


def offer_id(offer: Offer) -> str:
    """How evidence names an offer."""
    return f"offer:{offer.pk}"


def read_facts(keys: Iterable[str] | None, on: date) -> dict[str, ProviderFacts]:
    """Facts of listed providers by key (of these keys only, where given): what the database
    does not show a visitor is not matched. Six queries, and the vectors'."""
    profiles = list(providers_for_matching(keys))
    texts = {profile.pk: own_passages(profile) for profile in profiles}
    readings = read_passages([text for rows in texts.values() for _, text in rows])
    accepted = _accepted(profiles)
    facts: dict[str, ProviderFacts] = {}
    start = 0
    for profile in profiles:
        rows = texts[profile.pk]
        passages = readings.part(start, start + len(rows)) if readings and rows else None
        start += len(rows)
        facts[profile.organisation.key] = _facts(profile, rows, passages, accepted, on)
    return facts


def facts_of(profile: ProviderProfile, on: date) -> ProviderFacts:
    """Facts of one profile, listed or not, stored or only thought of (its key is 0 then): what its
    own people may see before anybody else does. Five queries, and the vectors'."""
    prefetch_related_objects([profile], "offers", "organisation__recognitions")
    rows = own_passages(profile)
    readings = read_passages([text for _, text in rows])
    passages = readings.part(0, len(rows)) if readings and rows else None
    return _facts(profile, rows, passages, _accepted([profile]), on)


def _facts(
    profile: ProviderProfile,
    rows: list[tuple[str, str]],
    passages: PassageReading | None,
    accepted: Mapping[int, int],
    on: date,
) -> ProviderFacts:
    organisation = profile.organisation
    valid = {item.tier for item in organisation.recognitions.all() if item.valid_on(on)}
    tier = tier_of(organisation, on)
    return ProviderFacts(
        profile=profile,
        sources=tuple(source for source, _ in rows),
        passages=passages,
        tier=tier,
        recognition=(f"recognition:{tier}",) if tier in valid else (),
        place=place_of(organisation),
        free_capacity=(
            None
            if profile.capacity is None
            else max(0, profile.capacity - accepted.get(profile.pk, 0))
        ),
        conditions=conditions_of(profile),
    )


def _accepted(profiles: list[ProviderProfile]) -> dict[int, int]:
    """Introductions under way by provider: each takes one job of its capacity."""
    counted = (
        ProviderProfile.objects.filter(pk__in=[profile.pk for profile in profiles])
        .annotate(
            busy=Count("introductions", filter=Q(introductions__state=Introduction.State.ACCEPTED))
        )
        .values_list("pk", "busy")
    )
    return dict(counted)


def provider_features(
    facts: ProviderFacts, reading: NeedReading, text: float | None
) -> ProviderFeatures:
    """Features of a provider with respect to a need; `text` is its share 0-1 of the best text
    score found."""
    profile = facts.profile
    organisation = profile.organisation
    compared = compare(reading, facts.passages)
    return ProviderFeatures(
        key=facts.key,
        name=(organisation.name_zh, organisation.name_en),
        kind=profile.kind,
        verified=profile.verified,
        tier=facts.tier,
        tier_rank=get_vocabulary().tier_rank(facts.tier),
        recognition=facts.recognition,
        place=facts.place,
        languages=tuple(profile.languages),
        industries=tuple(profile.industries),
        capacity=profile.capacity,
        free_capacity=facts.free_capacity,
        cover=_cover(compared, facts.sources),
        cosine=compared.cosine,
        cosine_source="" if compared.nearest is None else facts.sources[compared.nearest],
        text=None if text is None else round(text, 4),
        offers=tuple(_offer(offer, compared, facts.sources) for offer in profile.offers.all()),
        conditions=tuple(sorted(facts.conditions.items())),  # type: ignore[arg-type]
    )


def _cover(compared: Compared, sources: tuple[str, ...]) -> Cover | None:
    if compared.best is None:
        return None
    return Cover(
        likeness=compared.covers[compared.best],
        source=sources[compared.best],
        shared=tuple(f"concept:{concept}" for concept in compared.shared),
        own=tuple(f"concept:{concept}" for concept in compared.own),
    )


def _offer(offer: Offer, compared: Compared, sources: tuple[str, ...]) -> OfferFeatures:
    source = offer_id(offer)
    covers = [cover for cover, of in zip(compared.covers, sources, strict=False) if of == source]
    return OfferFeatures(
        id=source,
        type=offer.type,
        price_from=offer.price_from,
        price_to=offer.price_to,
        days=offer.days,
        likeness=max(covers, default=None),
    )


def labels_for(facts: Iterable[ProviderFacts]) -> dict[str, LabelPair]:
    """(zh, en) of every id that a reason about these may name."""
    vocabulary = get_vocabulary()
    labels: dict[str, LabelPair] = {}
    for row in facts:
        for offer in row.profile.offers.all():
            labels[offer_id(offer)] = (offer.title_zh, offer.title_en)
        for code in row.profile.industries:
            labels[f"industry:{code}"] = (
                vocabulary.industry_label(code, "zh"),
                vocabulary.industry_label(code, "en"),
            )
    entries: dict[str, Mapping[str, Entry]] = {
        "tier": {tier.key: tier for tier in vocabulary.tiers},
        "offer_type": {key.key: key for key in vocabulary.offer_types},
        "exclusion": vocabulary.exclusions,
        "concept": vocabulary.concepts,
    }
    for kind, rows in entries.items():
        for key, entry in rows.items():
            labels[f"{kind}:{key}"] = (entry.label("zh"), entry.label("en"))
    return labels
