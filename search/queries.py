"""What is asked of an engine, and its form for Elasticsearch. Pure: no Django, no clock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import blake2b
from typing import Any, Literal

from elasticsearch.dsl import Q, Search
from elasticsearch.dsl.query import Query

from search.analysis import analyze_query, prepare
from search.filters import KEYWORDS, Filters
from search.geo import Near

Sort = Literal["relevance", "newest", "distance"]
SORTS: tuple[Sort, ...] = ("relevance", "newest", "distance")

MAX_TEXT = 5_000
"""Characters of a text that are searched for."""
MAX_WINDOW = 10_000
"""Hits that can be paged through."""
MAX_ONLY = 1_000
"""Documents a search can be restricted to by name."""
CONCEPT_BOOST = 6.0
"""Score of a document for a concept understood with weight 1; a telling word scores about 5."""
VERIFIED_BOOST = 1.0
"""What a document gains by being verified, once it matches."""
FACET_SIZE = 200
"""Values counted at most per field."""
FACETS = ("type", *KEYWORDS)


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """One question. Documents match by the text (any term) or a concept; with neither, all do.

    `types` empty means all; `only`, where given, are the (type, key) that may be found, MAX_ONLY
    at most. `day` turns the order of equal scores over. `offset` + `limit` must
    not pass MAX_WINDOW."""

    text: str = ""
    concepts: tuple[tuple[str, float], ...] = ()
    types: tuple[str, ...] = ()
    only: tuple[tuple[str, str], ...] = ()
    filters: Filters = field(default_factory=Filters)
    near: Near | None = None
    sort: Sort = "relevance"
    offset: int = 0
    limit: int = 20
    facets: tuple[str, ...] = ()
    day: date = date(2026, 1, 1)

    def __post_init__(self) -> None:
        if not (self.offset >= 0 and self.limit >= 0 and self.end <= MAX_WINDOW):
            raise ValueError(f"hits {self.offset} to {self.end} are not among {MAX_WINDOW}")
        if len(self.only) > MAX_ONLY:
            raise ValueError(f"more than {MAX_ONLY} documents to choose from")
        if self.sort not in SORTS:
            raise ValueError(f"no sort {self.sort!r}")
        if self.sort == "distance" and self.near is None:
            raise ValueError("sorting by distance wants a place")

    @property
    def end(self) -> int:
        """The place after the last hit asked for."""
        return self.offset + self.limit

    def chosen(self, facet: str) -> tuple[str, ...]:
        """The values of one of FACETS that hits are narrowed to."""
        return self.types if facet == "type" else self.filters.values(facet)

    @property
    def scored(self) -> bool:
        """Whether anything tells documents apart; else all match."""
        return bool(self.text.strip() or self.concepts)

    @property
    def order(self) -> Sort:
        """The order in effect: without anything to score, the newest come first."""
        return "newest" if self.sort == "relevance" and not self.scored else self.sort


def terms(query: SearchQuery) -> tuple[str, ...]:
    """The terms searched for, in order, repeated as often as they come."""
    return analyze_query(query.text[:MAX_TEXT])


def document_number(type: str, key: str) -> int:
    """64 bits that stand for a document wherever only a number will do."""
    return int.from_bytes(blake2b(f"{type}/{key}".encode(), digest_size=8).digest(), "big")


def tie(number: int, day: date) -> bytes:
    """What orders equal scores: no name is always first, and every page of a day agrees."""
    return blake2b(number.to_bytes(8, "big"), key=day.isoformat().encode(), digest_size=8).digest()


def order_score(score: float) -> float:
    """A score without the last digits, in which the engines differ."""
    return round(score, 4)


# Elasticsearch's body


def elasticsearch_body(query: SearchQuery, size: int) -> dict[str, Any]:
    """The body of a search for the first `size` hits, with facet counts.

    Each facet is counted under every filter but its own."""
    apart = [name for name in query.facets if query.chosen(name)]
    search = Search().query(_matching(query, apart)).extra(size=size, track_total_hits=True)
    own = {name: Q("terms", **{name: list(query.chosen(name))}) for name in apart}
    if "offer_type" in own:
        own["offer_type"] = _offers(query.filters)
    if own:
        search = search.post_filter(Q("bool", filter=list(own.values())))
    for name in query.facets:
        others = [condition for other, condition in own.items() if other != name]
        _count(search, name, query.filters, others)
    if query.order == "newest":
        search = search.sort("-created")
    elif query.order == "distance" and query.near is not None:
        search = search.sort(_by_distance(query.near))
    return search.source(["type", "key", "shown", "location"]).to_dict()


def _matching(query: SearchQuery, apart: Sequence[str]) -> Query:
    """Text, concepts and all filters but those in `apart`, which are applied after counting."""
    types = () if "type" in apart else query.types
    conditions = [Q("term", live=True), *filter_clauses(query.filters, types, apart)]
    if query.only:
        conditions.append(Q("ids", values=["/".join(name) for name in query.only]))
    if query.near is not None:
        conditions += _places(query)
    if not query.scored:
        return Q("bool", filter=conditions)
    wanted: list[Query] = [
        Q("constant_score", filter=Q("term", concept=concept), boost=CONCEPT_BOOST * weight)
        for concept, weight in query.concepts
    ]
    if terms(query):
        wanted.append(Q("match", text={"query": prepare(query.text[:MAX_TEXT])}))
    matching = Q("bool", should=wanted, minimum_should_match=1) if wanted else Q("match_none")
    verified = Q("constant_score", filter=Q("term", verified=True), boost=VERIFIED_BOOST)
    return Q("bool", must=[matching], should=[verified], filter=conditions)


def filter_clauses(
    filters: Filters, types: Sequence[str], apart: Sequence[str] = ()
) -> list[Query]:
    """A clause for each filter set but those in `apart`."""
    clauses = [
        Q("terms", **{name: list(filters.values(name))})
        for name in KEYWORDS
        if name != "offer_type" and name not in apart and filters.values(name)
    ]
    if types:
        clauses.append(Q("terms", type=list(types)))
    if filters.verified is not None:
        clauses.append(Q("term", verified=filters.verified))
    offered = filters.without("offer_type") if "offer_type" in apart else filters
    if offered.offer_type or offered.price_max is not None:
        clauses.append(_offers(offered))
    return clauses


def _offers(filters: Filters) -> Query:
    """One and the same offer has one of the types and a price within the limit."""
    conditions = []
    if filters.offer_type:
        conditions.append(Q("terms", **{"offers.type": list(filters.offer_type)}))
    if filters.price_max is not None:
        conditions.append(Q("range", **{"offers.price_from": {"lte": filters.price_max}}))
    return Q("nested", path="offers", query=Q("bool", filter=conditions))


def _places(query: SearchQuery) -> list[Query]:
    near = query.near
    if near is None or (near.within_km is None and query.sort != "distance"):
        return []
    if near.within_km is None:
        return [Q("exists", field="location")]
    return [
        Q(
            "geo_distance",
            distance=f"{near.within_km}km",
            location={"lat": near.latitude, "lon": near.longitude},
        )
    ]


def _by_distance(near: Near) -> dict[str, Any]:
    here = {"lat": near.latitude, "lon": near.longitude}
    return {"_geo_distance": {"location": here, "unit": "km", "order": "asc"}}


def _count(search: Search, name: str, filters: Filters, others: Sequence[Query]) -> None:
    """Add the counts of one field, `counts` by value."""
    place: Any = search.aggs
    if others:
        place = place.bucket(name, "filter", filter=Q("bool", filter=list(others)))
    if name == "offer_type" and filters.price_max is not None:
        # Only types of which an offer within the limit is there, each document once.
        priced = Q("range", **{"offers.price_from": {"lte": filters.price_max}})
        place = place.bucket(name, "nested", path="offers").bucket(
            "priced", "filter", filter=priced
        )
        counts = place.bucket("counts", "terms", field="offers.type", size=FACET_SIZE)
        counts.bucket("documents", "reverse_nested")
    else:
        place.bucket("counts" if others else name, "terms", field=name, size=FACET_SIZE)


def read_counts(name: str, aggregations: Mapping[str, Any]) -> list[tuple[str, int]]:
    """The counts of one field from Elasticsearch's answer, by value."""
    found = aggregations[name]
    while "buckets" not in found:
        found = next(found[part] for part in ("counts", "priced", name) if part in found)
    return [
        (bucket["key"], bucket.get("documents", bucket)["doc_count"]) for bucket in found["buckets"]
    ]
