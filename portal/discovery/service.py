"""The search service: a request in a person's terms → hits that the database still stands for.

The text is read (concepts), the engine ranks by words and concepts, the database is asked once
per type which of the hits may be seen now."""

import math
import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

from django.utils import timezone

from portal.discovery import nearest
from portal.discovery.reading import Reading, read
from portal.discovery.reading_conditions import Exclusion
from portal.foundation.text import content_language, pick
from portal.vocabulary import get_vocabulary
from portal.vocabulary.linker import ConceptMark
from search import documents, engines, facets
from search.documents import Bilingual, DocumentType, Vector
from search.engines.base import Hit, SearchResult
from search.filters import Filters
from search.geo import Near
from search.highlight import Fragment, highlight
from search.queries import FACETS, MAX_TEXT, SearchQuery, Sort
from search.syntax import ParsedText, parse

PAGE_SIZE = 20
MAX_PAGE_SIZE = 1_000
MAX_CONCEPTS = 8
"""Concepts of a text that widen the search, the surest first."""


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """What is asked for. `text` is as a person writes it, with "exact phrases" and -exclusions;
    `without` are concepts that are neither searched for nor count, whatever the text says.
    `types` empty means all; `page` counts from 1; `reading` is given by a caller that has read
    the text already.

    Raises ValueError when the page lies beyond what can be paged through."""

    text: str = ""
    without: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    filters: Filters = field(default_factory=Filters)
    near: Near | None = None
    sort: Sort = "relevance"
    page: int = 1
    page_size: int = PAGE_SIZE
    language: str = "zh"
    reading: Reading | None = None
    count_facets: bool = True

    @property
    def parsed(self) -> ParsedText:
        """The text, its phrases and what it excludes."""
        return parse(self.text[:MAX_TEXT])


@dataclass(frozen=True, slots=True)
class Understood:
    """A concept read out of the text, and the words it was read from. `off`: switched off."""

    concept: str
    label: Bilingual
    text: str
    off: bool = False


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


@dataclass(frozen=True)
class SearchHit:
    """One document found with its row; `distance_km` from the place asked for, if any.

    `concepts` are those of the ones asked for that the row has."""

    document_type: DocumentType
    object: Any
    hit: Hit
    terms: tuple[str, ...]
    language: str
    concepts: tuple[str, ...] = ()

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

    @cached_property
    def highlights(self) -> list[Fragment]:
        """Pieces of the texts that match, made when first asked for."""
        shown = self.hit.shown
        summary = (shown.summary.zh, shown.summary.en)
        texts = summary if self.language == "zh" else summary[::-1]
        return highlight((*texts, *shown.offers), self.terms)

    @property
    def because(self) -> list[str]:
        """Why it was found where its words don't say so: the names of `concepts`."""
        if not self.concepts or self.highlights:
            return []
        labels = [concept_label(concept) for concept in self.concepts]
        return [pick(label.zh, label.en, self.language) for label in labels]


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
    reading: Reading | None
    understood: tuple[Understood, ...]
    terms: tuple[str, ...]
    """By which documents were found; of a long text those that carry the meaning."""
    engine: str
    degraded: bool
    behind_seconds: float | None
    took_ms: float

    @property
    def unwanted(self) -> tuple[Understood, ...]:
        """What the text names and rules out: not searched for."""
        if self.reading is None:
            return ()
        return _understood(self.reading.unwanted) or _ruled_out(self.reading.exclusions)

    @property
    def present(self) -> tuple[Understood, ...]:
        """What the text names and has already: not searched for."""
        return _understood(self.reading.present) if self.reading else ()

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
    reading = _reading(request)
    query = to_query(request, reading, today or timezone.localdate())
    answered = _ask(request, reading, query)
    counts = answered.result.facets
    return SearchAnswer(
        request=request,
        total=answered.result.total,
        hits=_with_rows(answered.result, query, request.language),
        facets=tuple(_facet(name, counts[name], query) for name in counts if name != "type"),
        types=dict(counts.get("type", ())),
        reading=reading,
        understood=_understood(_searched_for(reading), request.without),
        terms=answered.result.terms,
        engine=answered.engine,
        degraded=answered.degraded,
        behind_seconds=answered.behind_seconds,
        took_ms=round((time.perf_counter() - started) * 1000, 3),
    )


