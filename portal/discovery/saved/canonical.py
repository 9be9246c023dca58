"""One form for searches that mean the same, so that a person's duplicates are recognised and
equal searches of many people run once."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from portal.discovery import place, search_page
from portal.discovery.parameters import Parameters, parse_request
from portal.discovery.service import SearchRequest
from portal.foundation.text import content_language
from search import documents
from search.analysis import prepare

NAME_TEXT = 60
_ONE = ("q", "near", "place", "within", "price_max", "verified")
_PLACE = ("near", "place", "within")
# The order of results means nothing to a search that waits for new ones.
_LEFT_OUT = ("sort",)


@dataclass(frozen=True, slots=True)
class Canonical:
    """A search that can be saved: what the address says, and what it means."""

    parameters: str
    digest: str
    request: SearchRequest


def canonical(given: Parameters) -> Canonical:
    """The canonical form of an address's parameters; names that mean nothing are left out.

    Raises BadParameter as the search page does."""
    wanted = {name: given[name] for name in search_page.ADDRESS if name in given}
    request = parsed(wanted)
    values = {name: _values(name, wanted[name]) for name in wanted if name not in _LEFT_OUT}
    if request.near is None:
        values = {name: found for name, found in values.items() if name not in _PLACE}
    else:
        if values.get("near"):
            values.pop("place", None)
        within = request.near.within_km
        values["within"] = [] if within is None else [f"{within:g}"]
    if request.filters.verified is not None:
        values["verified"] = [str(request.filters.verified).lower()]
    if request.filters.price_max is not None:
        values["price_max"] = [str(request.filters.price_max)]
    pairs = [(name, value) for name in search_page.ADDRESS for value in values.get(name, ())]
    # Case and width make no difference to what is found.
    meaning = [(name, prepare(value).lower() if name == "q" else value) for name, value in pairs]
    digest = blake2b(urlencode(meaning).encode(), digest_size=16).hexdigest()
    return Canonical(urlencode(pairs), digest, request)


def parsed(given: Parameters) -> SearchRequest:
    """The request of parameters, less their order.

    Raises BadParameter."""
    resolved = place.resolve({name: given[name] for name in given if name not in _LEFT_OUT})
    return parse_request(resolved, language=content_language())


def name_of(search: Canonical) -> str:
    """A name in words: the text, what is searched, and the filters."""
    text = " ".join(search.request.text.split())
    if len(text) > NAME_TEXT:
        text = text[: NAME_TEXT - 1].rstrip() + "…"
    kinds = [str(documents.get_type(name).label) for name in search.request.types]
    filters = [
        choice.label
        for choice in search_page.active_filters(QueryDict(search.parameters), search.request)
    ]
    parts = [part for part in (text, ", ".join(kinds), *filters) if part]
    return " · ".join(parts)[:120] or _("Everything")


def _values(name: str, given: Sequence[str]) -> list[str]:
    found = [" ".join(unicodedata.normalize("NFC", value).split()) for value in given]
    if name == "in":
        found = [part.strip() for value in found for part in value.split(",")]
    found = [value.replace("\0", " ").strip() for value in found]
    if name in _ONE:
        return [value for value in found[-1:] if value]
    return sorted({value for value in found if value})
