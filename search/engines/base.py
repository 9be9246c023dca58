"""The port every engine keeps: documents in, hits out."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date
from operator import itemgetter
from typing import Any

import numpy as np

from search import shape
from search.documents import Bilingual, IndexedDocument, Vector
from search.filters import Filters
from search.queries import FIRST_DAY, SearchQuery, order_score, tie

MAX_TIE_WINDOW = 1_000
"""Hits looked at to order equal scores beyond the page."""
_BEYOND = 6
"""Hits asked for beyond the page at first. Of 250 searches among 50,000 providers, 32 had a page
whose last hit tied with others beyond it, never with more than three; asking again costs half."""

MAX_SUGGESTIONS = 12
"""Titles that take turns by the day for the places a list of suggestions has."""
GAP = 16
"""Positions between two parts of a document's text: no phrase reaches over them."""


class EngineError(Exception):
    """The engine can't answer or store now."""


@dataclass(frozen=True, slots=True)
class Upsert:
    """Hold this document as of `version`."""

    document: IndexedDocument
    version: int

    @property
    def identity(self) -> tuple[str, str]:
        """Type and key."""
        return self.document.type, self.document.key


@dataclass(frozen=True, slots=True)
class Delete:
    """Hold no such document as of `version`."""

    type: str
    key: str
    version: int

    @property
    def identity(self) -> tuple[str, str]:
        """Type and key."""
        return self.type, self.key


Write = Upsert | Delete


@dataclass(frozen=True, slots=True)
class Shown:
    """Texts of a hit as they were indexed: for its title and its highlights."""

    title: Bilingual = field(default_factory=Bilingual)
    summary: Bilingual = field(default_factory=Bilingual)
    offers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """One document found; `distance_km` from the place asked for, None without one."""

    type: str
    key: str
    score: float
    shown: Shown = field(default_factory=Shown)
    distance_km: float | None = None


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What an engine answers: how many there are, the page asked for, and counts by facet,
    most first, as (value, documents)."""

    total: int
    hits: tuple[Hit, ...]
    facets: Mapping[str, tuple[tuple[str, int], ...]] = field(default_factory=dict)
    terms: tuple[str, ...] = ()
    """By which documents were found, of a text and its phrases: for highlights."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A document proposed while somebody types."""

    type: str
    key: str
    title: Bilingual


@dataclass(frozen=True, slots=True)
class Health:
    """Whether an engine can be used now, and in a few words why not."""

    ok: bool
    detail: str = ""


class Engine(ABC):
    """A search engine that holds one set of documents behind an alias.

    Every method raises EngineError when the engine can't be used."""

    name: str

    @abstractmethod
    def write(self, batch: Sequence[Write]) -> dict[tuple[str, str], str]:
        """Apply a batch; what is older than what the engine holds is passed over.

        Searches see it afterwards. Answers what could not be stored: (type, key) → why."""

    @abstractmethod
    def search(self, query: SearchQuery) -> SearchResult:
        """Hits, total and facet counts."""

    @abstractmethod
    def knn(
        self, vector: Vector, *, filters: Filters, k: int, type: str
    ) -> list[tuple[str, float]]:
        """The `k` documents of a type with the nearest passage: (key, cosine), nearest first."""

    @abstractmethod
    def suggest(
        self, prefix: str, *, types: Sequence[str] = (), limit: int = 8, day: date = FIRST_DAY
    ) -> list[Suggestion]:
        """Documents whose title has words that begin with each word typed, in either language,
        in pinyin or by initials; Chinese anywhere. Titles that begin with it come first, `day`
        turns the order of the others over. `limit` is MAX_SUGGESTIONS at most."""

    @abstractmethod
    def correct(self, text: str) -> str | None:
        """The text with words in Latin letters that no document has replaced by the nearest ones
        that some have, the most frequent of these; None when there is nothing to replace."""

    @abstractmethod
    def versions(self, type: str) -> Iterator[tuple[str, int]]:
        """Key and version of every document of a type, in no order."""

    def checksum(self, type: str) -> tuple[int, int]:
        """How many documents of a type it holds, and a sum over their keys and versions that
        does not depend on their order."""
        return shape.checksum(type, self.versions(type))

    @abstractmethod
    def count(self, type: str = "") -> int:
        """How many documents it holds, of one type if given."""

    @abstractmethod
    def exists(self) -> bool:
        """Whether an index was ever made; reading without one finds nothing."""

    @abstractmethod
    def health(self) -> Health:
        """Whether it can be used now; raises nothing."""

    @abstractmethod
    def layout(self) -> Any:
        """What sets the form of this engine's index, as JSON: its schema, and how a document
        that has everything is stored."""

    def shape(self) -> str:
        """Fingerprint of an index as it would be made now."""
        return shape.fingerprint(self.layout())

    @abstractmethod
    def held_shape(self) -> str | None:
        """The fingerprint that the index in use was made with, "" where that is not known; None
        when there is no index."""

    @abstractmethod
    def beside(self) -> list[str]:
        """Names of indexes that are not in use: what a rebuild is filling, or left half-built."""

    @abstractmethod
    def discard(self, name: str) -> None:
        """Remove an index that is not in use."""

    @abstractmethod
    def rebuilding(
        self, *, resume: str = "", keep: bool = False
    ) -> "AbstractContextManager[Rebuild]":
        """A new empty index beside the one in use, or the one named `resume` as it was left.

        On leaving it is dropped unless it was published or is to be kept for another time."""

    @abstractmethod
    def drop(self) -> None:
        """Remove the index in use and all beside it."""


