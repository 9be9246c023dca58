"""Narrowing the list of projects by words and capabilities: the index finds, the database shows."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import QueryDict

from portal.community.models import Project
from portal.community.queries import published_projects, with_contributors
from portal.discovery.service import SearchAnswer, SearchRequest, search
from portal.foundation.text import content_language
from portal.vocabulary import get_vocabulary
from search.engines.base import EngineError
from search.filters import Filters

PAGE = 12
MAX_TEXT = 200
MAX_CONCEPTS = 10
MAX_PAGE = 500


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
    """One page of projects in order, how many there are, and how many have each capability."""

    projects: list[Project]
    total: int
    page: int
    pages: int
    concepts: list[dict[str, Any]]


def find(wanted: Wanted, page: int) -> Found:
    """Published projects that fit, best first; all of them, newest first, when nothing is asked
    for or the index can't be used. `page` counts from 1; one too far is the last."""
    try:
        return _by_index(wanted, page) if wanted else _every(page, _concepts(_ask(wanted, 1, 0)))
    except EngineError:
        return _every(page, [])


def _ask(wanted: Wanted, page: int, size: int) -> SearchAnswer:
    filters = Filters(concept=wanted.concepts)
    return search(
        SearchRequest(
            text=wanted.text,
            types=("project",),
            filters=filters,
            page=page,
            page_size=size,
            language=content_language(),
        )
    )


def _by_index(wanted: Wanted, page: int) -> Found:
    answer = _ask(wanted, page, PAGE)
    if page > max(answer.pages, 1):
        return _by_index(wanted, max(answer.pages, 1))
    projects = [hit.object for hit in answer.hits]
    return Found(projects, answer.total, page, answer.pages, _concepts(answer))


def _every(number: int, concepts: list[dict[str, Any]]) -> Found:
    page = Paginator(with_contributors(published_projects()), PAGE).get_page(number)
    pages, total = page.paginator.num_pages, page.paginator.count
    return Found(list(page), total, page.number, pages, concepts)


def _concepts(answer: SearchAnswer) -> list[dict[str, Any]]:
    return [
        {
            "value": value.value,
            "label": {"zh": value.label.zh, "en": value.label.en},
            "count": value.count,
        }
        for facet in answer.facets
        if facet.field == "concept"
        for value in facet.values
    ]
