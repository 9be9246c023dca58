"""Who comes into question for a need: the engine nominates, the database authorises."""

from dataclasses import dataclass, field, replace
from datetime import date

from matching.eligibility import need_place
from matching.likeness import NeedReading, need_text
from matching.models import Need
from portal.organisations.queries import visible_providers
from portal.vocabulary import get_vocabulary, search_vectors
from search import engines
from search.engines.base import EngineError
from search.filters import Filters
from search.geo import Near
from search.queries import VERIFIED_BOOST, SearchQuery

EVERYONE = 400
"""Up to so many listed providers all are candidates, without asking."""
PER_WAY = 150
"""Candidates asked for by each way: text, concepts, vectors."""
TYPE = "provider"


@dataclass(frozen=True)
class Nominated:
    """Keys of candidates; `text` is the text score of those found by words, as a share 0-1 of
    the best one (None where text could not be asked: an engine is out of order)."""

    keys: frozenset[str] = frozenset()
    text: dict[str, float] | None = field(default_factory=dict)
    engine: str = ""


def hard_filters(need: Need) -> tuple[Filters, Near | None]:
    """The need's hard constraints as far as an engine can hold them; never narrower than
    `matching.eligibility.eligible_providers`."""
    vocabulary = get_vocabulary()
    rank = vocabulary.tier_rank(need.tier_at_least)
    tiers = [tier.key for tier in vocabulary.tiers if rank and tier.rank >= rank]
    filters = Filters(
        tier=tuple(tiers),
        # An engine asks for any of several languages, a need for all: the scarcer one narrows.
        language=tuple(sorted(need.languages, key=lambda code: code == "zh")[:1]),
        offer_type=tuple(need.offer_types),
    )
    place = need_place(need)
    if need.max_distance_km is None or place is None:
        return filters, None
    # The index rounds coordinates; the database draws the line.
    return filters, Near(place.latitude, place.longitude, need.max_distance_km + 0.1)


def nominate(need: Need, reading: NeedReading, on: date) -> Nominated:
    """Candidates by text, concepts and vectors, first within the hard constraints, then without
    them: the second give those left out, with why."""
    found = by_text(need, on)
    if visible_providers().count() <= EVERYONE:
        everyone = visible_providers().values_list("organisation__key", flat=True)
        return replace(found, keys=frozenset(everyone))
    filters, near = hard_filters(need)
    keys = set(found.keys)
    for narrowed, place in {(filters, near), (Filters(), None)}:
        keys |= _by_concepts(reading, on, narrowed, place)
        keys |= _by_vector(need_text(need), reading, narrowed)
    if filters or near:
        keys |= by_text(need, on, filters, near).keys
    return replace(found, keys=frozenset(keys))


def by_text(
    need: Need, on: date, filters: Filters | None = None, near: Near | None = None
) -> Nominated:
    """Candidates found by the need's own words, with their text scores."""
    query = SearchQuery(
        text=need_text(need),
        types=(TYPE,),
        filters=filters or Filters(),
        near=near,
        limit=PER_WAY,
        day=on,
    )
    try:
        answered = engines.search(query)
    except EngineError:
        return Nominated(text=None)
    scores = {hit.key: max(0.0, hit.score - VERIFIED_BOOST) for hit in answered.result.hits}
    best = max(scores.values(), default=0.0) or 1.0
    shares = {key: score / best for key, score in scores.items()}
    return Nominated(frozenset(shares), shares, answered.engine)


def _by_concepts(
    reading: NeedReading, on: date, filters: Filters, near: Near | None
) -> frozenset[str]:
    concepts = tuple(reading.top(5, 0.05))
    if not concepts:
        return frozenset()
    query = SearchQuery(
        concepts=concepts, types=(TYPE,), filters=filters, near=near, limit=PER_WAY, day=on
    )
    try:
        hits = engines.search(query).result.hits
    except EngineError:
        return frozenset()
    return frozenset(hit.key for hit in hits)


def _by_vector(text: str, reading: NeedReading, filters: Filters) -> frozenset[str]:
    if reading.vector is None:
        return frozenset()
    vector = search_vectors.of_query(text, reading.vector)
    for engine in engines.all_engines():
        try:
            found = engine.knn(vector, filters=filters, k=PER_WAY, type=TYPE)
        except EngineError:
            continue
        return frozenset(key for key, _ in found)
    return frozenset()
