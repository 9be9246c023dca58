"""Reads the data files of this room into checked rows."""

import csv
import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from portal.vocabulary import schema

DATA = Path(__file__).resolve().parent / "data"
CONCEPTS = "concepts.jsonl"
EXAMPLES = "examples.jsonl"
Row = TypeVar("Row", bound=BaseModel)
_FITTED = {
    "id",
    "zh",
    "en",
    "synonyms_zh",
    "synonyms_en",
    "acronyms",
    "broad",
    "complaints_zh",
    "complaints_en",
    "offers_zh",
    "offers_en",
}


class BadVocabulary(ValueError):
    """A data file that cannot be used; the message names the file and what is wrong."""


def districts() -> schema.Districts:
    """The city and its divisions."""
    return _model("districts.json", schema.Districts)


def parks() -> tuple[schema.Park, ...]:
    """Industrial parks."""
    return _rows("parks.json", schema.Park, _json("parks.json"))


def industries() -> tuple[schema.Industry, ...]:
    """Section C of GB/T 4754-2017, in code order."""
    with (DATA / "industries.csv").open(encoding="utf-8", newline="") as file:
        return _rows("industries.csv", schema.Industry, csv.DictReader(file))


def industry_words() -> tuple[schema.IndustryWords, ...]:
    """Words that name an industry."""
    return _rows("industry_words.json", schema.IndustryWords, _json("industry_words.json"))


def tiers() -> tuple[schema.Tier, ...]:
    """The ladder, lowest rank first."""
    rows = _rows("tiers.json", schema.Tier, _json("tiers.json"))
    return tuple(sorted(rows, key=lambda tier: tier.rank))


def offer_types() -> tuple[schema.OfferType, ...]:
    """What an offer can be."""
    return _rows("offer_types.json", schema.OfferType, _json("offer_types.json"))


def kinds() -> tuple[schema.ConceptKind, ...]:
    """Every kind a concept can be of."""
    return _rows("kinds.json", schema.ConceptKind, _json("kinds.json"))


def concepts() -> tuple[schema.Concept, ...]:
    """Every concept of the file, in its order."""
    return _from_lines(CONCEPTS, schema.Concept)


def concept_lines() -> list[tuple[int, str]]:
    """Lines of the concepts' file that are not empty, with their numbers from 1."""
    return _lines(CONCEPTS)


def examples() -> tuple[schema.Examples, ...]:
    """Longer texts to fit with, a row a concept."""
    return _from_lines(EXAMPLES, schema.Examples)


def _from_lines(name: str, model: type[Row]) -> tuple[Row, ...]:
    rows = []
    for number, line in _lines(name):
        try:
            rows.append(model.model_validate_json(line))
        except ValidationError as error:
            raise BadVocabulary(f"{name}:{number}: {first_fault(error)}") from error
    return tuple(rows)


def _lines(name: str) -> list[tuple[int, str]]:
    try:
        text = (DATA / name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadVocabulary(f"{name}: {error}") from error
    # Not splitlines: that also cuts at characters which JSON allows within a line.
    return [(at, line) for at, line in enumerate(text.split("\n"), 1) if line.strip()]


def exclusions() -> tuple[schema.Exclusion, ...]:
    """What needs rule out."""
    return _rows("exclusions.json", schema.Exclusion, _json("exclusions.json"))


def out_of_domain() -> schema.OutOfDomain:
    """Texts that no concept covers."""
    return _model("out_of_domain.json", schema.OutOfDomain)


def contexts() -> schema.Contexts:
    """What people say around the thing that hurts."""
    return _model("contexts.json", schema.Contexts)


def fit_hash(concepts: Iterable[schema.Concept]) -> str:
    """SHA-256 of what the linker is fitted from: names and phrases of `concepts`, the examples, and
    the texts that no concept covers."""
    digest = hashlib.sha256()
    for concept in concepts:
        row = concept.model_dump(include=_FITTED)
        digest.update(json.dumps(row, ensure_ascii=False, sort_keys=True).encode())
    for name in (EXAMPLES, "out_of_domain.json", "contexts.json"):
        digest.update((DATA / name).read_bytes())
    return digest.hexdigest()


def _json(name: str) -> Any:
    try:
        return json.loads((DATA / name).read_text(encoding="utf-8"))
    except (OSError, json.JSONDecodeError) as error:
        raise BadVocabulary(f"{name}: {error}") from error


def _model(name: str, model: type[Row]) -> Row:
    try:
        return model.model_validate(_json(name))
    except ValidationError as error:
        raise BadVocabulary(f"{name}: {first_fault(error)}") from error


def _rows(name: str, model: type[Row], rows: Iterable[Any]) -> tuple[Row, ...]:
    try:
        return TypeAdapter(tuple[model, ...]).validate_python(tuple(rows))  # type: ignore[valid-type]
    except ValidationError as error:
        raise BadVocabulary(f"{name}: {first_fault(error)}") from error


def first_fault(error: ValidationError) -> str:
    """Where the first fault is, and what it is."""
    fault = error.errors()[0]
    return f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}"
