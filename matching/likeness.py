"""How alike a need and a provider's passages are: in the concepts both are read as, and in
meaning. What the vocabulary reads, brought to two figures a passage."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

import numpy as np

from matching.models import Need
from matching.models import NeedReading as NeedRow
from portal.organisations.reading import concepts_version
from portal.vocabulary import linker
from portal.vocabulary.encoder import EncoderError, Vectors, get_encoder
from portal.vocabulary.linker import Likeness
from portal.vocabulary.scope import exclusions_said
from portal.vocabulary.vectors import vector_for_query, vectors_for_passages

TELLING = 0.1
"""What a concept adds to the agreement of two readings to be named as shared."""
OWN = 0.15
"""Share of a passage from which a concept is named as what it is about."""
NAMED = 3
NAMED_SHARE = 0.5
"""What concepts that a need names by exact words have of its reading."""


@dataclass(frozen=True)
class NeedReading:
    """How a need is read. `vector` as the encoder gives it, `around` the same in its frame;
    `likeness` over `linker.concept_ids()` adds up to one. None: no encoder, or read as none."""

    vector: Vectors | None
    around: Vectors | None
    likeness: Likeness | None

    def top(self, limit: int, least: float) -> list[tuple[str, float]]:
        """The likeliest concepts with their shares, most first."""
        if self.likeness is None:
            return []
        ids = linker.concept_ids()
        order = np.argsort(-self.likeness, kind="stable")[:limit]
        return [(ids[at], float(self.likeness[at])) for at in order if self.likeness[at] >= least]


@dataclass(frozen=True)
class PassageReading:
    """How passages are read, one row each. `likeness` None: nothing is fitted for the encoder."""

    around: Vectors
    likeness: Likeness | None

    def part(self, start: int, stop: int) -> "PassageReading":
        """Some of the rows."""
        likeness = None if self.likeness is None else self.likeness[start:stop]
        return PassageReading(self.around[start:stop], likeness)


@dataclass(frozen=True)
class Compared:
    """A need against the passages of one provider: `covers` 0-1 a passage, `best` the row of the
    highest, the concepts it shares with the need and those it is about; `cosine` (-1 to 1) of the
    `nearest` row."""

    covers: tuple[float, ...] = ()
    best: int | None = None
    shared: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    cosine: float | None = None
    nearest: int | None = None


def need_text(need: Need) -> str:
    """The text by which a need is read and searched."""
    return f"{need.title}\n{need.description}"


def read_need(need: Need) -> NeedReading:
    """Read a need's own words, less the concepts its owner switched off. The reading is kept;
    `select_related("reading")` saves asking for it."""
    return _reading(need_text(need), _stored(need) or _read(need), need.concepts_off)


def has_reading(need: Need) -> bool:
    """Whether the need's stored reading still holds."""
    return _stored(need) is not None


def _stored(need: Need) -> NeedRow | None:
    stored: NeedRow | None = getattr(need, "reading", None)
    if stored is None:
        return None
    holds = stored.version == concepts_version() and stored.text_hash == _hash(need)
    return stored if holds else None


def _hash(need: Need) -> str:
    return sha256(need_text(need).encode()).hexdigest()


def _read(need: Need) -> NeedRow:
    text = need_text(need)
    likeness = _concepts(text)
    try:
        vector = vector_for_query(text, keep=True)
    except EncoderError:
        vector = None
    row = NeedRow(
        need=need,
        text_hash=_hash(need),
        version=concepts_version(),
        vector=b"" if vector is None else vector.astype(np.float16).tobytes(),
        likeness=likeness.astype(np.float16).tobytes(),
    )
    if vector is not None or get_encoder() is None:
        # Without the encoder it would answer soon, the reading is worth less: not kept.
        NeedRow.objects.bulk_create(
            [row],
            update_conflicts=True,
            unique_fields=["need"],
            update_fields=["text_hash", "version", "vector", "likeness"],
        )
    return row


def _concepts(text: str) -> Likeness:
    """Concept shares of a need's text for comparing: of the whole text, half given to concepts it
    names by exact words, none to what it says it has or does not want; all zero for a text that
    reads as no concept."""
    linked = linker.link(text, keep=True)
    whole = linker.whole_likeness(text, keep=True)
    if not linked.likeness.any() or not whole.any():
        return linked.likeness
    position = {concept: at for at, concept in enumerate(linker.concept_ids())}
    wanted = {mark.id for mark in linked.wanted}
    # What an exclusion names ("only open source") is judged on the offers' own words.
    said = [text[start:end] for _, start, end in exclusions_said(text)]
    for mark in (*linked.unwanted, *linked.present):
        if mark.id in position and not any(mark.text in phrase for phrase in said):
            whole[position[mark.id]] *= mark.id in wanted
    named = [position[m.id] for m in linked.wanted if m.source == "words" and m.id in position]
    likeness = whole / (whole.sum() or 1.0)
    if named:
        likeness *= 1 - NAMED_SHARE
        likeness[named] += NAMED_SHARE / len(named)
    return likeness


def _reading(text: str, stored: NeedRow, off: Sequence[str]) -> NeedReading:
    likeness = np.frombuffer(bytes(stored.likeness), np.float16).astype(np.float32)
    vector = np.frombuffer(bytes(stored.vector), np.float16).astype(np.float32)
    position = {concept: at for at, concept in enumerate(linker.concept_ids())}
    for concept in off:
        if concept in position:
            likeness[position[concept]] = 0.0
    total = float(likeness.sum())
    return NeedReading(
        vector=vector if len(vector) else None,
        around=_framed(text, vector) if len(vector) else None,
        likeness=likeness / total if total > 0 else None,
    )


def read_passages(texts: Sequence[str]) -> PassageReading | None:
    """Read passages, encoding those that are new; None without an encoder."""
    try:
        vectors = vectors_for_passages(texts)
    except EncoderError:
        vectors = None
    if vectors is None or not len(vectors):
        return None
    model = linker.current_model()
    around = vectors if model is None else model.frame.of_passages(texts, vectors)
    likeness = linker.passage_likeness(texts, vectors)
    return PassageReading(around, likeness if likeness.any() else None)


def _framed(text: str, vector: Vectors) -> Vectors:
    model = linker.current_model()
    return vector if model is None else model.frame.of_queries([text], vector[np.newaxis, :])[0]


def compare(need: NeedReading, passages: PassageReading | None) -> Compared:
    """The figures of one provider's passages."""
    if passages is None or not len(passages.around):
        return Compared()
    cosine, nearest = None, None
    if need.around is not None and need.around.shape[0] == passages.around.shape[1]:
        cosines = passages.around @ need.around
        nearest = int(cosines.argmax())
        cosine = round(float(cosines[nearest]), 4)
    if need.likeness is None or passages.likeness is None:
        return Compared(cosine=cosine, nearest=nearest)
    # The Bhattacharyya coefficient of both readings: 1 when they are the same. Against the mere
    # product it counts the small shares too, by which near concepts tell alike from unlike.
    parts = np.sqrt(passages.likeness * need.likeness)
    covers = parts.sum(axis=1)
    best = int(covers.argmax())
    return Compared(
        covers=tuple(round(min(1.0, float(cover)), 4) for cover in covers),
        best=best,
        shared=_named(parts[best], TELLING),
        own=_named(passages.likeness[best], OWN),
        cosine=cosine,
        nearest=nearest,
    )


def _named(shares: Likeness, least: float) -> tuple[str, ...]:
    ids = linker.concept_ids()
    order = np.argsort(-shares, kind="stable")[:NAMED]
    return tuple(ids[at] for at in order if shares[at] >= least)
