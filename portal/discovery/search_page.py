"""What the search page shows of an answer: tabs, facets, filters in effect, orders."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from portal.discovery import place
from portal.discovery.parameters import plain
from portal.discovery.service import Facet, SearchAnswer, SearchRequest
from portal.discovery.widening import without_one
from portal.foundation.money import format_cny
from portal.foundation.text import content_language, pick
from portal.vocabulary import get_vocabulary
from search import documents, facets
from search.filters import FIELDS, KEYWORDS
from search.queries import SORTS

DISTANCES = ("5", "10", "25", "50", "100")
ADDRESS = ("q", "without", "in", "near", "place", "within", "sort", *FIELDS)
"""Every name an address of the page may carry, beside the page's number."""
TABS = ("providers", "needs", "projects", "pages")
"""Types in the order of their tabs; others follow."""
PLACE = ("near", "place", "within")


@dataclass(frozen=True)
class Choice:
    """Something to click: `current` is the one in effect."""

    label: str
    url: str
    current: bool = False
    count: int | None = None


@dataclass(frozen=True)
class Field:
    """A parameter of the address, to be sent again by a form."""

    name: str
    value: str


def address(query: QueryDict, **changed: str | Iterable[str] | None) -> str:
    """The page's address with names changed or (None) left out, from its first page on."""
    new = QueryDict(mutable=True)
    for name in ADDRESS:
        new.setlist(name, _values(query, name))
    for name, value in changed.items():
        values = [] if value is None else [value] if isinstance(value, str) else list(value)
        new.setlist(name, values)
    return "?" + new.urlencode()


def without(query: QueryDict, name: str, value: str) -> str:
    """The address less one value of a name."""
    return address(query, **{name: [other for other in query.getlist(name) if other != value]})


def canonical(query: QueryDict, page: int) -> str:
    """The address in the one order of names that every link of the page has."""
    found = address(query)
    return found if page == 1 else f"{found}&page={page}"


def hidden(query: QueryDict, *but: str) -> list[Field]:
    """What a form sends again beside its own fields."""
    return [
        Field(name, value) for name in ADDRESS if name not in but for value in _values(query, name)
    ]


def _values(query: QueryDict, name: str) -> list[str]:
    return [value for value in map(plain, query.getlist(name)) if value]


def tabs(query: QueryDict, answer: SearchAnswer | None) -> list[Choice]:
    """All, then one tab a type with how many it has. Filters and order stay."""
    chosen = {name for text in query.getlist("in") for name in text.split(",") if name}
    counts = answer.types if answer else {}
    everything = Choice(
        _("All"),
        address(query, **{"in": None}),
        not chosen,
        sum(counts.values()) if answer else None,
    )
    return [
        everything,
        *(
            Choice(
                str(kind.label),
                address(query, **{"in": kind.plural}),
                chosen == {kind.plural},
                counts.get(kind.type, 0) if answer else None,
            )
            for kind in sorted(documents.types(), key=_tab_place)
        ),
    ]


def _tab_place(kind: documents.DocumentType) -> int:
    return TABS.index(kind.plural) if kind.plural in TABS else len(TABS)


def facet_lists(answer: SearchAnswer) -> list[dict[str, Any]]:
    """What `{% facet_list %}` shows; facets without values are left out."""
    return [_facet(facet) for facet in answer.facets if facet.values]


def _facet(facet: Facet) -> dict[str, Any]:
    return {
        "name": facet.field,
        "label": facet.label,
        "open": facet.field in ("kind", "tier", "industry", "district"),
        "values": [
            {
                "value": value.value,
                "label": pick(value.label.zh, value.label.en),
                "count": value.count,
            }
            for value in facet.values
        ],
    }


def active_filters(query: QueryDict, request: SearchRequest) -> list[Choice]:
    """Each filter in effect, with the address that takes it away."""
    filters = request.filters
    shown = []
    for name in KEYWORDS:
        labels = facets.value_labels(name, filters.values(name))
        shown += [
            Choice(pick(label.zh, label.en), without(query, name, value))
            for value, label in labels.items()
        ]
    if filters.price_max is not None:
        text = _("up to %(amount)s") % {"amount": format_cny(filters.price_max)}
        shown.append(Choice(text, address(query, price_max=None)))
    if filters.verified is not None:
        text = _("Verified") if filters.verified else _("Not verified")
        shown.append(Choice(text, address(query, verified=None)))
    if request.near is not None:
        dropped: dict[str, None] = dict.fromkeys(PLACE)
        if request.sort == "distance":
            dropped["sort"] = None
        shown.append(Choice(_place(query, request), address(query, **dropped)))
    return shown


def _place(query: QueryDict, request: SearchRequest) -> str:
    near = request.near
    if near is None:
        return ""
    named = "" if query.get("near") else place.label(query.get("place", ""), content_language())
    where = named or f"{near.latitude:g}, {near.longitude:g}"
    if near.within_km is None:
        return _("near %(place)s") % {"place": where}
    return _("within %(km)s km of %(place)s") % {"km": f"{near.within_km:g}", "place": where}


def wider(query: QueryDict, answer: SearchAnswer) -> list[Choice]:
    """For a search that finds nothing: each filter to take away, with what there is then."""
    labels = {
        "near": _("the place"),
        "price_max": _("the price"),
        "verified": _("verified only"),
        "in": _("the kind of result"),
    }
    choices = []
    for one in without_one(answer):
        dropped: dict[str, None] = dict.fromkeys(PLACE if one.name == "near" else [one.name])
        if one.name == "near" and answer.request.sort == "distance":
            dropped["sort"] = None
        label = labels.get(one.name) or str(facets.field_label(one.name))
        choices.append(Choice(label, address(query, **dropped), count=one.total))
    return choices


def sorts(query: QueryDict, answer: SearchAnswer) -> list[Choice]:
    """The orders that can be chosen; by distance only with a place."""
    names = {
        "relevance": _("Best first"),
        "newest": _("Newest first"),
        "distance": _("Nearest first"),
    }
    return [
        Choice(
            names[name],
            address(query, sort=None if name == "relevance" else name),
            answer.request.sort == name,
        )
        for name in SORTS
        if name != "distance" or answer.request.near is not None
    ]


def place_form(query: QueryDict) -> dict[str, Any]:
    """The choice of place and distance, as the address has it."""
    language, chosen = content_language(), query.get("place", "")
    within = query.get("within", "")[:10] or place.DEFAULT_KM
    vocabulary = get_vocabulary()
    return {
        "groups": [
            (_("Districts"), _options(vocabulary.districts, "code", language, chosen)),
            (_("Parks"), _options(vocabulary.parks, "key", language, chosen)),
        ],
        "near": query.get("near", "")[:40],
        "distances": [
            Choice(f"{km} km", km, km == within) for km in sorted({*DISTANCES, within}, key=_number)
        ],
    }


def _options(places: Iterable[Any], key: str, language: str, chosen: str) -> list[Choice]:
    return [
        Choice(one.label(language), getattr(one, key), getattr(one, key) == chosen)
        for one in places
    ]


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0
