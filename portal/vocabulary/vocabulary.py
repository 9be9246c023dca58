"""The vocabulary of the installation: reference data and concepts. Immutable in memory: when
editors change concepts, a new one takes its place."""

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import wraps
from math import asin, cos, radians, sin, sqrt
from threading import RLock, local
from time import monotonic
from types import MappingProxyType
from typing import Any, Protocol, TypeVar

from django.conf import settings

from portal.vocabulary import loader
from portal.vocabulary.schema import (
    Concept,
    ConceptKind,
    District,
    Exclusion,
    Industry,
    IndustryWords,
    OfferType,
    Park,
    Tier,
)

_INDUSTRY_CODE = re.compile(r"([A-T])(\d{2,4})?")
_LAST_DIVISION = 97
_EARTH_KM = 6371.0

Value = TypeVar("Value")


@dataclass(frozen=True)
class Vocabulary:
    """Everything a text is read against. `get_vocabulary()` gives the one that holds.

    `fit_hash` names what the classifier is fitted from, `concepts_hash` everything that concepts
    say; `fitted` counts the classifiers that this installation has fitted."""

    city: District
    districts: tuple[District, ...]
    parks: tuple[Park, ...]
    industries: Mapping[str, Industry]
    industry_words: tuple[IndustryWords, ...]
    tiers: tuple[Tier, ...]
    offer_types: tuple[OfferType, ...]
    kinds: Mapping[str, ConceptKind]
    concepts: Mapping[str, Concept]
    exclusions: Mapping[str, Exclusion]
    _districts: Mapping[str, District]
    _tiers: Mapping[str, Tier]
    _offer_types: Mapping[str, OfferType]
    _old_districts: Mapping[str, str]
    fit_hash: str
    concepts_hash: str
    edits: int = 0
    fitted: int = 0
    _derived: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    def current_district_code(self, code: str) -> str:
        """`code`, or the one that took its place (330283 is 330213 since 2016)."""
        return self._old_districts.get(code, code)

    def district(self, code: str) -> District | None:
        """The district of the city (or the city itself) by code, old codes too; None elsewhere."""
        return self._districts.get(self.current_district_code(code))

    def nearest_district(self, latitude: float, longitude: float) -> District:
        """The district whose centre is nearest. Degrees."""
        return min(
            self.districts,
            key=lambda d: distance_km(latitude, longitude, d.latitude, d.longitude),
        )

    def district_label(self, code: str, language: str) -> str:
        """The district's name; the code itself where it lies outside the city."""
        district = self.district(code)
        return district.label(language) if district else code

    def is_industry_code(self, code: str) -> bool:
        """Whether `code` has the shape of a GB/T 4754-2017 code, A01–T97 and finer."""
        found = _INDUSTRY_CODE.fullmatch(code)
        if not found:
            return False
        digits = found.group(2)
        return digits is None or 1 <= int(digits[:2]) <= _LAST_DIVISION

    def industry(self, code: str) -> Industry | None:
        """The class by code; None for codes that are valid but not named here."""
        return self.industries.get(code)

    def industry_label(self, code: str, language: str) -> str:
        """The class's name; in English the nearest named ancestor's below the section; else the
        code."""
        if language == "en":
            for known in (code, *self.industry_ancestors(code)):
                industry = self.industries.get(known)
                if industry and industry.en and (known == code or len(known) > 1):
                    return industry.en
            return code
        industry = self.industries.get(code)
        return industry.zh if industry else code

    def industry_ancestors(self, code: str) -> tuple[str, ...]:
        """Codes above `code`, nearest first: C3392 → C339, C33, C."""
        return tuple(code[:length] for length in (4, 3, 1) if length < len(code))

    def tier(self, key: str) -> Tier | None:
        """The rung by key; older keys of the same rung are understood."""
        return self._tiers.get(key)

    def tier_rank(self, key: str) -> int:
        """The rung's rank; 0 (registered) for an unknown key."""
        tier = self.tier(key)
        return tier.rank if tier else 0

    def offer_type(self, key: str) -> OfferType | None:
        """The offer type by key."""
        return self._offer_types.get(key)

    def concept(self, concept_id: str) -> Concept | None:
        """The concept by id."""
        return self.concepts.get(concept_id)

    def concept_label(self, concept_id: str, language: str) -> str:
        """The concept's name; the id itself when the vocabulary no longer has it."""
        concept = self.concept(concept_id)
        return concept.label(language) if concept else concept_id

    def exclusion(self, key: str) -> Exclusion | None:
        """The exclusion by key."""
        return self.exclusions.get(key)


