"""What is asked of an engine. Pure: no Django, no clock."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from hashlib import blake2b
from typing import Literal

from search.analysis import analyze_query
from search.filters import KEYWORDS, Filters
from search.geo import Near

Sort = Literal["relevance", "newest", "distance"]
SORTS: tuple[Sort, ...] = ("relevance", "newest", "distance")

MAX_TEXT = 5_000
"""Characters of a text that are searched for."""
MAX_PHRASES = 8
MAX_EXCLUDED = 16
MAX_PHRASE = 200
"""Characters of one phrase or exclusion."""
MAX_CONCEPTS = 200
MAX_NEAREST = 1_000
MAX_VALUES = 10_000
"""Values that hits are narrowed to, of all fields together."""
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
FIRST_DAY = date(2026, 1, 1)


_LIMITS = (
    ("phrases", MAX_PHRASES),
    ("excluded", MAX_EXCLUDED),
    ("concepts", MAX_CONCEPTS),
    ("nearest", MAX_NEAREST),
)


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """One question. Documents match by the text (any term) or a concept; with neither, all do.

    `types` empty means all; `only`, where given, are the (type, key) that may be found, MAX_ONLY
    at most. `day` turns the order of equal scores over. `offset` + `limit` must
    not pass MAX_WINDOW."""

    text: str = ""
    phrases: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    concepts: tuple[tuple[str, float], ...] = ()
    nearest: tuple[tuple[str, str, float], ...] = ()
    types: tuple[str, ...] = ()
    only: tuple[tuple[str, str], ...] = ()
    filters: Filters = field(default_factory=Filters)
    near: Near | None = None
    sort: Sort = "relevance"
    offset: int = 0
    limit: int = 20
    facets: tuple[str, ...] = ()
    day: date = FIRST_DAY

    def __post_init__(self) -> None:
        if not (self.offset >= 0 and self.limit >= 0 and self.end <= MAX_WINDOW):
            raise ValueError(f"hits {self.offset} to {self.end} are not among {MAX_WINDOW}")
        if len(self.only) > MAX_ONLY:
            raise ValueError(f"more than {MAX_ONLY} documents to choose from")
        if self.sort not in SORTS:
            raise ValueError(f"no sort {self.sort!r}")
        if self.sort == "distance" and self.near is None:
            raise ValueError("sorting by distance wants a place")
        for name, limit in _LIMITS:
            if len(getattr(self, name)) > limit:
                raise ValueError(f"more than {limit} {name}")
        for phrase in (*self.phrases, *self.excluded):
            if len(phrase) > MAX_PHRASE:
                raise ValueError(f"a phrase of more than {MAX_PHRASE} characters")
        exact = list(self._exact())
        if len(exact) > MAX_VALUES + MAX_CONCEPTS + 2 * (MAX_NEAREST + MAX_ONLY):
            raise ValueError(f"more than {MAX_VALUES} values")
        # At once: thousands of values are as good as one.
        "".join(exact).encode()

    def _exact(self) -> Iterator[str]:
        """Everything that is compared as it is."""
        yield from self.types
        for name in KEYWORDS:
            yield from self.filters.values(name)
        for concept, _ in self.concepts:
            yield concept
        for type, key, _ in self.nearest:
            yield from (type, key)
        for pair in self.only:
            yield from pair

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
        return bool(self.text.strip() or self.concepts or self.nearest or self.phrases)

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
