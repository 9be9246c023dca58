"""From a text to the concepts it speaks of: exact words, and nearest in meaning."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from portal.vocabulary import classifier as fitted
from portal.vocabulary.concept_index import ConceptIndex, concept_index
from portal.vocabulary.encoder import EncoderError, Vectors, get_encoder
from portal.vocabulary.linear import softmax
from portal.vocabulary.scope import (
    clause_at,
    clauses,
    disclaimed,
    exclusions_said,
    insists_on,
    scope_of,
)
from portal.vocabulary.sentences import pieces
from portal.vocabulary.spelling import simplified
from portal.vocabulary.terms import Pointed
from portal.vocabulary.vectors import query_vectors, vectors_for_passages
from portal.vocabulary.vocabulary import get_vocabulary

MAX_MARKS = 5
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
_SHOWN = 120
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
    these"; `unknown_words`: it is one or two words, and the vocabulary has none of them.
    `wish`: the telling part of the text, without context, exclusions and what is ignored."""

    wanted: tuple[ConceptMark, ...]
    unwanted: tuple[ConceptMark, ...]
    present: tuple[ConceptMark, ...]
    likeness: Likeness
    unknown_words: bool
    wish: str


@dataclass(frozen=True)
class Named:
    """The concepts that a text names by exact words, and the spans that are no wish."""

    wanted: tuple[ConceptMark, ...]
    unwanted: tuple[ConceptMark, ...]
    present: tuple[ConceptMark, ...]
    dropped: tuple[tuple[int, int], ...]


def concept_ids() -> tuple[str, ...]:
    """The concepts that likeness is told for: all but the broad ones, in a fixed order."""
    return concept_index().ids


def version() -> str:
    """Names the concepts, the fitted file and the encoder that texts are read with now."""
    encoder, model = get_encoder(), current_model()
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
    return link_many([text], ignore=[ignore], keep=keep)[0]


def link_many(
    texts: Sequence[str],
    *,
    ignore: Sequence[Sequence[tuple[int, int]]] | None = None,
    keep: bool = False,
) -> list[LinkedNeed]:
    """As `link`, for many texts at once: their sentences are encoded together."""
    index = concept_index()
    read = []
    for text, ignored in zip(texts, ignore or [()] * len(texts), strict=True):
        plain = simplified(text)
        spans = clauses(plain)
        named = _named(text, plain, spans, index)
        rest = _without(plain, spans, [*ignored, *named.dropped])
        read.append((text, plain, spans, named, rest, pieces(rest)))
    vectors = iter(_piece_vectors([part for *_, parts in read for part in parts], keep))
    linked = []
    for text, plain, spans, named, rest, parts in read:
        own = [next(vectors) for _ in parts]
        rows = None if not own or any(row is None for row in own) else np.vstack(own)  # type: ignore[arg-type]
        meaning = _meaning(rest, parts, rows, _boost(named.wanted, index), index)
        likeness = _with_words(meaning, named.wanted, index)
        linked.append(
            LinkedNeed(
                wanted=tuple(_merge(named.wanted, likeness, _Shown(text, plain, spans), index)),
                unwanted=named.unwanted,
                present=named.present,
                likeness=likeness,
                unknown_words=meaning.unknown_words,
                wish=meaning.wish,
            )
        )
    return linked


def named(text: str) -> Named:
    """The concepts that `text` names by exact words: wanted, ruled out, or there already.

    In time that grows with the text, not with the vocabulary; nothing is encoded."""
    plain = simplified(text)
    return _named(text, plain, clauses(plain), concept_index())


def _named(text: str, plain: str, spans: list[tuple[int, int]], index: ConceptIndex) -> Named:
    said = exclusions_said(plain)
    marks: dict[str, list[ConceptMark]] = {"wish": [], "unwanted": [], "present": []}
    dropped = [(start, end) for _, start, end in said] + disclaimed(plain, spans)
    for found in index.words.find(plain):
        around = [key for key, start, end in said if start <= found.start and found.end <= end]
        if any(insists_on(key, found.text) for key in around):
            # "Only open source": a condition, neither the thing wanted nor one ruled out.
            continue
        scope = "unwanted" if around else scope_of(plain, found.start, found.end, spans)
        weight = index.weight(found.owner, found.text)
        written = text[found.start : found.end]
        _add(marks[scope], ConceptMark(found.owner, weight, written, "words"))
        if scope != "wish":
            dropped.append(clause_at(found.start, found.end, spans))
    return Named(
        tuple(marks["wish"]), tuple(marks["unwanted"]), tuple(marks["present"]), tuple(dropped)
    )