def build(concepts: Iterable[Concept] | None = None) -> Vocabulary:
    """The vocabulary of the data files, with `concepts` in the place of the file's.

    Relations are completed: what is related to or nearly another concept, is so both ways.
    Raises BadVocabulary that names the file and what is wrong with it."""
    places = loader.districts()
    tiers = loader.tiers()
    offer_types = loader.offer_types()
    all_tiers = _by(tiers, lambda tier: tier.key, "tiers.json")
    rows = _completed(loader.concepts() if concepts is None else tuple(concepts))
    return Vocabulary(
        city=places.city,
        districts=places.districts,
        parks=loader.parks(),
        industries=_by(loader.industries(), lambda row: row.code, "industries.csv"),
        industry_words=loader.industry_words(),
        tiers=tiers,
        offer_types=offer_types,
        kinds=_by(loader.kinds(), lambda row: row.key, "kinds.json"),
        concepts=_by(rows, lambda row: row.id, loader.CONCEPTS),
        exclusions=_by(loader.exclusions(), lambda row: row.key, "exclusions.json"),
        _districts=_by((*places.districts, places.city), lambda row: row.code, "districts.json"),
        _tiers=MappingProxyType(
            {**all_tiers, **{alias: tier for tier in tiers for alias in tier.aliases}}
        ),
        _offer_types=_by(offer_types, lambda row: row.key, "offer_types.json"),
        _old_districts=MappingProxyType(dict(places.old_codes)),
        fit_hash=loader.fit_hash(rows),
        concepts_hash=hashlib.sha256(
            "\n".join(row.model_dump_json() for row in rows).encode()
        ).hexdigest(),
    )


def _completed(concepts: tuple[Concept, ...]) -> tuple[Concept, ...]:
    wanted: dict[str, dict[str, dict[str, None]]] = {
        relation: defaultdict(dict) for relation in ("related", "near_misses")
    }
    for relation, pairs in wanted.items():
        for concept in concepts:
            for other in getattr(concept, relation):
                pairs[concept.id][other] = None
                pairs[other][concept.id] = None
    return tuple(
        concept.model_copy(
            update={relation: tuple(pairs[concept.id]) for relation, pairs in wanted.items()}
        )
        for concept in concepts
    )


@dataclass(frozen=True)
class Edits:
    """What editors changed: concepts in the place of the file's or new, and those switched off."""

    concepts: tuple[Concept, ...] = ()
    off: frozenset[str] = frozenset()


class EditsSource(Protocol):
    """Where edits are kept."""

    def stamp(self) -> tuple[int, int] | None:
        """How often concepts were changed and classifiers fitted; None when it cannot say."""
        ...

    def load(self) -> Edits:
        """What holds now."""
        ...


def edited(edits: Edits) -> tuple[Concept, ...]:
    """The file's concepts with `edits`, less what is off; relations lead to what is left."""
    rows = {row.id: row for row in loader.concepts()}
    rows.update((row.id, row) for row in edits.concepts)
    kept = {key: row for key, row in rows.items() if key not in edits.off}
    return tuple(
        row.model_copy(
            update={
                "broader": row.broader if row.broader in kept else None,
                "related": tuple(key for key in row.related if key in kept),
                "near_misses": tuple(key for key in row.near_misses if key in kept),
            }
        )
        for row in kept.values()
    )


