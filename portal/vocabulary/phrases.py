"""What the vocabulary knows a concept by: its names, its phrases, and longer examples."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from portal.vocabulary.ngrams import NgramLikeness
from portal.vocabulary.schema import Concept, Examples, Language

PhraseKind = Literal["name", "complaint", "offer", "need", "profile"]
"""`need` and `profile` are the examples: what a factory and a provider write at length."""
ASKING: frozenset[str] = frozenset({"complaint", "need"})
ANSWERING: frozenset[str] = frozenset({"offer", "profile"})
EXAMPLES: frozenset[str] = frozenset({"need", "profile"})
_LANGUAGES: tuple[Language, ...] = ("zh", "en")
_Row = tuple[str, int, PhraseKind, Language]


@dataclass(frozen=True)
class Phrases:
    """Texts that stand for concepts: the concept's index, what it is, its language."""

    texts: tuple[str, ...]
    owners: npt.NDArray[np.int64]
    kinds: tuple[PhraseKind, ...]
    languages: tuple[Language, ...]

    @property
    def chinese(self) -> npt.NDArray[np.bool_]:
        """Which of them are Chinese."""
        return np.asarray([language == "zh" for language in self.languages])

    def of(self, kinds: Iterable[str]) -> npt.NDArray[np.bool_]:
        """Which of them are of one of these kinds."""
        return np.isin(self.kinds, list(kinds))


def specific(concepts: Sequence[Concept]) -> list[Concept]:
    """The concepts that can be told from phrases: all but the broad ones."""
    return [concept for concept in concepts if not concept.broad]


def phrases_of(concepts: Sequence[Concept]) -> Phrases:
    """Names, complaints and offers of `concepts`, in a fixed order."""
    return _phrases(_own(concepts))


def phrases_to_fit(concepts: Sequence[Concept], examples: Iterable[Examples]) -> Phrases:
    """The same, then the `examples` of these concepts."""
    position = {concept.id: index for index, concept in enumerate(concepts)}
    rows = _own(concepts)
    for example in examples:
        if example.concept in position:
            rows += _of_example(example, position[example.concept])
    return _phrases(rows)


def _own(concepts: Sequence[Concept]) -> list[_Row]:
    return [
        (text, index, kind, language)
        for index, concept in enumerate(concepts)
        for language in _LANGUAGES
        for kind, texts in _texts(concept, language)
        for text in texts
    ]


def _texts(concept: Concept, language: Language) -> tuple[tuple[PhraseKind, tuple[str, ...]], ...]:
    return (
        ("name", concept.names(language)),
        ("complaint", concept.complaints(language)),
        ("offer", concept.offers(language)),
    )


def _of_example(example: Examples, index: int) -> list[_Row]:
    rows: list[_Row] = []
    for language in _LANGUAGES:
        rows += [(text, index, "need", language) for text in example.needs(language)]
        rows += [(text, index, "profile", language) for text in example.profiles(language)]
    return rows


def _phrases(rows: list[_Row]) -> Phrases:
    texts, owners, kinds, languages = zip(*rows, strict=True)
    return Phrases(texts, np.asarray(owners), kinds, languages)


def ngram_likeness(phrases: Phrases, size: int, rows: Sequence[int] | None = None) -> NgramLikeness:
    """The character likeness over `rows` of the phrases (all by default)."""
    chosen = range(len(phrases.texts)) if rows is None else rows
    return NgramLikeness(((phrases.texts[i], int(phrases.owners[i])) for i in chosen), size)
