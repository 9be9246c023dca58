"""From a text to the concepts it speaks of: exact words, and nearest in meaning."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from portal.vocabulary import classifier as fitted
from portal.vocabulary.encoder import EncoderError, Vectors, get_encoder
from portal.vocabulary.ngrams import NgramLikeness
from portal.vocabulary.scope import clause_at, clauses, exclusions_said, scope_of
from portal.vocabulary.sentences import pieces
from portal.vocabulary.vectors import query_vectors, vectors_for_passages
from portal.vocabulary.vocabulary import Vocabulary, derived, get_vocabulary
from portal.vocabulary.words import WordFinder

MAX_MARKS = 5
_BROAD_WEIGHT = 0.3
# A concept is marked when it has this share of the reading, absolutely and against the first.
_MIN_SHARE = 0.04
_MIN_OF_FIRST = 0.3
_WORDS_SHARE = 0.5
_NEIGHBOUR_BOOST = 1.0
# Without a sentence encoder: the character likeness from which a concept counts as meant.
_NGRAM_FLOOR = 0.25
_NGRAM_ONLY_SHARPNESS = 25.0
_PASSAGE_MIN_SHARE = 0.15
_KEPT_CHARACTERS = 4
# A piece belongs to the wish when it weighs this share of the most telling one.
_TELLING_WEIGHT = 0.3
_SHOWN_CLAUSES = 30
_HEADING = re.compile(r"[^\w\u3400-\u9fff]+")

Source = Literal["words", "vectors"]
Likeness = npt.NDArray[np.float32]


@dataclass(frozen=True)
class ConceptMark:
    """One concept read from a text: how much of the reading it is (0…1), and from which words."""

    id: str
    weight: float
    text: str
    source: Source


@dataclass(frozen=True)
class LinkedNeed:
    """A need's concepts: what it wants, what it names but rules out, what it already has.

    `likeness` is aligned with `concept_ids()` and adds up to one, or is all zero for "none of
    these"; `none_share` (0…1) is how likely no concept is meant, None without a classifier.
    `wish`: the telling part of the text, without context, exclusions and what is ignored."""

    wanted: tuple[ConceptMark, ...]
    unwanted: tuple[ConceptMark, ...]
    present: tuple[ConceptMark, ...]
    likeness: Likeness
    none_share: float | None
    wish: str


def concept_ids() -> tuple[str, ...]:
    """The concepts that likeness is told for: all but the broad ones, in a fixed order."""
    return _index().ids


def version() -> str:
    """Names the concepts, the fitted file and the encoder that texts are read with now."""
    encoder, model = get_encoder(), _model()
    name = encoder.name if encoder else "words"
    return f"{get_vocabulary().concepts_hash[:12]} {model.made[:12] if model else '-'} {name}"[:80]


def link_need(text: str) -> list[ConceptMark]:
    """The concepts a need asks for, the strongest first; empty for "none of these"."""
    return list(link(text).wanted)


def need_likeness(text: str) -> Likeness:
    """How much of the need each of `concept_ids()` is: adds up to one, or all zero for none."""
    return link(text).likeness


def link(text: str, *, ignore: Sequence[tuple[int, int]] = (), keep: bool = False) -> LinkedNeed:
    """Read a need. `ignore`: spans that speak of something else (money, place).

    `keep`: store the sentence vector in the database. Never raises on any text: where the
    encoder fails, words alone are used."""
    index = _index()
    spans = clauses(text)
    said = [(start, end) for _, start, end in exclusions_said(text)]
    marks: dict[str, list[ConceptMark]] = {"wish": [], "unwanted": [], "present": []}
    dropped = list(ignore) + said
    for found in index.words.find(text):
        inside = any(start <= found.start and found.end <= end for start, end in said)
        scope = "unwanted" if inside else scope_of(text, found.start, found.end, spans)
        weight = _BROAD_WEIGHT if found.owner in index.children else 1.0
        _add(marks[scope], ConceptMark(found.owner, weight, found.text, "words"))
        if scope != "wish":
            dropped.append(clause_at(found.start, found.end, spans))
    named = marks["wish"]
    meaning = _meaning(_without(text, spans, dropped), _boost(named), keep)
    likeness = _with_words(meaning, named)
    return LinkedNeed(
        wanted=tuple(_merge(named, likeness, meaning.wish)),
        unwanted=tuple(marks["unwanted"]),
        present=tuple(marks["present"]),
        likeness=likeness,
        none_share=meaning.none_share,
        wish=meaning.wish,
    )


def whole_likeness(text: str, *, keep: bool = False) -> Likeness:
    """How much of the text, read as one piece, is each of `concept_ids()`: adds up to one.

    For comparing a need with passages: there the whole, with what is said around the complaint,
    tells like from unlike better than its telling pieces do (docs/evaluation.md). Knows no "none
    of these"; all zero where the encoder fails or nothing is fitted for it."""
    model, index = _model(), _index()
    try:
        vectors = query_vectors([text], keep=keep) if model and text.strip() else None
    except EncoderError:
        vectors = None
    if model is None or vectors is None:
        return np.zeros(len(index.ids), np.float32)
    logits = model.needs.logits(vectors)[0, : len(index.ids)]
    logits = logits + fitted.NGRAM_WEIGHT * index.ngrams.likeness(text)
    return fitted.softmax(fitted.SHARPNESS * logits)


