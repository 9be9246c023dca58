"""What an index holds of a row, and the registry in which each room says how.

A room subclasses `DocumentType` and calls `register` in its AppConfig.ready."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

import numpy as np
from django.db.models import Model, QuerySet
from numpy.typing import NDArray

from search.filters import KEYWORDS

Vector = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Bilingual:
    """A text in Chinese and in English; either may be empty."""

    zh: str = ""
    en: str = ""

    def __bool__(self) -> bool:
        return bool(self.zh or self.en)


@dataclass(frozen=True, slots=True)
class IndexedOffer:
    """One offer of a document; prices in CNY, `None` where they are not said."""

    type: str
    text: Bilingual = Bilingual()
    price_from: int | None = None
    price_to: int | None = None


@dataclass(frozen=True, slots=True)
class IndexedDocument:
    """What the index holds of one row that a signed-out visitor may see.

    `key` is the outward key (64 characters at most), `url` the path without language, `industry`
    holds each code with its ancestors, `latitude` and `longitude` are WGS 84 degrees, `vectors`
    one row per passage (n × dimensions, may be empty)."""

    type: str
    key: str
    url: str
    created: datetime
    title: Bilingual = Bilingual()
    summary: Bilingual = Bilingual()
    offers: tuple[IndexedOffer, ...] = ()
    labels: tuple[str, ...] = ()
    kind: str = ""
    tier: str = ""
    industry: tuple[str, ...] = ()
    district: str = ""
    concept: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    verified: bool = True
    latitude: float | None = None
    longitude: float | None = None
    vectors: tuple[Vector, ...] = field(default=(), repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.created.tzinfo is None:
            raise ValueError("created wants a time zone")
        if (self.latitude is None) != (self.longitude is None):
            raise ValueError("latitude and longitude go together")

    @property
    def keywords(self) -> Mapping[str, tuple[str, ...]]:
        """Facet values by field, each once, none empty."""
        values: dict[str, Iterable[str]] = {
            "kind": (self.kind,),
            "tier": (self.tier,),
            "industry": self.industry,
            "district": (self.district,),
            "offer_type": (offer.type for offer in self.offers),
            "concept": self.concept,
            "language": self.language,
        }
        return {name: tuple(dict.fromkeys(filter(None, values[name]))) for name in KEYWORDS}


class DocumentType(ABC):
    """How one kind of row gets into the index and comes back from it."""

    type: ClassVar[str]
    """Singular, as in the index and the outbox: `provider`."""
    plural: ClassVar[str]
    """As in `--in` and the address of the search page: `providers`."""
    label: ClassVar[Any]
    """For the page; a lazy translation."""
    facets: ClassVar[tuple[str, ...]] = ()
    """Those of KEYWORDS that the page offers for this type, in order."""
    hit_template: ClassVar[str]
    """Shows one hit; its context has `hit` and `object`."""
    key_field: ClassVar[str] = "key"

    @abstractmethod
    def queryset(self) -> QuerySet[Any]:
        """Every row that a signed-out visitor may see, with what `to_document` reads prefetched."""

    @abstractmethod
    def to_document(self, obj: Any) -> IndexedDocument:
        """What the index holds of a row."""

    def concepts(self, obj: Any) -> Collection[str]:
        """The concepts that a row of `hit_queryset` is indexed with."""
        return ()

    def hit_queryset(self) -> QuerySet[Any]:
        """Like `queryset`, with only what `hit_template` reads prefetched."""
        return self.queryset()

    def object_key(self, obj: Model) -> str:
        """The outward key of a row."""
        return str(getattr(obj, self.key_field))

    def keys(self) -> Iterable[str]:
        """The keys of every row of `queryset`."""
        rows = self.queryset().select_related(None).prefetch_related(None).order_by()
        return map(str, rows.values_list(self.key_field, flat=True).iterator())

    def get(self, keys: Iterable[str]) -> dict[str, Any]:
        """Those of the rows that a visitor may see now, by key: what authorises a hit."""
        rows = self.hit_queryset().filter(**{f"{self.key_field}__in": list(keys)})
        return {self.object_key(row): row for row in rows}

    def get_for_index(self, keys: Iterable[str]) -> dict[str, Any]:
        """The same rows with what `to_document` reads."""
        rows = self.queryset().filter(**{f"{self.key_field}__in": list(keys)})
        return {self.object_key(row): row for row in rows}


_types: dict[str, DocumentType] = {}


def register(document_type: DocumentType) -> None:
    """Add a type; the same name again replaces it."""
    _types[document_type.type] = document_type


def unregister(name: str) -> None:
    """Take a type out again."""
    _types.pop(name, None)


def get_type(name: str) -> DocumentType:
    """The type of that singular name. Raises KeyError."""
    return _types[name]


def types() -> list[DocumentType]:
    """Every registered type, in the order of registration."""
    return list(_types.values())
