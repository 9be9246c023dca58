"""Counts by field, and the registry of what their values are called."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from search.documents import Bilingual


@dataclass(frozen=True, slots=True)
class FacetField:
    """A field of `filters.KEYWORDS`: its name for the page (a lazy translation) and what a value
    is called, the same for as long as the process lives; None shows the value as it is."""

    name: str
    label: Any
    label_of: Callable[[str], Bilingual | None]


_fields: dict[str, FacetField] = {}


def register(field: FacetField) -> None:
    """Add a field; the same name again replaces it."""
    _fields[field.name] = field
    value_label.cache_clear()


def field_label(name: str) -> Any:
    """What the field is called on the page."""
    return _fields[name].label if name in _fields else name


@lru_cache(maxsize=20_000)
def value_label(name: str, value: str) -> Bilingual:
    """What one value is called; kept, as a search names hundreds."""
    known = _fields[name].label_of(value) if name in _fields else None
    return known or Bilingual(value, value)


def value_labels(name: str, values: Iterable[str]) -> dict[str, Bilingual]:
    """What each of some values is called."""
    return {value: value_label(name, value) for value in values}
