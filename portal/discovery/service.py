"""The search service: a request in a person's terms → hits that the database still stands for.

The text is read (concepts), the engine ranks by words and concepts, the database is asked once
per type which of the hits may be seen now."""

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils import timezone

from portal.discovery.reading import Reading, read
from portal.foundation.text import content_language, pick
from portal.vocabulary import get_vocabulary
from search import documents, engines, facets
from search.documents import Bilingual, DocumentType
from search.engines.base import Hit
from search.filters import Filters
from search.geo import Near
from search.highlight import Fragment, highlight
from search.queries import FACETS, MAX_TEXT, SearchQuery, Sort, terms

PAGE_SIZE = 20
MAX_PAGE_SIZE = 1_000
MAX_CONCEPTS = 8
"""Concepts of a text that widen the search, the surest first."""


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """What is asked for. `types` empty means all; `page` counts from 1; `reading` is given by
    a caller that has read the text already.

    Raises ValueError when the page lies beyond what can be paged through."""

    text: str = ""
    types: tuple[str, ...] = ()
    filters: Filters = field(default_factory=Filters)
    near: Near | None = None
    sort: Sort = "relevance"
    page: int = 1
    page_size: int = PAGE_SIZE
    language: str = "zh"
    reading: Reading | None = None
    count_facets: bool = True


@dataclass(frozen=True, slots=True)
class Understood:
    """A concept read out of the text, and the words it was read from."""

    concept: str
    label: Bilingual
    text: str


@dataclass(slots=True)
class FacetValue:
    """One value of a facet and how many documents have it under the other filters."""

    value: str
    label: Bilingual
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """A field with its values, the most frequent first; chosen values are always among them."""

    field: str
    label: Any
    values: tuple[FacetValue, ...]


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One document found with its row; `distance_km` from the place asked for, if any."""

    document_type: DocumentType
    object: Any
    hit: Hit
    terms: tuple[str, ...]
    language: str

    @property
    def type(self) -> str:
        """Singular name of the type."""
        return self.hit.type

    @property
    def key(self) -> str:
        """Outward key."""
        return self.hit.key

    @property
    def score(self) -> float:
        """The engine's score; only its order means something."""
        return self.hit.score

    @property
    def distance_km(self) -> float | None:
        """Great-circle distance from the place asked for."""
        return self.hit.distance_km

    @property
    def title(self) -> str:
        """In the language asked for, else in the other one."""
        title = self.hit.shown.title
        return pick(title.zh, title.en, self.language)

    @property
    def highlights(self) -> list[Fragment]:
        """Pieces of the texts that match, made when asked for."""
        shown = self.hit.shown
        summary = (shown.summary.zh, shown.summary.en)
        texts = summary if self.language == "zh" else summary[::-1]
        return highlight((*texts, *shown.offers), self.terms)


