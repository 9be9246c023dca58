"""The vocabulary of the installation: reference data and concepts, read once and never changed."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from math import asin, cos, radians, sin, sqrt
from types import MappingProxyType
from typing import TypeVar

from portal.vocabulary import loader
from portal.vocabulary.schema import (
    Concept,
    District,
    Exclusion,
    Industry,
    IndustryWords,
    Language,
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
    """Everything a text is read against. Build it with `get_vocabulary()`."""

    city: District
    districts: tuple[District, ...]
    parks: tuple[Park, ...]
    industries: Mapping[str, Industry]
    industry_words: tuple[IndustryWords, ...]
    tiers: tuple[Tier, ...]
    offer_types: tuple[OfferType, ...]
    concepts: Mapping[str, Concept]
    exclusions: Mapping[str, Exclusion]
    _districts: Mapping[str, District]
    _tiers: Mapping[str, Tier]
    _offer_types: Mapping[str, OfferType]
    _old_districts: Mapping[str, str]

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


@cache
def get_vocabulary() -> Vocabulary:
    """The installation's vocabulary, read from the data files on the first call.

    Raises BadVocabulary that names the file and what is wrong with it."""
    places = loader.districts()
    tiers = loader.tiers()
    offer_types = loader.offer_types()
    all_tiers = _by(tiers, lambda tier: tier.key, "tiers.json")
    return Vocabulary(
        city=places.city,
        districts=places.districts,
        parks=loader.parks(),
        industries=_by(loader.industries(), lambda row: row.code, "industries.csv"),
        industry_words=loader.industry_words(),
        tiers=tiers,
        offer_types=offer_types,
        concepts=_by(loader.concepts(), lambda row: row.id, "concepts.jsonl"),
        exclusions=_by(loader.exclusions(), lambda row: row.key, "exclusions.json"),
        _districts=_by((*places.districts, places.city), lambda row: row.code, "districts.json"),
        _tiers=MappingProxyType(
            {**all_tiers, **{alias: tier for tier in tiers for alias in tier.aliases}}
        ),
        _offer_types=_by(offer_types, lambda row: row.key, "offer_types.json"),
        _old_districts=MappingProxyType(dict(places.old_codes)),
    )


def distance_km(lat_a: float, lon_a: float, lat_b: float, lon_b: float) -> float:
    """Great-circle distance in kilometres between two points in degrees."""
    phi_a, phi_b = radians(lat_a), radians(lat_b)
    half = sin((phi_b - phi_a) / 2) ** 2
    half += cos(phi_a) * cos(phi_b) * sin(radians(lon_b - lon_a) / 2) ** 2
    return 2 * _EARTH_KM * asin(min(1.0, sqrt(half)))


def faults(vocabulary: Vocabulary) -> list[str]:
    """What is wrong between the rows, one line each; empty when all is well.

    No name may stand for two concepts of one kind; references lead somewhere."""
    found = [*_reference_faults(vocabulary), *_place_faults(vocabulary)]
    languages: tuple[Language, ...] = ("zh", "en")
    for language in languages:
        owners: dict[tuple[str, str], set[str]] = defaultdict(set)
        for concept in vocabulary.concepts.values():
            for name in concept.names(language):
                owners[concept.kind, name.casefold()].add(concept.id)
        found += [
            f"concepts.jsonl: {name!r} names {' and '.join(sorted(ids))}"
            for (_, name), ids in owners.items()
            if len(ids) > 1
        ]
    return found


def _reference_faults(vocabulary: Vocabulary) -> list[str]:
    known = vocabulary.concepts
    found = []
    for concept in known.values():
        mentioned = {*concept.related, *concept.near_misses}
        mentioned |= {concept.broader} if concept.broader else set()
        found += [
            f"concepts.jsonl: {concept.id} mentions the unknown concept {other}"
            for other in sorted(mentioned - set(known))
        ]
    for exclusion in vocabulary.exclusions.values():
        found += [
            f"exclusions.json: {exclusion.key} mentions the unknown offer type {key}"
            for key in exclusion.violating_offer_types
            if vocabulary.offer_type(key) is None
        ]
    return found


def _place_faults(vocabulary: Vocabulary) -> list[str]:
    found = [
        f"parks.json: {park.key} lies in the unknown district {park.district}"
        for park in vocabulary.parks
        if vocabulary.district(park.district) is None
    ]
    found += [
        f"industry_words.json: {words.code} is no class of industries.csv"
        for words in vocabulary.industry_words
        if words.code not in vocabulary.industries
    ]
    return found


def _by(rows: Iterable[Value], key: Callable[[Value], str], file_name: str) -> Mapping[str, Value]:
    table: dict[str, Value] = {}
    for row in rows:
        if key(row) in table:
            raise loader.BadVocabulary(f"{file_name}: {key(row)} stands twice")
        table[key(row)] = row
    return MappingProxyType(table)
