"""Whether a document answers a saved search well enough to write to somebody about it.

The engine judges filters, place and text as on the search page, where any word in common is a
hit. That is too little for an alert, so a text must share more with the document:

- a concept that is a main part of what the text was read as (weight ≥ MAIN_CONCEPT), or
- at least half of the text's different terms, of one or two terms all.

Terms are those of the index: stems of words without English stopwords, pairs of Chinese
characters. A search without text wants nothing but its filters."""

import logging
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils import timezone

from portal.discovery import service
from portal.discovery.models import SavedSearch
from portal.discovery.parameters import BadParameter
from portal.discovery.reading import Reading, read
from portal.discovery.saved.canonical import parsed
from portal.vocabulary import linker
from portal.vocabulary.linker import ConceptMark
from search import documents, engines
from search.analysis import analyze
from search.documents import IndexedDocument
from search.engines.base import searched_texts
from search.queries import MAX_ONLY, SearchQuery, terms

logger = logging.getLogger(__name__)

MAIN_CONCEPT = 0.5
FEW_TERMS = 2
Name = tuple[str, str]
"""Type and key of a document."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a saved search asks of a document beside its filters."""

    query: SearchQuery
    terms: frozenset[str]
    concepts: frozenset[str]

    @property
    def least_terms(self) -> int:
        """How many of the terms are enough."""
        count = len(self.terms)
        return count if count <= FEW_TERMS else math.ceil(count / 2)

    @property
    def any_document(self) -> bool:
        """Whether the filters alone decide."""
        return not self.terms and not self.concepts


class Batch:
    """Documents with what alerts compare, turned over: by term and by concept."""

    def __init__(self, found: Mapping[Name, IndexedDocument]) -> None:
        self.names = tuple(found)
        self._by_term: dict[str, list[Name]] = {}
        self._by_concept: dict[str, list[Name]] = {}
        for name, document in found.items():
            for term in {term for text in searched_texts(document) for term in analyze(text)}:
                self._by_term.setdefault(term, []).append(name)
            for concept in document.keywords["concept"]:
                self._by_concept.setdefault(concept, []).append(name)

    def telling(self, wanted: Wanted) -> tuple[Name, ...]:
        """The documents that share enough with a search."""
        if wanted.any_document:
            return self.names
        close = {name for concept in wanted.concepts for name in self._by_concept.get(concept, ())}
        shared = Counter(name for term in wanted.terms for name in self._by_term.get(term, ()))
        if wanted.terms:
            close.update(name for name, count in shared.items() if count >= wanted.least_terms)
        return tuple(name for name in self.names if name in close)


def by_type(names: Iterable[Name]) -> dict[str, list[str]]:
    """Keys by type."""
    keys: dict[str, list[str]] = {}
    for type, key in names:
        keys.setdefault(type, []).append(key)
    return keys


def read_documents(names: Iterable[Name]) -> dict[Name, IndexedDocument]:
    """Those of the documents that a visitor may see now, in the order given."""
    wanted = list(dict.fromkeys(names))
    keys = by_type(wanted)
    found: dict[Name, IndexedDocument] = {}
    for kind in documents.types():
        if kind.type not in keys:
            continue
        for key, row in kind.get_for_index(keys[kind.type]).items():
            try:
                found[kind.type, key] = kind.to_document(row)
            except Exception:  # one broken row must not hold up the others
                logger.exception("%s %s can't be read", kind.type, key)
    return {name: found[name] for name in wanted if name in found}


def wanted_by(search: SavedSearch) -> Wanted | None:
    """What a search asks for; None when its parameters mean nothing any more, such as a
    district that is gone."""
    try:
        request = parsed(search.given)
    except BadParameter as error:
        logger.warning("saved search %s: %s", search.pk, error)
        return None
    marks = tuple(
        ConceptMark(id=concept, weight=weight, text="", source="words")
        for concept, weight in search.concepts
    )
    reading = Reading(language="zh", concepts=marks)
    plain = replace(request, sort="relevance", page=1, count_facets=False)
    query = service.to_query(plain, reading, timezone.localdate())
    return Wanted(
        query=replace(query, limit=0),
        terms=frozenset(terms(query)),
        concepts=frozenset(name for name, weight in query.concepts if weight >= MAIN_CONCEPT),
    )


def read_text(search: SavedSearch) -> None:
    """Read the text of a search, where that was not done by the present vocabulary; saves."""
    version = linker.version()
    if search.concepts_version == version:
        return
    try:
        text = service.wording(parsed(search.given))
    except BadParameter:
        text = ""
    marks = read(text).concepts if text else ()
    search.concepts = [[mark.id, mark.weight] for mark in marks]
    search.concepts_version = version
    SavedSearch.objects.filter(digest=search.digest).update(
        concepts=search.concepts, concepts_version=version
    )


def answering(wanted: Wanted, batch: Batch) -> list[Name]:
    """The documents of a batch that answer a search: they tell enough, and the engine finds them
    under the search's filters.

    The embedded engine is asked: every installation has it, and its index is written beside
    this work. Raises EngineError when it can't be read."""
    found: list[Name] = []
    close = batch.telling(wanted)
    for start in range(0, len(close), MAX_ONLY):
        part: Sequence[Name] = close[start : start + MAX_ONLY]
        query = replace(wanted.query, only=tuple(part), limit=len(part))
        found += [(hit.type, hit.key) for hit in engines.embedded().search(query).hits]
    return found


def present(wanted: Wanted, limit: int) -> tuple[list[Name], int]:
    """The best `limit` documents the engine finds now, and how many there are at all."""
    result = engines.embedded().search(replace(wanted.query, limit=limit))
    return [(hit.type, hit.key) for hit in result.hits], result.total
