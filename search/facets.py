"""Counts by field, and the registry of what their values are called."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from search.documents import Bilingual


@dataclass(frozen=True, slots=True)
class FacetField:
    """A field of `filters.KEYWORDS`: its name for the page (a lazy translation) and how its
    values are called; a value missing from the answer of `labels` is shown as it is."""

    name: str
    label: Any
    labels: Callable[[Iterable[str]], dict[str, Bilingual]]


_fields: dict[str, FacetField] = {}


def register(field: FacetField) -> None:
    """Add a field; the same name again replaces it."""
    _fields[field.name] = field


def field_label(name: str) -> Any:
    """What the field is called on the page."""
    return _fields[name].label if name in _fields else name


def value_labels(name: str, values: Iterable[str]) -> dict[str, Bilingual]:
    """What each value is called."""
    wanted = list(values)
    known = _fields[name].labels(wanted) if name in _fields else {}
    return {value: known.get(value) or Bilingual(value, value) for value in wanted}
