"""What is wrong with the vocabulary: within a concept, between concepts, between files."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from pydantic import ValidationError

from portal.vocabulary import loader
from portal.vocabulary.schema import Concept, ConceptKind, Examples, Language
from portal.vocabulary.vocabulary import Vocabulary

_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN = re.compile(r"[A-Za-z]")
_LANGUAGES: tuple[Language, ...] = ("zh", "en")
# Shortest and longest phrase and name, in characters.
_PHRASE_LENGTH = {"zh": (4, 100), "en": (4, 200)}
_NAME_LENGTH = {"zh": (1, 40), "en": (2, 80)}
# Sections, divisions and groups (three digits) have names in both languages.
_NAMED_CODE = 4
_SHOWN = 40
_ACRONYM = re.compile(r"[A-Za-z0-9][A-Za-z0-9/&.+-]{0,11}")


@dataclass(frozen=True)
class Fault:
    """What is wrong with one field of one concept (`field` may be empty)."""

    concept: str
    field: str
    message: str


def file_faults() -> list[str]:
    """Everything wrong with the concepts' file, each with its line and the concept's id.

    Raises BadVocabulary when the file cannot be read at all."""
    lines: dict[str, int] = {}
    concepts: dict[str, Concept] = {}
    found: list[tuple[int, str]] = []
    for number, line in loader.concept_lines():
        try:
            concept = Concept.model_validate_json(line)
        except ValidationError as error:
            found += [(number, text) for text in _told(error)]
            continue
        if concept.id in concepts:
            found.append((number, f"{concept.id}: stands in line {lines[concept.id]} too"))
            continue
        lines[concept.id], concepts[concept.id] = number, concept
    found += [
        (lines[fault.concept], f"{fault.concept}: {fault.message}")
        for fault in concept_faults(concepts, {kind.key: kind for kind in loader.kinds()})
    ]
    return [f"{loader.CONCEPTS}:{number}: {text}" for number, text in sorted(found)]


def faults(vocabulary: Vocabulary) -> list[str]:
    """What is wrong between the rows, one line each; empty when all is well."""
    found = [
        f"{loader.CONCEPTS}: {fault.concept}: {fault.message}"
        for fault in concept_faults(vocabulary.concepts, vocabulary.kinds)
    ]
    found += example_faults(loader.examples(), {c.id: c for c in loader.concepts()})
    return [*found, *_reference_faults(vocabulary), *_place_faults(vocabulary)]


def example_faults(examples: Iterable[Examples], concepts: Mapping[str, Concept]) -> list[str]:
    """What is wrong with the examples, one line each: `concepts` are those of the file."""
    found: list[str] = []
    owner: dict[str, str] = {}
    for example in examples:
        concept = concepts.get(example.concept)
        if concept is None or concept.broad:
            found.append(f"{example.concept}: no concept that can have examples")
        for language in _LANGUAGES:
            for text in (*example.needs(language), *example.profiles(language)):
                if bool(_HAN.search(text)) != (language == "zh"):
                    found.append(f"{example.concept}: {text[:_SHOWN]!r} is not {language}")
                if text in owner:
                    found.append(f"{example.concept}: {text[:_SHOWN]!r} of {owner[text]} again")
                owner[text] = example.concept
    return [f"{loader.EXAMPLES}: {text}" for text in found]


def concept_faults(
    concepts: Mapping[str, Concept], kinds: Mapping[str, ConceptKind]
) -> list[Fault]:
    """What is wrong with each concept and between them."""
    found = [fault for concept in concepts.values() for fault in own_faults(concept, kinds)]
    found += _relation_faults(concepts, kinds)
    found += _name_faults(concepts)
    found += _phrase_faults(concepts)
    return found


def own_faults(concept: Concept, kinds: Mapping[str, ConceptKind]) -> Iterable[Fault]:
    """What is wrong with a concept, whatever the others are."""
    if concept.kind not in kinds:
        yield Fault(
            concept.id, "kind", _("%(value)r is no kind of kinds.json") % {"value": concept.kind}
        )
    for language in _LANGUAGES:
        yield from _length_faults(concept, language, concept.label(language), language)
        for text in concept.words(language)[1:]:
            yield from _length_faults(concept, f"synonyms_{language}", text, language)
        for part in ("complaints", "offers"):
            field = f"{part}_{language}"
            for text in getattr(concept, field):
                yield from _text_faults(concept, field, text, language)
    yield from _name_script_faults(concept)


def _name_script_faults(concept: Concept) -> Iterable[Fault]:
    if not _HAN.search(concept.zh):
        yield Fault(concept.id, "zh", _("%(value)r is not Chinese") % {"value": concept.zh})
    for text in concept.words("en"):
        if _HAN.search(text):
            field = "en" if text == concept.en else "synonyms_en"
            yield Fault(concept.id, field, _("%(value)r is not English") % {"value": text})
    for text in concept.acronyms:
        if not _ACRONYM.fullmatch(text) or text == text.lower():
            yield Fault(concept.id, "acronyms", _("%(value)r is no acronym") % {"value": text})


def _text_faults(concept: Concept, field: str, text: str, language: Language) -> Iterable[Fault]:
    yield from _length_faults(concept, field, text, language, _PHRASE_LENGTH)
    chinese = bool(_HAN.search(text))
    if language == "zh" and not chinese:
        yield Fault(concept.id, field, _("%(value)r is not Chinese") % {"value": text})
    if language == "en" and (chinese or not _LATIN.search(text)):
        yield Fault(concept.id, field, _("%(value)r is not English") % {"value": text})


def _length_faults(
    concept: Concept,
    field: str,
    text: str,
    language: Language,
    lengths: Mapping[str, tuple[int, int]] = _NAME_LENGTH,
) -> Iterable[Fault]:
    least, most = lengths[language]
    if text != text.strip():
        yield Fault(concept.id, field, _("%(value)r begins or ends with a blank") % {"value": text})
    if not least <= len(text) <= most:
        yield Fault(
            concept.id,
            field,
            _("%(value)r has not %(least)d to %(most)d characters")
            % {"value": text, "least": least, "most": most},
        )


def _relation_faults(
    concepts: Mapping[str, Concept], kinds: Mapping[str, ConceptKind]
) -> Iterable[Fault]:
    for concept in concepts.values():
        broader = (concept.broader,) if concept.broader else ()
        for field, others in (
            ("broader", broader),
            ("related", concept.related),
            ("near_misses", concept.near_misses),
        ):
            for other in others:
                if other not in concepts:
                    yield Fault(
                        concept.id,
                        field,
                        _("mentions the unknown concept %(value)s") % {"value": other},
                    )
                elif other == concept.id:
                    yield Fault(concept.id, field, _("names itself"))
        for other in sorted(set(concept.related) & set(concept.near_misses)):
            yield Fault(
                concept.id,
                "near_misses",
                _("%(value)s is both related and a near-miss") % {"value": other},
            )
        yield from _broader_faults(concept, concepts, kinds)


def _broader_faults(
    concept: Concept, concepts: Mapping[str, Concept], kinds: Mapping[str, ConceptKind]
) -> Iterable[Fault]:
    above = concepts.get(concept.broader or "")
    if above is None:
        return
    own, theirs = kinds.get(concept.kind), kinds.get(above.kind)
    # A defect may well lie below an inspection; a broad concept is an umbrella over kinds.
    if own and theirs and own.group != theirs.group and not above.broad:
        message = _("%(above)s is of the kind %(kind)s, which is not above %(own)s") % {
            "above": above.id,
            "kind": above.kind,
            "own": concept.kind,
        }
        yield Fault(concept.id, "broader", message)
    seen = {concept.id}
    at: Concept | None = above
    while at is not None:
        if at.id == concept.id:
            yield Fault(concept.id, "broader", _("is above itself: the way up runs in a circle"))
        if at.id in seen:
            return
        seen.add(at.id)
        at = concepts.get(at.broader or "")


def _name_faults(concepts: Mapping[str, Concept]) -> Iterable[Fault]:
    """No name may stand for two concepts of one kind, unless both say why."""
    owners: dict[tuple[str, str], list[Concept]] = defaultdict(list)
    for concept in concepts.values():
        names = {name.casefold(): name for lang in _LANGUAGES for name in concept.names(lang)}
        for name in names:
            owners[concept.kind, name].append(concept)
    for (_kind, name), own in owners.items():
        for concept in own if len(own) > 1 else ():
            if name not in {shared.casefold() for shared in concept.shared_because}:
                others = ", ".join(other.id for other in own if other is not concept)
                yield Fault(
                    concept.id,
                    _field_of(concept, name),
                    _("%(name)r names %(others)s too; shared_because does not say why")
                    % {"name": name, "others": others},
                )


def _field_of(concept: Concept, name: str) -> str:
    for field in ("zh", "en", "synonyms_zh", "synonyms_en", "acronyms"):
        value = getattr(concept, field)
        values = (value,) if isinstance(value, str) else value
        if name in {text.casefold() for text in values}:
            return field
    return ""


def _phrase_faults(concepts: Mapping[str, Concept]) -> Iterable[Fault]:
    """No phrase may stand twice, in one concept or in two."""
    owner: dict[str, str] = {}
    for concept in concepts.values():
        for field in ("complaints_zh", "complaints_en", "offers_zh", "offers_en"):
            for text in getattr(concept, field):
                first = owner.setdefault(text.casefold(), f"{concept.id}.{field}")
                if first != f"{concept.id}.{field}" or getattr(concept, field).count(text) > 1:
                    yield Fault(
                        concept.id,
                        field,
                        _("%(value)r stands in %(first)s too") % {"value": text, "first": first},
                    )


def _told(error: ValidationError) -> Iterable[str]:
    for fault in error.errors():
        given = fault.get("input")
        name = given.get("id", "") if isinstance(given, dict) else ""
        yield ": ".join(filter(None, (name, ".".join(map(str, fault["loc"])), fault["msg"])))


def _reference_faults(vocabulary: Vocabulary) -> list[str]:
    return [
        f"exclusions.json: {exclusion.key} mentions the unknown offer type {key}"
        for exclusion in vocabulary.exclusions.values()
        for key in exclusion.violating_offer_types
        if vocabulary.offer_type(key) is None
    ]


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
    found += [
        f"industries.csv: {industry.code} has no English name"
        for industry in vocabulary.industries.values()
        if len(industry.code) <= _NAMED_CODE and not industry.en
    ]
    return found
