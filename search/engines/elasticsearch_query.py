"""A question and an index as Elasticsearch takes them."""

from collections.abc import Mapping, Sequence
from typing import Any

from elasticsearch.dsl import Q, Search
from elasticsearch.dsl.query import Query

from search.analysis import prepare
from search.filters import KEYWORDS, Filters
from search.geo import Near
from search.plan import TYPO_BOOST, Plan, make_plan
from search.queries import (
    CONCEPT_BOOST,
    FACET_SIZE,
    MAX_TEXT,
    VERIFIED_BOOST,
    SearchQuery,
)

_SHOWN: Any = ["type", "key", "shown", "location"]


COLUMNS: dict[str, Any] = {
    "_source": False,
    "stored_fields": "_none_",
    "track_total_hits": False,
}
"""Of a search whose hits are told from columns, without reading the documents."""


def narrow(body: dict[str, Any]) -> dict[str, Any]:
    """The same search without counts, for names and scores only: to put equal ones in order."""
    kept = {name: value for name, value in body.items() if name != "aggs"}
    return {**kept, **COLUMNS, "docvalue_fields": ["type", "key"]}


def documents_body(identifiers: Sequence[str]) -> dict[str, Any]:
    """Asks for what is shown of these documents."""
    found = Search().query(Q("bool", filter=[Q("ids", values=list(identifiers))]))
    return found.source(_SHOWN).extra(size=len(identifiers), track_total_hits=False).to_dict()


def elasticsearch_body(query: SearchQuery, size: int, plan: Plan | None = None) -> dict[str, Any]:
    """The body of a search for the first `size` hits, with facet counts.

    Each facet is counted under every filter but its own."""
    apart = [name for name in query.facets if query.chosen(name)]
    search = (
        Search()
        .query(_matching(query, plan or make_plan(query), apart))
        .extra(size=size, track_total_hits=True)
    )
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
    return search.source(_SHOWN).to_dict()


def _matching(query: SearchQuery, plan: Plan, apart: Sequence[str]) -> Query:
    """Text, concepts and all filters but those in `apart`, which are applied after counting."""
    types = () if "type" in apart else query.types
    conditions = [Q("term", live=True), *filter_clauses(query.filters, types, apart)]
    if query.only:
        conditions.append(Q("ids", values=["/".join(name) for name in query.only]))
    if query.near is not None:
        conditions += _places(query)
    gone = [_phrase(phrase) for phrase in plan.excluded]
    if not query.scored:
        return Q("bool", filter=conditions, must_not=gone)
    verified = Q("constant_score", filter=Q("term", verified=True), boost=VERIFIED_BOOST)
    wanted = [_phrase(phrase) for phrase in plan.phrases]
    if plan.asks(query):
        wanted.append(_any_of(query, plan))
    return Q("bool", must=wanted, should=[verified], filter=conditions, must_not=gone)


def _any_of(query: SearchQuery, plan: Plan) -> Query:
    """By what a document may match, and what it scores for each."""
    found = [
        _fixed(Q("term", concept=concept), CONCEPT_BOOST * weight)
        for concept, weight in query.concepts
    ]
    found += [
        _fixed(Q("ids", values=[f"{kind}/{key}"]), boost) for kind, key, boost in query.nearest
    ]
    if plan.whole and plan.terms:
        found.append(Q("match", text={"query": prepare(query.text[:MAX_TEXT])}))
    else:
        found += [Q("term", text={"value": term, "boost": times}) for term, times in plan.terms]
    meant = [term for near in plan.typos for term in near]
    found += [Q("term", text={"value": term, "boost": TYPO_BOOST}) for term in meant]
    found += [_fixed(Q("term", pinyin=word), boost) for word, boost in plan.names]
    return Q("bool", should=found, minimum_should_match=1) if found else Q("match_none")


def _fixed(query: Query, score: float) -> Query:
    return Q("constant_score", filter=query, boost=score)


def _phrase(phrase: str) -> Query:
    return Q("match_phrase", text=prepare(phrase))


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
