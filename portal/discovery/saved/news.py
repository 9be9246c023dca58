"""What a saved search came upon since it was saved, as a visitor may see it now."""

from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page, Paginator

from portal.discovery.alerts.matching import by_type
from portal.discovery.models import SavedSearch, SavedSearchHit
from portal.discovery.service import SearchHit
from portal.foundation.text import content_language
from search import documents, engines
from search.engines.base import EngineError, Hit
from search.queries import SearchQuery

PAGE_SIZE = 20


@dataclass(frozen=True, slots=True)
class News:
    """One document, and when it was found."""

    hit: SearchHit
    found_at: datetime


@dataclass(frozen=True, slots=True)
class NewsPage:
    """A page of news; `gone` of its documents are not to be seen any more."""

    page: "Page[SavedSearchHit]"
    entries: tuple[News, ...]
    gone: int


def news_of(search: SavedSearch, number: str) -> NewsPage:
    """The documents of a page, newest first: a query a type, and one to the index for their
    texts."""
    rows = SavedSearchHit.objects.filter(saved_search=search, existed=False)
    page = Paginator(rows, PAGE_SIZE).get_page(number)
    names = [(row.type, row.key) for row in page]
    shown = _from_index(names)
    wanted = by_type(shown)
    kinds = {kind.type: kind for kind in documents.types() if kind.type in wanted}
    objects = {
        (name, key): row
        for name, kind in kinds.items()
        for key, row in kind.get(wanted[name]).items()
    }
    language = content_language()
    entries = tuple(
        News(
            SearchHit(kinds[row.type], objects[name], shown[name], (), language),
            row.found_at,
        )
        for row in page
        if (name := (row.type, row.key)) in objects
    )
    return NewsPage(page, entries, len(names) - len(entries))


def _from_index(names: list[tuple[str, str]]) -> dict[tuple[str, str], Hit]:
    if not names:
        return {}
    query = SearchQuery(only=tuple(names), limit=len(names))
    try:
        hits = engines.search(query).result.hits
    except EngineError:
        return {}
    return {(hit.type, hit.key): hit for hit in hits}