def count(request: SearchRequest) -> int:
    """How many documents a request finds, without looking at any.

    Raises EngineError when no engine can answer."""
    request = replace(request, page=1, count_facets=False)
    reading = _reading(request)
    query = to_query(request, reading, timezone.localdate())
    return _ask(request, reading, replace(query, limit=0)).result.total


def _reading(request: SearchRequest) -> Reading | None:
    if request.reading is None and (text := wording(request)):
        return read(text)
    return request.reading


def _ask(request: SearchRequest, reading: Reading | None, query: SearchQuery) -> engines.Answered:
    """The text is encoded only where the answer depends on it. Something always lies nearest: of
    words that the vocabulary lacks (a name, a slip) it would be anything."""
    known = reading is not None and not reading.unknown_words
    compared = known and nearest.compares(query)
    return nearest.answer(query, vector_of(request) if compared else None)


def vector_of(request: SearchRequest) -> Vector | None:
    """By which documents near in meaning are found. Words that are to stand as they are written
    leave no room for it."""
    return None if request.parsed.phrases else nearest.vector_of(request.parsed.text)


def wording(request: SearchRequest) -> str:
    """What of the request's text is read: its words and phrases, not what it excludes."""
    parsed = request.parsed
    return " ".join((parsed.text, *parsed.phrases)).strip()


def to_query(request: SearchRequest, reading: Reading | None, day: date) -> SearchQuery:
    """The request as engines take it.

    What a text rules out in words (不要上云) is not searched for, and neither pushes documents down
    nor out: a reading may be wrong, -上云 is not. Raises ValueError for a page too far on."""
    parsed = request.parsed
    return SearchQuery(
        # A phrase alone is its words too: what has it needs no concept that it was read as.
        text=parsed.text or " ".join(parsed.phrases),
        phrases=parsed.phrases,
        excluded=parsed.excluded,
        concepts=tuple(
            (mark.id, mark.weight)
            for mark in _searched_for(reading)
            if mark.id not in request.without
        ),
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


def _searched_for(reading: Reading | None) -> list[ConceptMark]:
    """The concepts that widen the search unless they are switched off, the surest first."""
    marks = reading.concepts if reading else ()
    return sorted(marks, key=lambda mark: -mark.weight)[:MAX_CONCEPTS]


def _with_rows(result: SearchResult, query: SearchQuery, language: str) -> tuple[SearchHit, ...]:
    """The hits that the database still shows to everybody, with their rows: one query a type."""
    keys: dict[str, list[str]] = {}
    for hit in result.hits:
        keys.setdefault(hit.type, []).append(hit.key)
    kinds = {kind.type: kind for kind in documents.types() if kind.type in keys}
    rows = {name: kind.get(keys[name]) for name, kind in kinds.items()}
    asked = dict.fromkeys([*(concept for concept, _ in query.concepts), *query.filters.concept])
    found = []
    for hit in result.hits:
        row = rows.get(hit.type, {}).get(hit.key)
        if row is not None:
            kind = kinds[hit.type]
            own = kind.concepts(row) if asked else ()
            shared = tuple(concept for concept in asked if concept in own)
            found.append(SearchHit(kind, row, hit, result.terms, language, shared))
    return tuple(found)


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


def _understood(
    marks: Iterable[ConceptMark], without: Collection[str] = ()
) -> tuple[Understood, ...]:
    found: dict[str, Understood] = {}
    for mark in marks:
        one = Understood(mark.id, concept_label(mark.id), mark.text, mark.id in without)
        found.setdefault(mark.id, one)
    return tuple(found.values())


def _ruled_out(exclusions: Iterable[Exclusion]) -> tuple[Understood, ...]:
    vocabulary = get_vocabulary()
    found = [(vocabulary.exclusion(one.key), one.text) for one in exclusions]
    return tuple(
        Understood(known.key, Bilingual(known.label("zh"), known.label("en")), text)
        for known, text in found
        if known is not None
    )


def concept_label(concept: str) -> Bilingual:
    """What a concept is called."""
    label = get_vocabulary().concept_label
    return Bilingual(label(concept, "zh"), label(concept, "en"))


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
            if not one.off
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
