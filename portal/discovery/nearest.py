"""Documents near in meaning to what was asked: they are found as well, the nearer the more."""

from dataclasses import replace

from portal.vocabulary import search_vectors
from portal.vocabulary.encoder import EncoderError
from search import engines
from search.documents import Vector
from search.engines.base import Engine
from search.queries import SearchQuery

NEIGHBOURS = 200
NEAREST_BOOST = 90.0
"""Score of a cosine of 1 above the last neighbour's; a telling word scores about 5."""
COMPARED = "provider"
"""The type of document that carries vectors."""


def vector_of(text: str) -> Vector | None:
    """The vector of a visitor's text; None for no text, without an encoder or while it fails."""
    if not text.strip():
        return None
    try:
        return search_vectors.for_query(text)
    except EncoderError:
        return None


def compares(query: SearchQuery) -> bool:
    """Whether nearness can change what is found or its order."""
    return query.order == "relevance" and (not query.types or COMPARED in query.types)


def answer(query: SearchQuery, vector: Vector | None) -> engines.Answered:
    """Search by words, concepts and, where there is a vector, by meaning.

    Raises EngineError when no engine can answer."""
    if vector is None or not compares(query):
        return engines.search(query)
    return engines.search(query, lambda engine: with_neighbours(engine, query, vector))


def with_neighbours(engine: Engine, query: SearchQuery, vector: Vector) -> SearchQuery:
    """The query with the documents of the engine that lie nearest, boosted by how much nearer
    they are than the last of them. Raises EngineError."""
    found = engine.knn(vector, filters=query.filters, k=NEIGHBOURS, type=COMPARED)
    if not found:
        return query
    last = found[-1][1] if len(found) == NEIGHBOURS else 0.0
    nearest = tuple(
        (COMPARED, key, round(NEAREST_BOOST * (cosine - last), 4))
        for key, cosine in found
        if cosine > last
    )
    return replace(query, nearest=nearest)
