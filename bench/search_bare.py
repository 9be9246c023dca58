"""Requests to tantivy and to Elasticsearch's client themselves, without the portal's engines."""

import json
from collections.abc import Callable
from typing import Any

from bench.search_service import Asked, Run

SUGGESTIONS = 8


def rows(keys: list[str]) -> list[Any]:
    """The fetch by primary key: the rows of a page with what the page shows of each."""
    from portal.organisations.documents import ProviderDocument

    numbers = [int(key.removeprefix("made-")) + 1 for key in keys]
    return list(ProviderDocument().hit_queryset().filter(pk__in=numbers))


def embedded(asked: Asked) -> Run:
    """The same request to tantivy itself; neighbours are asked of the matrix itself."""
    from search import engines
    from search.engines.tantivy_schema import stored_name
    from search.queries import FACET_SIZE

    index = engines.embedded()._current()
    snapshot, query = index.snapshot(), asked.query
    wanted = {name: {"terms": {"field": name, "size": FACET_SIZE}} for name in query.facets}
    own = {name: wanted.pop(name) for name in query.facets if query.chosen(name)}
    build = snapshot.queries.matching

    def run() -> object:
        near = [engines.embedded().knn(*given, **named) for given, named in asked.neighbours]
        matching = build(query)
        hits = snapshot.searcher.search(matching, limit=query.limit).hits
        counts = [snapshot.searcher.aggregate(matching, wanted)]
        for name, counted in own.items():
            counts.append(snapshot.searcher.aggregate(build(query, apart=name), {name: counted}))
        keys = [stored_name(snapshot.searcher.doc(place))[1] for _, place in hits]
        return rows(keys), counts, near

    return run


def elasticsearch(asked: Asked) -> Run:
    """The same request to Elasticsearch's client itself, its body made beforehand."""
    from search import engines
    from search.engines.elasticsearch_query import elasticsearch_body

    engine = engines.elasticsearch()
    assert engine is not None
    client = engine._client
    body = elasticsearch_body(asked.query, asked.query.limit)

    def run() -> object:
        near = [engine.knn(*given, **named) for given, named in asked.neighbours]
        answer = client.search(index=engine.alias, body=body).body
        return rows([hit["_source"]["key"] for hit in answer["hits"]["hits"]]), answer, near

    return run


def suggest_embedded(typed: str) -> Run:
    """The titles of the first documents that have a word with this beginning, from tantivy."""
    from tantivy import Query

    from search import engines
    from search.engines.tantivy_schema import unpack_shown

    snapshot = engines.embedded()._current().snapshot()
    searcher, schema = snapshot.searcher, snapshot.queries.schema

    def run() -> object:
        query = Query.regex_query(schema, "beginnings", f"{typed}.*")
        hits = searcher.search(query, limit=SUGGESTIONS, count=False).hits
        found = (searcher.doc(address) for _, address in hits)
        return [unpack_shown(one).title for one in found]

    return run


def suggest_elasticsearch(typed: str) -> Run:
    """The same from Elasticsearch's client."""
    from search import engines

    engine = engines.elasticsearch()
    assert engine is not None
    body = {
        "query": {"prefix": {"beginnings": {"value": typed}}},
        "size": SUGGESTIONS,
        "_source": False,
        "stored_fields": "_none_",
        "docvalue_fields": ["name"],
        "track_total_hits": False,
    }
    client = engine._client

    def run() -> object:
        hits = client.search(index=engine.alias, body=body).body["hits"]["hits"]
        return [json.loads(hit["fields"]["name"][0]) for hit in hits]

    return run


SEARCHES: dict[str, Callable[[Asked], Run]] = {"embedded": embedded, "elasticsearch": elasticsearch}
PREFIXES: dict[str, Callable[[str], Run]] = {
    "embedded": suggest_embedded,
    "elasticsearch": suggest_elasticsearch,
}
