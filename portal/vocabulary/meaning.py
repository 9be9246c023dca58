"""Sentence vectors brought into one space where what a factory says lies near what providers
offer for it, in either language: what search compares.

Encoders lay a language's texts together before they lay meanings together, and complaints apart
from offers. So the mean of each language and role is taken away, and a linear map is fitted on
the vocabulary's phrases by which those of one concept come to lie together (docs/evaluation.md).
Fitted by softmax over the cosines of each phrase with the others (InfoNCE: van den Oord et al.,
2018), beginning from the principal directions of the phrases. Beside it stand the shares of the
concepts that the classifiers read from the text, compared by their Bhattacharyya coefficient."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from portal.vocabulary.encoder import Vectors, is_chinese, normalised
from portal.vocabulary.linear import Linear, softmax

DIMENSIONS = 256
CONCEPTS_WEIGHT = 0.8
"""Of the likeness of concepts against the cosine in the fitted space. Like the two below chosen on
the tune half of the judged set."""
ASKED_SHARPNESS, ANSWERED_SHARPNESS = 2.0, 1.0
STEPS = 100
RATE = 1e-3
TEMPERATURE = 0.1
ASKING, ANSWERING = 1_500, 2_500
"""Phrases compared in one step."""
_SEED = 20_260_101
_FIRST_DECAY, _SECOND_DECAY, _EPSILON = 0.9, 0.999, 1e-8

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Space:
    """`asking` and `answering`: (English, Chinese) means of texts in that role, a row each;
    `weights`: the map, DIMENSIONS (or fewer) × the encoder's; `parts`: the lengths of the vectors
    that the encoder lays side by side."""

    asking: Vectors
    answering: Vectors
    weights: Vectors
    parts: tuple[int, ...]

    def of_queries(self, texts: Sequence[str], vectors: Vectors) -> Vectors:
        """One row of length 1 a text that asks."""
        return self._map(self._around(self.asking, texts, vectors))

    def of_passages(self, texts: Sequence[str], vectors: Vectors) -> Vectors:
        """One row of length 1 a text that answers."""
        return self._map(self._around(self.answering, texts, vectors))

    def _around(self, means: Vectors, texts: Sequence[str], vectors: Vectors) -> Vectors:
        chinese = np.asarray([is_chinese(text) for text in texts], dtype=np.int64)
        return unit_parts(vectors - means[chinese], self.parts)

    def _map(self, vectors: Vectors) -> Vectors:
        return normalised(vectors @ self.weights.T)


@dataclass(frozen=True)
class Meaning:
    """What search compares: a text's place in the space and the concepts that it speaks of, as
    `needs` and `passages` read them, in one row. The cosine of two rows is the weighted mean of
    both likenesses."""

    space: Space
    needs: Linear
    passages: Linear

    @property
    def dimensions(self) -> int:
        """The length of a row."""
        return len(self.space.weights) + len(self.passages.bias)

    def of_queries(self, texts: Sequence[str], vectors: Vectors) -> Vectors:
        """One row of length 1 a text that asks."""
        shares = softmax(ASKED_SHARPNESS * self.needs.logits(vectors))
        return _together(self.space.of_queries(texts, vectors), shares)

    def of_passages(self, texts: Sequence[str], vectors: Vectors) -> Vectors:
        """One row of length 1 a text that answers."""
        shares = softmax(ANSWERED_SHARPNESS * self.passages.logits(vectors))
        return _together(self.space.of_passages(texts, vectors), shares)


def _together(places: Vectors, shares: Vectors) -> Vectors:
    return normalised(np.hstack([places, np.sqrt(CONCEPTS_WEIGHT * shares)]))


def unit_parts(vectors: Vectors, parts: Sequence[int]) -> Vectors:
    """Each part of each row at the same length, the row at length 1."""
    borders = np.cumsum(parts)[:-1]
    return normalised(np.hstack([normalised(part) for part in np.split(vectors, borders, axis=1)]))


def fit(
    *,
    owners: npt.NDArray[np.int64],
    kinds: Sequence[str],
    chinese: Flags,
    queries: Vectors,
    passages: Vectors,
    parts: tuple[int, ...],
) -> Space:
    """Fit the map. `queries` and `passages` are the phrases' vectors in either role; `owners` the
    concepts they belong to; `kinds` name, complaint or offer; `chinese` their language."""
    kind = np.asarray(kinds)
    asking = _means(queries, chinese, kind == "complaint")
    answering = _means(passages, chinese, kind == "offer")
    asks, answers = kind != "offer", kind != "complaint"
    weights = _map(
        _centred(queries, chinese, kind, parts)[asks],
        owners[asks],
        _centred(passages, chinese, kind, parts)[answers],
        owners[answers],
    )
    return Space(asking, answering, weights, parts)


def _means(vectors: Vectors, chinese: Flags, chosen: Flags) -> Vectors:
    rows = [vectors[chosen & (chinese == language)].mean(axis=0) for language in (False, True)]
    return np.asarray(rows, dtype=np.float32)


def _centred(
    vectors: Vectors, chinese: Flags, kind: npt.NDArray[np.str_], parts: tuple[int, ...]
) -> Vectors:
    moved = np.empty_like(vectors)
    for language in (False, True):
        for one in np.unique(kind):
            rows = (chinese == language) & (kind == one)
            moved[rows] = vectors[rows] - vectors[rows].mean(axis=0)
    return unit_parts(moved, parts)


def _map(
    asking: Vectors,
    asking_owners: npt.NDArray[np.int64],
    answering: Vectors,
    answering_owners: npt.NDArray[np.int64],
) -> Vectors:
    """Adam over random samples of the phrases, always the same ones."""
    random = np.random.default_rng(_SEED)
    both = np.vstack([asking, answering]).astype(np.float64)
    # The directions in which the phrases differ most, from the smaller of the two square matrices.
    _, directions = np.linalg.eigh(both.T @ both)
    weights = np.asarray(directions[:, ::-1][:, :DIMENSIONS].T, dtype=np.float32)
    first, second = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, STEPS + 1):
        here = random.choice(len(asking), min(ASKING, len(asking)), replace=False)
        there = random.choice(len(answering), min(ANSWERING, len(answering)), replace=False)
        same = asking_owners[here][:, np.newaxis] == answering_owners[there]
        slope = _slope(weights, asking[here], answering[there], same)
        first = _FIRST_DECAY * first + (1 - _FIRST_DECAY) * slope
        second = _SECOND_DECAY * second + (1 - _SECOND_DECAY) * slope**2
        move = first / (1 - _FIRST_DECAY**step)
        scale = np.sqrt(second / (1 - _SECOND_DECAY**step)) + _EPSILON
        weights = np.asarray(weights - RATE * move / scale, dtype=np.float32)
    return weights


def _slope(weights: Vectors, asking: Vectors, answering: Vectors, same: Flags) -> Vectors:
    """The gradient of the mean loss: minus the log of the share that phrases of the own concept
    have of the softmax over cosines."""
    asked, given = asking @ weights.T, answering @ weights.T
    long, wide = (np.linalg.norm(rows, axis=1, keepdims=True) + _EPSILON for rows in (asked, given))
    asked, given = asked / long, given / wide
    likeness = asked @ given.T / TEMPERATURE
    powers = np.exp(likeness - likeness.max(axis=1, keepdims=True))
    shares = powers / powers.sum(axis=1, keepdims=True)
    own = powers * same
    total = own.sum(axis=1, keepdims=True)
    # A phrase without one of its own concept in the sample teaches nothing.
    wanted = np.divide(own, total, out=shares.copy(), where=total > 0)
    slope = (shares - wanted) / (TEMPERATURE * len(asking))
    back, forth = slope @ given, slope.T @ asked
    back = (back - (back * asked).sum(axis=1, keepdims=True) * asked) / long
    forth = (forth - (forth * given).sum(axis=1, keepdims=True) * given) / wide
    return np.asarray(back.T @ asking + forth.T @ answering, dtype=np.float32)