def whole_likeness(text: str, *, keep: bool = False) -> Likeness:
    """How much of the text, read as one piece, is each of `concept_ids()`: adds up to one.

    For comparing a need with passages: there the whole, with what is said around the complaint,
    tells like from unlike better than its telling pieces do (docs/evaluation.md). Knows no "none
    of these"; all zero where the encoder fails or nothing is fitted for it."""
    model, index = current_model(), concept_index()
    text = simplified(text)
    try:
        vectors = query_vectors([text], keep=keep) if model and text.strip() else None
    except EncoderError:
        vectors = None
    if model is None or vectors is None:
        return np.zeros(len(index.ids), np.float32)
    logits = model.need_logits([text], vectors)[0, : len(index.ids)]
    logits = logits + fitted.NGRAM_WEIGHT * index.ngrams.likeness(text)
    return softmax(fitted.SHARPNESS * logits)


def passage_likeness(texts: Sequence[str], vectors: Vectors) -> Likeness:
    """(passages × concepts): the share of each passage that speaks of each of `concept_ids()`.

    `vectors` are what `vectors_for_passages` gives for `texts`. All zero where nothing is fitted
    for the encoder in use."""
    model = current_model()
    if model is None:
        return np.zeros((len(vectors), len(concept_ids())), np.float32)
    if not len(vectors):
        return np.zeros((0, len(concept_ids())), np.float32)
    return model.passage_likeness(texts, vectors)


def link_passages(texts: Sequence[str]) -> list[list[ConceptMark]]:
    """The concepts each offer or summary speaks of, the strongest first.

    Where the encoder fails, words alone are used."""
    try:
        vectors = vectors_for_passages(texts)
    except EncoderError:
        vectors = None
    index = concept_index()
    linked = []
    for row, text in enumerate(texts):
        marks: list[ConceptMark] = []
        plain = simplified(text)
        spans = clauses(plain)
        for found in index.words.find(plain):
            if scope_of(plain, found.start, found.end, spans) != "unwanted":
                weight = index.weight(found.owner, found.text)
                _add(marks, ConceptMark(found.owner, weight, found.text, "words"))
        if vectors is not None:
            shares = passage_likeness([text], vectors[row : row + 1])[0]
            for at in np.argsort(-shares)[:MAX_MARKS]:
                if shares[at] >= _PASSAGE_MIN_SHARE:
                    share = round(float(shares[at]), 4)
                    _add(marks, ConceptMark(index.ids[at], share, text[:_SHOWN], "vectors"))
        linked.append(sorted(marks, key=lambda mark: -mark.weight))
    return linked


def current_model() -> fitted.Classifier | None:
    """What is fitted for the encoder in use, None where nothing is."""
    encoder = get_encoder()
    return fitted.for_encoder(encoder.name, concept_ids()) if encoder else None


def _piece_vectors(parts: list[str], keep: bool) -> list[Vectors | None]:
    """A vector for each piece; None for all where there is no classifier or the encoder fails."""
    try:
        vectors = query_vectors(parts, keep=keep) if parts and current_model() else None
    except EncoderError:
        vectors = None
    return [None] * len(parts) if vectors is None else list(vectors)


@dataclass(frozen=True)
class _Meaning:
    likeness: Likeness
    unknown_words: bool
    wish: str


def _with_words(meaning: _Meaning, named: Sequence[ConceptMark], index: ConceptIndex) -> Likeness:
    """The likeness, half of it given to the concepts that are named by exact words."""
    by_words = np.zeros(len(index.ids), np.float32)
    for mark in named:
        if mark.id in index.position:
            by_words[index.position[mark.id]] = mark.weight
    if not by_words.any():
        return meaning.likeness
    by_words /= by_words.sum()
    if not meaning.likeness.any():
        return by_words
    return _WORDS_SHARE * by_words + (1 - _WORDS_SHARE) * meaning.likeness