@dataclass(frozen=True, slots=True)
class SearchAnswer:
    """What was found. `degraded`: the embedded engine stands in for the one that should
    answer; `behind_seconds` is how long a change has waited to get into it (None: none does)."""

    request: SearchRequest
    total: int
    hits: tuple[SearchHit, ...]
    facets: tuple[Facet, ...]
    types: Mapping[str, int]
    """Documents by type under every filter but that on types."""
    understood: tuple[Understood, ...]
    engine: str
    degraded: bool
    behind_seconds: float | None
    took_ms: float

    @property
    def behind_minutes(self) -> int:
        """The same in minutes, rounded up; 0 when nothing waits."""
        return 0 if self.behind_seconds is None else max(1, math.ceil(self.behind_seconds / 60))

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return -(-self.total // self.request.page_size)


def search(request: SearchRequest, *, today: date | None = None) -> SearchAnswer:
    """Answer a request. `today` orders equal scores (default: the date here).

    Raises ValueError for a page too far on, and EngineError when no engine can answer."""
    started = time.perf_counter()
    reading = request.reading
    if reading is None and request.text.strip():
        reading = read(request.text[:MAX_TEXT])
    query = to_query(request, reading, today or timezone.localdate())
    answered = engines.search(query)
    counts = answered.result.facets
    return SearchAnswer(
        request=request,
        total=answered.result.total,
        hits=_with_rows(answered.result.hits, query, request.language),
        facets=tuple(_facet(name, counts[name], query) for name in counts if name != "type"),
        types=dict(counts.get("type", ())),
        understood=_understood(reading),
        engine=answered.engine,
        degraded=answered.degraded,
        behind_seconds=answered.behind_seconds,
        took_ms=round((time.perf_counter() - started) * 1000, 3),
    )


def to_query(request: SearchRequest, reading: Reading | None, day: date) -> SearchQuery:
    """The request as engines take it.

    Raises ValueError for a page too far on."""
    marks = sorted(reading.concepts, key=lambda mark: -mark.weight) if reading else []
    return SearchQuery(
        text=request.text,
        concepts=tuple((mark.id, mark.weight) for mark in marks[:MAX_CONCEPTS]),
        types=request.types,
        filters=request.filters,
        near=request.near,
        sort=request.sort,
        offset=(request.page - 1) * request.page_size,
        limit=request.page_size,
        facets=_wanted_facets(request),
        day=day,
    )


def _wanted_facets(request: SearchRequest) -> tuple[str, ...]:
    """The type, and what the types searched offer, in the order of FACETS."""
    if not request.count_facets:
        return ()
    offered = {"type"}
    for kind in documents.types():
        if not request.types or kind.type in request.types:
            offered.update(kind.facets)
    return tuple(name for name in FACETS if name in offered)


def _with_rows(hits: tuple[Hit, ...], query: SearchQuery, language: str) -> tuple[SearchHit, ...]:
    """The hits that the database still shows to everybody, with their rows: one query a type."""
    keys: dict[str, list[str]] = {}
    for hit in hits:
        keys.setdefault(hit.type, []).append(hit.key)
    kinds = {kind.type: kind for kind in documents.types() if kind.type in keys}
    rows = {name: kind.get(keys[name]) for name, kind in kinds.items()}
    searched = terms(query)
    return tuple(
        SearchHit(kinds[hit.type], rows[hit.type][hit.key], hit, searched, language)
        for hit in hits
        if hit.key in rows.get(hit.type, ())
    )


def _facet(name: str, counts: tuple[tuple[str, int], ...], query: SearchQuery) -> Facet:
    counted = dict(counts)
    chosen = query.chosen(name)
    counts = (*counts, *((value, 0) for value in chosen if value not in counted))
    label = facets.value_label
    return Facet(
        field=name,
        label=facets.field_label(name),
        values=tuple(
            FacetValue(value, label(name, value), count, value in chosen) for value, count in counts
        ),
    )


def _understood(reading: Reading | None) -> tuple[Understood, ...]:
    if reading is None:
        return ()
    vocabulary = get_vocabulary()
    return tuple(
        Understood(
            concept=mark.id,
            label=Bilingual(
                vocabulary.concept_label(mark.id, "zh"), vocabulary.concept_label(mark.id, "en")
            ),
            text=mark.text,
        )
        for mark in reading.concepts
    )


def as_json(answer: SearchAnswer, language: str | None = None) -> dict[str, Any]:
    """The answer of `manage.py search --json`."""
    language = language or content_language()
    return {
        "total": answer.total,
        "understood": [
            {
                "concept": one.concept,
                "label": {"zh": one.label.zh, "en": one.label.en},
                "text": one.text,
            }
            for one in answer.understood
        ],
        "hits": [
            {
                "type": hit.type,
                "key": hit.key,
                "title": hit.title,
                "score": round(hit.score, 4),
                "distance_km": None if hit.distance_km is None else round(hit.distance_km, 3),
                "highlights": [fragment.text for fragment in hit.highlights],
            }
            for hit in answer.hits
        ],
        "facets": {
            facet.field: [
                {
                    "value": value.value,
                    "label": pick(value.label.zh, value.label.en, language),
                    "count": value.count,
                }
                for value in facet.values
            ]
            for facet in answer.facets
        },
        "engine": answer.engine,
        "degraded": answer.degraded,
        "took_ms": answer.took_ms,
    }
