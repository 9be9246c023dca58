"""A search request from texts: an address's parameters or a command line's options.

Shared by page, API and command, so that one address means the same everywhere."""

import math
import re
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from portal.discovery.service import PAGE_SIZE, SearchRequest
from portal.foundation.text import whole_number
from portal.vocabulary import get_vocabulary
from search import documents
from search.filters import FIELDS, FilterError, Filters
from search.geo import Near
from search.queries import MAX_TEXT, MAX_WINDOW, SORTS, Sort

Parameters = Mapping[str, Sequence[str]]
"""Name → values, as `QueryDict.lists()` gives them."""

MAX_VALUES = 50
"""Values of one filter."""
MAX_ALL_VALUES = 100
"""Values of all filters together."""
MAX_VALUE = 100
"""Characters of one value of a filter."""
# Neither searched for nor fit to be shown: control characters, marks that turn the reading
# direction, halves of characters.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_DIRECTION = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


class BadParameter(ValueError):
    """A parameter that can't be used; the message is for the person, `name` the parameter."""

    def __init__(self, name: str, message: str) -> None:
        self.name = name
        super().__init__(message)


def parse_request(given: Parameters, *, language: str, page_size: int = PAGE_SIZE) -> SearchRequest:
    """The request of an address: q, without, in, near, within, sort, page and every filter
    field. Other names are passed over.

    Raises BadParameter."""
    text = plain(_last(given, "q")).strip()
    if len(text) > MAX_TEXT:
        raise BadParameter("q", _("Please search for at most %(n)s characters.") % {"n": MAX_TEXT})
    near = parse_near(_last(given, "near"), _last(given, "within"))
    return SearchRequest(
        text=text,
        without=parse_without(given.get("without", ())),
        types=parse_types(given.get("in", ())),
        filters=parse_filters({name: given[name] for name in FIELDS if name in given}),
        near=near,
        sort=_sort(_last(given, "sort"), near),
        page=_page(_last(given, "page"), page_size),
        page_size=page_size,
        language=language,
    )


def plain(text: str) -> str:
    """A text as it is searched for and shown, without characters that nobody sees."""
    return _DIRECTION.sub("", _CONTROL.sub(" ", text))


def parse_without(concepts: Sequence[str]) -> tuple[str, ...]:
    """Concepts that are switched off; ids the vocabulary doesn't know are passed over.

    Raises BadParameter for too many."""
    _require_few("without", concepts)
    known = get_vocabulary().concepts
    return tuple(dict.fromkeys(concept for concept in concepts if concept in known))


def parse_types(plurals: Sequence[str]) -> tuple[str, ...]:
    """Types by their plural names, separated by commas or given apart.

    Raises BadParameter for a name that is none, or too many."""
    _require_few("in", plurals)
    known = {kind.plural: kind.type for kind in documents.types()}
    names = [part.strip() for text in plurals for part in text.split(",") if part.strip()]
    for name in names:
        if name not in known:
            raise BadParameter(
                "in",
                _("There is no “%(name)s” to search in; there are %(known)s.")
                % {"name": name[:40], "known": ", ".join(known)},
            )
    return tuple(dict.fromkeys(known[name] for name in names))


def parse_filters(given: Parameters) -> Filters:
    """Filters by field.

    Raises BadParameter that names the field."""
    for name, values in given.items():
        _require_few(name, values)
    if sum(map(len, given.values())) > MAX_ALL_VALUES:
        message = _("At most %(most)s filters can be used at once.")
        raise BadParameter(next(iter(given)), message % {"most": MAX_ALL_VALUES})
    try:
        return Filters.parse(given)
    except FilterError as error:
        if error.value is None:
            message = _("There is no filter “%(name)s”; there are %(known)s.") % {
                "name": error.field[:40],
                "known": ", ".join(FIELDS),
            }
        else:
            message = _("“%(value)s” is no value for the filter %(name)s.") % {
                "value": error.value[:80],
                "name": error.field,
            }
        raise BadParameter(error.field, message) from None


def parse_near(place: str, within: str = "") -> Near | None:
    """`LAT,LON` in degrees and a distance in km.

    Raises BadParameter."""
    if not place.strip():
        if within.strip():
            raise BadParameter("within", _("A distance wants a place to measure it from."))
        return None
    try:
        latitude, longitude = (float(part) for part in place.split(","))
        Near(latitude, longitude)
    except ValueError:
        message = _("“%(value)s” is no place; write latitude,longitude, such as 29.87,121.54.")
        raise BadParameter("near", message % {"value": place[:40]}) from None
    if not within.strip():
        return Near(latitude, longitude)
    try:
        distance = float(within)
        if not math.isfinite(distance):
            raise ValueError
        return Near(latitude, longitude, within_km=distance)
    except ValueError:
        message = _("“%(value)s” is no distance in km between 0 and 20,100.")
        raise BadParameter("within", message % {"value": within[:40]}) from None


def _require_few(name: str, values: Sequence[str]) -> None:
    if len(values) > MAX_VALUES:
        message = _("At most %(most)s values of “%(name)s” can be used at once; these are %(n)s.")
        raise BadParameter(name, message % {"most": MAX_VALUES, "name": name, "n": len(values)})
    for value in values:
        if len(value) > MAX_VALUE:
            message = _("“%(value)s…” is no value for the filter %(name)s.")
            raise BadParameter(name, message % {"value": plain(value[:40]), "name": name})


def _last(given: Parameters, name: str) -> str:
    values = given.get(name, ())
    return values[-1] if values else ""


def _sort(text: str, near: Near | None) -> Sort:
    for sort in SORTS:
        if text == sort and (sort != "distance" or near is not None):
            return sort
    if text == "distance":
        raise BadParameter("sort", _("Sorting by distance wants a place."))
    if text:
        raise BadParameter(
            "sort",
            _("“%(value)s” is no order; there are %(known)s.")
            % {"value": text[:40], "known": ", ".join(SORTS)},
        )
    return "relevance"


def _page(text: str, page_size: int) -> int:
    if not text.strip():
        return 1
    number = whole_number(text, 8) or 0
    if number < 1 or number * page_size > MAX_WINDOW:
        raise BadParameter("page", _("There is no page “%(value)s”.") % {"value": text[:40]})
    return number
