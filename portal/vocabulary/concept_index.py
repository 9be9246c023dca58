"""What texts are held against: names, acronyms, characters and terms of every concept."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from math import log2

from portal.vocabulary.ngrams import NgramLikeness
from portal.vocabulary.phrases import ngram_likeness, phrases_of, specific
from portal.vocabulary.schema import Concept
from portal.vocabulary.terms import TermIndex
from portal.vocabulary.vocabulary import Vocabulary, derived
from portal.vocabulary.words import WordFinder, fold

BROAD_WEIGHT = 0.3
_LEAST_TELLING = 0.5
_COMMON = 0.15


@dataclass(frozen=True)
class ConceptIndex:
    """Made once for a vocabulary. `ids` are the concepts that likeness is told for, in order."""

    ids: tuple[str, ...]
    position: Mapping[str, int]
    words: WordFinder[str]
    narrower: Mapping[str, list[int]]
    weights: Mapping[tuple[str, str], float]
    broad: frozenset[str]
    ngrams: NgramLikeness
    terms: TermIndex

    def weight(self, concept: str, written: str) -> float:
        """How telling it is that `written` names the concept: little for a broad one, less than
        one for a word that many other concepts use as well."""
        if concept in self.broad:
            return BROAD_WEIGHT
        return self.weights.get((concept, fold(written).roots.strip()), 1.0)


@derived
def concept_index(vocabulary: Vocabulary) -> ConceptIndex:
    """The index of the vocabulary that holds."""
    concepts = list(vocabulary.concepts.values())
    telling = specific(concepts)
    ids = tuple(concept.id for concept in telling)
    position = {concept_id: at for at, concept_id in enumerate(ids)}
    narrower: dict[str, list[int]] = defaultdict(list)
    for concept in telling:
        if concept.broader:
            narrower[concept.broader].append(position[concept.id])
    phrases = phrases_of(telling)
    size = len(telling)
    words = name_finder(concepts)
    return ConceptIndex(
        ids=ids,
        position=position,
        words=words,
        narrower=dict(narrower),
        weights=_weights(telling, words),
        broad=frozenset(concept.id for concept in concepts if concept.broad),
        ngrams=ngram_likeness(phrases, size),
        terms=TermIndex(
            zip(phrases.texts, map(int, phrases.owners), phrases.kinds, strict=True), size
        ),
    )


def name_finder(concepts: list[Concept]) -> WordFinder[str]:
    """Finds every name of `concepts`, in both languages."""
    return WordFinder(
        (
            (name, concept.id)
            for concept in concepts
            for name in (*concept.words("zh"), *concept.words("en"))
        ),
        ((acronym, concept.id) for concept in concepts for acronym in concept.acronyms),
        inflected=True,
    )


def _weights(concepts: list[Concept], words: WordFinder[str]) -> dict[tuple[str, str], float]:
    """By concept and the roots of its name: less than one for names that others' phrases use."""
    users: dict[tuple[str, str], set[str]] = defaultdict(set)
    for concept in concepts:
        for text in (
            *concept.complaints_zh,
            *concept.complaints_en,
            *concept.offers_zh,
            *concept.offers_en,
        ):
            for found in words.find(text):
                if found.owner != concept.id:
                    users[found.owner, fold(found.text).roots.strip()].add(concept.id)
    return {
        key: max(_LEAST_TELLING, 1 - _COMMON * log2(1 + len(own))) for key, own in users.items()
    }
