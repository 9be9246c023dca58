"""Sentence vectors brought into one space where what a factory says lies near what providers
offer for it, in either language: what search compares.

Over vectors around the mean of their language (`frame`) a linear map is fitted by which the
vocabulary's phrases of one concept come to lie together (docs/evaluation.md): by softmax over the
cosines of each phrase with the others (InfoNCE: van den Oord et al., 2018), beginning from the
principal directions of the phrases. Beside it stand the shares of the concepts that the
classifiers read from the text, compared by their Bhattacharyya coefficient."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from portal.vocabulary.encoder import Vectors, normalised
from portal.vocabulary.frame import Frame
from portal.vocabulary.linear import Linear, softmax
from portal.vocabulary.phrases import ANSWERING, ASKING, Phrases

DIMENSIONS = 256
CONCEPTS_WEIGHT = 0.8
"""Of the likeness of concepts against the cosine in the fitted space. Like the two below chosen on
the tune half of the judged set."""
ASKED_SHARPNESS, ANSWERED_SHARPNESS = 2.0, 1.0
STEPS = 100
RATE = 1e-3
TEMPERATURE = 0.1
ASKING_AT_ONCE, ANSWERING_AT_ONCE = 1_500, 2_500
"""Phrases compared in one step."""
_SEED = 20_260_101
_FIRST_DECAY, _SECOND_DECAY, _EPSILON = 0.9, 0.999, 1e-8


@dataclass(frozen=True)
class Meaning:
    """What search compares: a text's place in the space and the concepts that it speaks of, as
    `needs` and `passages` read them, in one row. The cosine of two rows is the weighted mean of
    both likenesses. `space`: the map, DIMENSIONS (or fewer) × the encoder's."""

    frame: Frame
    space: Vectors
    needs: Linear
    passages: Linear

    @property
    def dimensions(self) -> int:
        """The length of a row."""
        return len(self.space) + len(self.passages.bias)

    def of_queries(self, texts: Sequence[str], vectors: Vectors) -> Vectors:
        """One row of length 1 a text that asks."""
        rows = self.frame.of_queries(texts, vectors)
        return self._together(rows, softmax(ASKED_SHARPNESS * self.needs.logits(rows)))

    def of_passages(self, texts: Sequence[str], vectors: Vectors) -> Vectors:
        """One row of length 1 a text that answers."""
        rows = self.frame.of_passages(texts, vectors)
        return self._together(rows, softmax(ANSWERED_SHARPNESS * self.passages.logits(rows)))

    def _together(self, rows: Vectors, shares: Vectors) -> Vectors:
        places = normalised(rows @ self.space.T)
        return normalised(np.hstack([places, np.sqrt(CONCEPTS_WEIGHT * shares)]))


def fit_space(phrases: Phrases, *, queries: Vectors, passages: Vectors) -> Vectors:
    """Fit the map. `queries` and `passages` are the phrases' vectors in either role, in the
    frame."""
    asks, answers = ~phrases.of(ANSWERING), ~phrases.of(ASKING)
    owners = phrases.owners
    return _map(queries[asks], owners[asks], passages[answers], owners[answers])


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
        here = random.choice(len(asking), min(ASKING_AT_ONCE, len(asking)), replace=False)
        there = random.choice(len(answering), min(ANSWERING_AT_ONCE, len(answering)), replace=False)
        same = asking_owners[here][:, np.newaxis] == answering_owners[there]
        slope = _slope(weights, asking[here], answering[there], same)
        first = _FIRST_DECAY * first + (1 - _FIRST_DECAY) * slope
        second = _SECOND_DECAY * second + (1 - _SECOND_DECAY) * slope**2
        move = first / (1 - _FIRST_DECAY**step)
        scale = np.sqrt(second / (1 - _SECOND_DECAY**step)) + _EPSILON
        weights = np.asarray(weights - RATE * move / scale, dtype=np.float32)
    return weights


def _slope(
    weights: Vectors, asking: Vectors, answering: Vectors, same: npt.NDArray[np.bool_]
) -> Vectors:
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