def passage_likeness(vectors: Vectors) -> Likeness:
    """(passages × concepts): the share of each passage that speaks of each of `concept_ids()`.

    `vectors` are what `vectors_for_passages` gives. All zero where nothing is fitted for the
    encoder in use."""
    model = _model()
    if model is None:
        return np.zeros((len(vectors), len(concept_ids())), np.float32)
    if not len(vectors):
        return np.zeros((0, len(concept_ids())), np.float32)
    return model.passage_likeness(vectors)


def link_passages(texts: Sequence[str]) -> list[list[ConceptMark]]:
    """The concepts each offer or summary speaks of, the strongest first.

    Where the encoder fails, words alone are used."""
    try:
        vectors = vectors_for_passages(texts)
    except EncoderError:
        vectors = None
    index = _index()
    linked = []
    for row, text in enumerate(texts):
        marks: list[ConceptMark] = []
        spans = clauses(text)
        for found in index.words.find(text):
            if scope_of(text, found.start, found.end, spans) != "unwanted":
                weight = _BROAD_WEIGHT if found.owner in index.children else 1.0
                _add(marks, ConceptMark(found.owner, weight, found.text, "words"))
        if vectors is not None:
            shares = passage_likeness(vectors[row : row + 1])[0]
            for at in np.argsort(-shares)[:MAX_MARKS]:
                if shares[at] >= _PASSAGE_MIN_SHARE:
                    share = round(float(shares[at]), 4)
                    _add(marks, ConceptMark(index.ids[at], share, text[:120], "vectors"))
        linked.append(sorted(marks, key=lambda mark: -mark.weight))
    return linked


@dataclass(frozen=True)
class _Index:
    ids: tuple[str, ...]
    position: dict[str, int]
    words: WordFinder[str]
    children: dict[str, list[int]]
    ngrams: NgramLikeness


@derived
def _index(vocabulary: Vocabulary) -> _Index:
    concepts = list(vocabulary.concepts.values())
    telling = fitted.specific(concepts)
    ids = tuple(concept.id for concept in telling)
    position = {concept_id: at for at, concept_id in enumerate(ids)}
    children: dict[str, list[int]] = {concept.id: [] for concept in concepts if concept.broad}
    for concept in telling:
        if concept.broader in children:
            children[concept.broader].append(position[concept.id])
    words = WordFinder(
        (name, concept.id)
        for concept in concepts
        for name in (*concept.names("zh"), *concept.names("en"))
    )
    ngrams = fitted.ngram_likeness(fitted.phrases_of(telling), len(telling))
    return _Index(ids, position, words, children, ngrams)


def _model() -> fitted.Classifier | None:
    encoder = get_encoder()
    return fitted.for_encoder(encoder.name, concept_ids()) if encoder else None