class _Holder:
    """The vocabulary of this process, and when to ask again whether it still holds."""

    def __init__(self) -> None:
        self.lock = RLock()
        self.source: EditsSource | None = None
        self.vocabulary: Vocabulary | None = None
        self.asked = float("-inf")

    def current(self) -> Vocabulary:
        found = self.vocabulary
        if found is not None and not self._is_due():
            return found
        # One thread asks; the others go on with what there is.
        if self.lock.acquire(blocking=found is None):
            try:
                if self.vocabulary is None or self._is_due():
                    self.asked = monotonic()
                    self.vocabulary = self._renewed(self.vocabulary)
                return self.vocabulary
            finally:
                self.lock.release()
        return found or self.current()

    def _is_due(self) -> bool:
        every = settings.VOCABULARY_SECONDS
        return bool(self.source and every and monotonic() >= self.asked + every)

    def _renewed(self, known: Vocabulary | None) -> Vocabulary:
        stamp = self.source.stamp() if self.source and settings.VOCABULARY_SECONDS else None
        if stamp is None or self.source is None:
            return known or build()
        edits, fitted = stamp
        if known is None or known.edits != edits:
            fresh = build(edited(self.source.load()) if edits else None)
            return replace(fresh, edits=edits, fitted=fitted)
        # What is derived from the concepts stays.
        return known if known.fitted == fitted else replace(known, fitted=fitted)


_holder = _Holder()
_pinned = local()


def get_vocabulary() -> Vocabulary:
    """The vocabulary that holds: the data files, with what editors published.

    The database is asked for a change at most once in VOCABULARY_SECONDS, and never during a
    request (see `pin`). Raises BadVocabulary that names the file and what is wrong with it."""
    pinned: Vocabulary | None = getattr(_pinned, "vocabulary", None)
    return pinned or _holder.current()


def watch(source: EditsSource) -> None:
    """Ask `source` for edits from now on; called once, when the portal starts."""
    _holder.source = source


def pin(**_: object) -> None:
    """Hold on to one vocabulary in this thread: a page is made with one from start to end."""
    _pinned.vocabulary = None
    _pinned.vocabulary = _holder.current()


def unpin(**_: object) -> None:
    """Take part in changes again."""
    _pinned.vocabulary = None


def refresh() -> None:
    """Ask at the next look whether concepts changed, however short ago that was asked."""
    _holder.asked = float("-inf")
    unpin()


def forget() -> None:
    """Read the data files again at the next look."""
    _holder.vocabulary = None
    refresh()


def derived(make: Callable[[Vocabulary], Value]) -> Callable[[], Value]:
    """A function that gives what `make` makes of the vocabulary that holds, made once for it."""
    name = f"{make.__module__}.{make.__qualname__}"
    lock = RLock()

    @wraps(make)
    def current() -> Value:
        vocabulary = get_vocabulary()
        kept: dict[str, Value] = vocabulary._derived
        if name not in kept:
            with lock:
                if name not in kept:
                    kept[name] = make(vocabulary)
        return kept[name]

    return current


def distance_km(lat_a: float, lon_a: float, lat_b: float, lon_b: float) -> float:
    """Great-circle distance in kilometres between two points in degrees."""
    phi_a, phi_b = radians(lat_a), radians(lat_b)
    half = sin((phi_b - phi_a) / 2) ** 2
    half += cos(phi_a) * cos(phi_b) * sin(radians(lon_b - lon_a) / 2) ** 2
    return 2 * _EARTH_KM * asin(min(1.0, sqrt(half)))


def _by(rows: Iterable[Value], key: Callable[[Value], str], file_name: str) -> Mapping[str, Value]:
    table: dict[str, Value] = {}
    for row in rows:
        if key(row) in table:
            raise loader.BadVocabulary(f"{file_name}: {key(row)} stands twice")
        table[key(row)] = row
    return MappingProxyType(table)
