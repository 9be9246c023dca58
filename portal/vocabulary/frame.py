"""Sentence vectors around the mean of their language: what classifiers and search compare.

Encoders lay a language's texts together before they lay meanings together, and complaints apart
from offers; taken around these means, texts of either language that say the same lie near."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from portal.vocabulary.encoder import Vectors, is_chinese, normalised
from portal.vocabulary.phrases import ANSWERING, ASKING, Phrases


@dataclass(frozen=True)
class Frame:
    """`asking` and `answering`: (English, Chinese) means of texts in that role, a row each;
    `parts`: the lengths of the vectors that the encoder lays side by side."""

    asking: Vectors
    answering: Vectors
    parts: tuple[int, ...]

    def of_queries(self, texts: Sequence[str], vectors: Vectors) -> Vectors:
        """One row of length 1 a text that asks."""
        return _around(self.asking, self.parts, texts, vectors)

    def of_passages(self, texts: Sequence[str], vectors: Vectors) -> Vectors:
        """One row of length 1 a text that answers."""
        return _around(self.answering, self.parts, texts, vectors)


def _around(
    means: Vectors, parts: Sequence[int], texts: Sequence[str], vectors: Vectors
) -> Vectors:
    chinese = np.asarray([is_chinese(text) for text in texts], dtype=np.int64)
    return unit_parts(vectors - means[chinese], parts)


def unit_parts(vectors: Vectors, parts: Sequence[int]) -> Vectors:
    """Each part of each row at the same length, the row at length 1."""
    borders = np.cumsum(parts)[:-1]
    return normalised(np.hstack([normalised(part) for part in np.split(vectors, borders, axis=1)]))


def fit(phrases: Phrases, *, queries: Vectors, passages: Vectors, parts: tuple[int, ...]) -> Frame:
    """The means of what asks and of what answers among the `phrases`, whose vectors in either role
    `queries` and `passages` are."""
    return Frame(
        asking=_means(queries, phrases, ASKING),
        answering=_means(passages, phrases, ANSWERING),
        parts=parts,
    )


def _means(vectors: Vectors, phrases: Phrases, kinds: frozenset[str]) -> Vectors:
    chosen, chinese = phrases.of(kinds), phrases.chinese
    rows = [vectors[chosen & (chinese == language)].mean(axis=0) for language in (False, True)]
    return np.asarray(rows, dtype=np.float32)
