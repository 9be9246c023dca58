"""What a search that finds nothing would find without one of its filters."""

from dataclasses import dataclass, replace

from portal.discovery.service import SearchAnswer, SearchRequest, count
from search.engines.base import EngineError
from search.filters import KEYWORDS

MOST = 4
"""Filters proposed, those first that bring most."""


@dataclass(frozen=True)
class Wider:
    """One filter, by its name in the address (`near` for the place), and what there is without."""

    name: str
    total: int


def without_one(answer: SearchAnswer) -> list[Wider]:
    """Each filter without which there are results, the most first; [] when no engine can tell."""
    try:
        found = [
            Wider(name, count(replace(wider, reading=answer.reading)))
            for name, wider in _each(answer.request)
        ]
    except EngineError:
        return []
    ranked = sorted((one for one in found if one.total), key=lambda one: -one.total)
    return ranked[:MOST]


def _each(request: SearchRequest) -> list[tuple[str, SearchRequest]]:
    filters = request.filters
    wider = [
        (name, replace(request, filters=filters.without(name)))
        for name in KEYWORDS
        if filters.values(name)
    ]
    if filters.price_max is not None:
        wider.append(("price_max", replace(request, filters=replace(filters, price_max=None))))
    if filters.verified is not None:
        wider.append(("verified", replace(request, filters=replace(filters, verified=None))))
    if request.near is not None:
        sort = "relevance" if request.sort == "distance" else request.sort
        wider.append(("near", replace(request, near=None, sort=sort)))
    if request.types:
        wider.append(("in", replace(request, types=())))
    return wider