class Rebuild(ABC):
    """An index being filled beside the one in use."""

    name: str
    writers: int = 1
    """Calls of `write` that may be under way at once; with one, nothing else meanwhile."""

    @abstractmethod
    def checkpoint(self) -> None:
        """What was written until now outlives this process, however it ends."""

    @abstractmethod
    def versions(self, type: str) -> Iterator[tuple[str, int]]:
        """Key and version of every document of a type as of the last checkpoint."""

    @abstractmethod
    def write(self, batch: Sequence[Write]) -> dict[tuple[str, str], str]:
        """Like Engine.write, into the new index."""

    @abstractmethod
    def publish(self, replay: Callable[[], object]) -> None:
        """Move the alias here. `replay` brings in late writes just before it, while where
        possible nobody else writes."""


# What engines share


def searched_texts(document: IndexedDocument) -> list[str]:
    """The parts of a document that are searched, as one field.

    Plain BM25 over all of it: on the judged needs kept for tuning, counting titles or labels two
    or three times made nothing better (nDCG@10 .479 without, .473 with)."""
    texts = [document.title.zh, document.title.en, document.summary.zh, document.summary.en]
    for offer in document.offers:
        texts += [offer.text.zh, offer.text.en]
    return [text for text in (*texts, *document.labels) if text]


def shown(document: IndexedDocument) -> dict[str, Any]:
    """`Shown` of a document as JSON."""
    offers = [text for offer in document.offers for text in (offer.text.zh, offer.text.en) if text]
    return {
        "title": [document.title.zh, document.title.en],
        "summary": [document.summary.zh, document.summary.en],
        "offers": offers,
    }


def read_shown(data: Mapping[str, Any]) -> Shown:
    """The other way."""
    return Shown(Bilingual(*data["title"]), Bilingual(*data["summary"]), tuple(data["offers"]))


def lowest_prices(document: IndexedDocument) -> dict[str, int]:
    """The lowest price of each offer type that says one."""
    lowest: dict[str, int] = {}
    for offer in document.offers:
        if offer.price_from is not None:
            lowest[offer.type] = min(offer.price_from, lowest.get(offer.type, offer.price_from))
    return lowest


def unit_vectors(document: IndexedDocument) -> list[Vector]:
    """The passages' vectors at length 1; those of length 0 point nowhere and are left out."""
    vectors = [np.asarray(vector, dtype=np.float32) for vector in document.vectors]
    return [vector / norm for vector in vectors if (norm := float(np.linalg.norm(vector))) > 0]


def ordered_page(
    scored: Iterable[tuple[float, int, Any]], query: SearchQuery, *, descending: bool = True
) -> list[tuple[float, int, Any]]:
    """The page asked for of (score, document's number, anything), equal scores in the order of
    the day."""
    sign = -1 if descending else 1
    placed = sorted(scored, key=lambda hit: (sign * order_score(hit[0]), tie(hit[1], query.day)))
    return placed[query.offset : query.end]


def first_window(query: SearchQuery) -> int:
    """How many hits are asked for at first: the page, and what its last one may tie with."""
    return query.end + (_BEYOND if query.limit else 1)


def tie_window(
    fetch: Callable[[int], Sequence[Any]],
    score: Callable[[Any], float],
    query: SearchQuery,
) -> Sequence[Any]:
    """The first hits of a search, as many as the page needs and all that share the score of its
    last one (MAX_TIE_WINDOW more at most); `fetch(n)` gives the first n."""
    wanted, limit = first_window(query), query.end + MAX_TIE_WINDOW
    hits = fetch(wanted)
    while len(hits) >= wanted and wanted < limit and query.limit:
        if order_score(score(hits[query.end - 1])) != order_score(score(hits[-1])):
            break
        wanted = min(limit, max(wanted * 2, 100))
        hits = fetch(wanted)
    return hits


def ordered_suggestions(found: Sequence[tuple[bool, int, Any]], day: date, limit: int) -> list[Any]:
    """The first of (whether the title begins with it, document's number, anything)."""
    ranked = sorted(found, key=lambda one: (not one[0], tie(one[1], day)))
    return [one for _, _, one in ranked[:limit]]


def chunks(items: Iterable[Any], size: int) -> Iterator[list[Any]]:
    """Lists of up to `size` items."""
    part: list[Any] = []
    for item in items:
        part.append(item)
        if len(part) == size:
            yield part
            part = []
    if part:
        yield part


def ordered_counts(counts: Iterable[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    """Counts above zero, most first, equal ones by value."""
    # Twice, as the second sort keeps the order of the first and neither calls back into Python.
    by_value = sorted(counts)
    return tuple(pair for pair in sorted(by_value, key=itemgetter(1), reverse=True) if pair[1])