@dataclass(frozen=True)
class _Meaning:
    likeness: Likeness
    none_share: float | None
    wish: str


def _with_words(meaning: _Meaning, named: Sequence[ConceptMark]) -> Likeness:
    """The likeness, half of it given to the concepts that are named by exact words."""
    index = _index()
    by_words = np.zeros(len(index.ids), np.float32)
    for mark in named:
        if mark.id in index.position:
            by_words[index.position[mark.id]] = 1.0
    if not by_words.any():
        return meaning.likeness
    by_words /= by_words.sum()
    if not meaning.likeness.any():
        return by_words
    return _WORDS_SHARE * by_words + (1 - _WORDS_SHARE) * meaning.likeness


def _boost(named: Sequence[ConceptMark]) -> Likeness:
    """What a broad concept that is named adds to the narrower ones below it."""
    index = _index()
    boost = np.zeros(len(index.ids), np.float32)
    for mark in named:
        boost[index.children.get(mark.id, [])] = _NEIGHBOUR_BOOST
    return boost


def _meaning(text: str, boost: Likeness, keep: bool) -> _Meaning:
    """By sentence vectors and characters together; zeros for "none of these"."""
    index = _index()
    nothing = np.zeros(len(index.ids), np.float32)
    parts = pieces(text)
    if not parts:
        return _Meaning(nothing, None, "")
    alike = index.ngrams.of_pieces(parts)
    model = _model()
    try:
        vectors = query_vectors(parts, keep=keep) if model else None
    except EncoderError:
        vectors = None
    if model is None or vectors is None:
        best = alike.max(axis=0)
        if best.max() < _NGRAM_FLOOR:
            return _Meaning(nothing, None, text)
        return _Meaning(fitted.softmax(_NGRAM_ONLY_SHARPNESS * best + boost), None, text)
    read = model.read(vectors, alike)
    wish = "\n".join(
        part
        for part, weight in zip(parts, read.weights, strict=True)
        if weight >= _TELLING_WEIGHT * read.weights.max()
    )
    if read.none_share >= model.none_from:
        return _Meaning(nothing, read.none_share, wish)
    shares = fitted.softmax(fitted.SHARPNESS * (read.logits + boost))
    return _Meaning(shares, read.none_share, wish)


def _merge(named: Sequence[ConceptMark], likeness: Likeness, text: str) -> list[ConceptMark]:
    index = _index()
    marks = list(named)
    first = float(likeness.max()) if likeness.any() else 0.0
    for at in np.argsort(-likeness)[:MAX_MARKS]:
        share = float(likeness[at])
        if share < _MIN_SHARE or share < _MIN_OF_FIRST * first:
            break
        weight = round(share / first, 4)
        _add(marks, ConceptMark(index.ids[at], weight, _telling_part(text, int(at)), "vectors"))
    return sorted(marks, key=lambda mark: -mark.weight)


def _add(marks: list[ConceptMark], mark: ConceptMark) -> None:
    if all(other.id != mark.id for other in marks):
        marks.append(mark)


def _telling_part(text: str, concept: int) -> str:
    """The clause of `text` that shares most with the concept's phrases, to show as its source."""
    parts = [text[start : min(end, start + 300)].strip() for start, end in clauses(text)]
    parts = [part for part in parts if part] or [text.strip()]
    best = max(
        parts[:_SHOWN_CLAUSES], key=lambda part: float(_index().ngrams.likeness(part)[concept])
    )
    return best[:120]


def _without(
    text: str, spans: Sequence[tuple[int, int]], dropped: Sequence[tuple[int, int]]
) -> str:
    """`text` less the dropped spans; a clause of which next to nothing is left goes whole."""
    if not dropped:
        return text.strip()
    gone = np.zeros(len(text), bool)
    for start, end in dropped:
        gone[start:end] = True
    for start, end in spans:
        if gone[start:end].any():
            rest = "".join(text[at] for at in range(start, end) if not gone[at])
            if len(_HEADING.sub("", rest)) < _KEPT_CHARACTERS:
                gone[start:end] = True
    return "".join(character for at, character in enumerate(text) if not gone[at]).strip()