def _boost(named: Sequence[ConceptMark], index: ConceptIndex) -> Likeness:
    """What a broad concept that is named adds to the narrower ones below it."""
    boost = np.zeros(len(index.ids), np.float32)
    for mark in named:
        if mark.id in index.broad:
            boost[index.narrower.get(mark.id, [])] = _NEIGHBOUR_BOOST
    return boost


def _meaning(
    text: str, parts: list[str], vectors: Vectors | None, boost: Likeness, index: ConceptIndex
) -> _Meaning:
    """By sentence vectors and characters together; zeros for "none of these"."""
    nothing = np.zeros(len(index.ids), np.float32)
    if not parts:
        return _Meaning(nothing, False, "")
    pointed = index.terms.point(text)
    if pointed and not pointed.scores.any():
        # One or two words that the vocabulary lacks: vectors read one in fifteen of them right.
        return _Meaning(nothing, True, text)
    alike = index.ngrams.of_pieces(parts)
    model = current_model()
    if model is None or vectors is None:
        return _Meaning(_by_characters(alike, pointed, boost), False, text)
    read = model.read(parts, vectors, alike)
    wish = "\n".join(
        part
        for part, weight in zip(parts, read.weights, strict=True)
        if weight >= _TELLING_WEIGHT * read.weights.max()
    )
    if read.none_share >= model.none_from and not (pointed and pointed.surely):
        return _Meaning(nothing, False, wish)
    logits = read.logits + boost
    if pointed:
        # Sentences that read as context count next to nothing: words alone speak then.
        logits = logits + pointed.scores
    return _Meaning(softmax(fitted.SHARPNESS * logits), False, wish or text)


def _by_characters(alike: Likeness, pointed: Pointed | None, boost: Likeness) -> Likeness:
    """Without an encoder: by what the text shares with phrases."""
    best = alike.max(axis=0)
    sure = pointed is not None and pointed.surely
    if best.max() < _NGRAM_FLOOR and not sure:
        return np.zeros_like(boost)
    logits = _NGRAM_ONLY_SHARPNESS * best + boost
    if pointed is not None:
        logits = logits + fitted.SHARPNESS * pointed.scores
    return softmax(logits)


@dataclass(frozen=True)
class _Shown:
    """A text, the same in simplified characters, and its clauses."""

    text: str
    plain: str
    spans: list[tuple[int, int]]

    def telling_parts(self, concepts: Sequence[int], index: ConceptIndex) -> list[str]:
        """For each concept the clause that shares most with its phrases."""
        spans = [(start, min(end, start + 300)) for start, end in self.spans[:_SHOWN_CLAUSES]]
        spans = [(start, end) for start, end in spans if self.plain[start:end].strip()]
        spans = spans or [(0, len(self.text))]
        if len(spans) == 1:
            best = [0] * len(concepts)
        else:
            alike = [index.ngrams.likeness(self.plain[start:end]) for start, end in spans]
            best = [int(np.argmax([row[concept] for row in alike])) for concept in concepts]
        return [self.text[slice(*spans[at])].strip()[:_SHOWN] for at in best]


def _merge(
    named: Sequence[ConceptMark], likeness: Likeness, shown: _Shown, index: ConceptIndex
) -> list[ConceptMark]:
    first = float(likeness.max()) if likeness.any() else 0.0
    shares: dict[int, float] = {}
    for at in np.argsort(-likeness)[:MAX_MARKS]:
        share = float(likeness[at])
        if share < _MIN_SHARE or share < _MIN_OF_FIRST * first:
            break
        shares[int(at)] = round(share / first, 4)
    marks = []
    for mark in named:
        share = shares.pop(index.position.get(mark.id, -1), 0.0)
        weight = max(mark.weight, share)
        marks.append(ConceptMark(mark.id, weight, mark.text, mark.source))
    parts = shown.telling_parts(list(shares), index) if shares else []
    for (at, share), part in zip(shares.items(), parts, strict=True):
        marks.append(ConceptMark(index.ids[at], share, part, "vectors"))
    return sorted(marks, key=lambda mark: -mark.weight)


def _add(marks: list[ConceptMark], mark: ConceptMark) -> None:
    if all(other.id != mark.id for other in marks):
        marks.append(mark)


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
