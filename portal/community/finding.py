"""Narrowing the list of projects by words and capabilities: the index finds, the database shows."""

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils import timezone

from portal.community.queries import concept_chips, published_projects
from portal.vocabulary import get_vocabulary
from search import engines
from search.engines.base import EngineError
from search.filters import Filters
from search.queries import SearchQuery

MAX_TEXT = 200
MAX_CONCEPTS = 10
MOST = 500
"""Projects listed at most."""


@dataclass(frozen=True)
class Wanted:
    """What a visitor asks for: words, and capabilities (any of them)."""

    text: str = ""
    concepts: tuple[str, ...] = ()

    @classmethod
    def parse(cls, query: QueryDict) -> "Wanted":
        """From the address; capabilities that nobody knows are passed over."""
        known = get_vocabulary().concepts
        concepts = [value for value in query.getlist("concept") if value in known]
        text = " ".join(query.get("q", "").replace("\x00", " ").split())[:MAX_TEXT]
        return cls(text, tuple(dict.fromkeys(concepts))[:MAX_CONCEPTS])

    def __bool__(self) -> bool:
        return bool(self.text or self.concepts)


@dataclass(frozen=True)
class Found:
    """Slugs in order, and how many projects have each capability."""

    slugs: list[str]
    concepts: list[dict[str, Any]]

    @property
    def total(self) -> int:
        """How many there are."""
        return len(self.slugs)


def find(wanted: Wanted) -> Found:
    """Published projects that fit; all of them, newest first, when nothing is asked for or the
    index can't be used."""
    query = SearchQuery(
        text=wanted.text,
        types=("project",),
        filters=Filters(concept=wanted.concepts),
        limit=MOST,
        facets=("concept",),
        day=timezone.localdate(),
    )
    every = published_projects().values_list("slug", flat=True)[:MOST]
    try:
        result = engines.search(query).result
    except EngineError:
        return Found(list(every), [])
    counts = dict(result.facets.get("concept", ()))
    chips = concept_chips(list(counts))
    return Found(
        [hit.key for hit in result.hits] if wanted else list(every),
        [
            {"value": chip["concept"], "label": chip["label"], "count": counts[chip["concept"]]}
            for chip in chips
        ],
    )
