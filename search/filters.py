"""What narrows a search. Pure: no Django, no engine."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace

KEYWORDS = ("kind", "tier", "industry", "district", "offer_type", "concept", "language")
"""Fields of exact values, several of each a document; they are the facets too."""
FIELDS = (*KEYWORDS, "price_max", "verified")
MAX_PRICE = 10**12
MAX_VALUES = 100
_TRUE, _FALSE = ("true", "1", "yes"), ("false", "0", "no")


class FilterError(ValueError):
    """A filter that can't be used: `field` is unknown, or `value` is nothing for it."""

    def __init__(self, field: str, value: str | None = None) -> None:
        self.field, self.value = field, value
        if value is None:
            message = f"no filter {field!r}; there are {', '.join(FIELDS)}"
        else:
            message = f"{value!r} is no value for {field}"
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Filters:
    """Hard constraints: any of the values of one field, every field.

    With `offer_type` and `price_max` (CNY) one and the same offer meets both. An offer without
    a price meets no `price_max`."""

    kind: tuple[str, ...] = ()
    tier: tuple[str, ...] = ()
    industry: tuple[str, ...] = ()
    district: tuple[str, ...] = ()
    offer_type: tuple[str, ...] = ()
    concept: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    price_max: int | None = None
    verified: bool | None = None

    def __bool__(self) -> bool:
        return any(getattr(self, item.name) not in ((), None) for item in fields(self))

    def values(self, field: str) -> tuple[str, ...]:
        """The values asked for of one of KEYWORDS."""
        return getattr(self, field)

    def without(self, field: str) -> "Filters":
        """The same filters less one of KEYWORDS."""
        return replace(self, **{field: ()})  # type: ignore[arg-type]

    @classmethod
    def parse(cls, given: Mapping[str, Iterable[str]]) -> "Filters":
        """From field → texts, as an address or a command line has them.

        Raises FilterError for a field or value that is none."""
        parsed: dict[str, object] = {}
        for field, texts in given.items():
            values = tuple(dict.fromkeys(text.strip() for text in texts if text.strip()))
            if field not in FIELDS:
                raise FilterError(field)
            if len(values) > MAX_VALUES:
                raise FilterError(field, ", ".join(values)[:80])
            if not values:
                continue
            parsed[field] = _parse(field, values)
        return cls(**parsed)  # type: ignore[arg-type]


def _parse(field: str, values: tuple[str, ...]) -> object:
    last = values[-1]
    if field == "price_max":
        # int() also takes digits of other scripts and underscores.
        if not (last.isascii() and last.isdigit() and int(last[:20]) <= MAX_PRICE):
            raise FilterError(field, last[:80])
        return int(last)
    if field == "verified":
        if last.lower() not in _TRUE + _FALSE:
            raise FilterError(field, last[:80])
        return last.lower() in _TRUE
    return values
