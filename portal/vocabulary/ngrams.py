"""Likeness by shared runs of characters: what sentence vectors miss (砂眼, PPAP)."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from math import log, sqrt

import numpy as np
import numpy.typing as npt

_LONGEST = 4
_READ = 4000
_WHOLE = np.float32(0.4)
_RARE = 2


class NgramLikeness:
    """Cosine between a text and each concept's phrases, over weighted runs of 1–4 characters."""

    def __init__(self, phrases: Iterable[tuple[str, int]], size: int) -> None:
        """`phrases`: text and the index of its concept, below `size`."""
        self._size = size
        counted = [(_grams(text), index) for text, index in phrases]
        frequency = Counter(gram for grams, _ in counted for gram in grams)
        total = len(counted) + 1
        self._idf = {
            gram: log(total / (1 + seen)) + 1 for gram, seen in frequency.items() if seen >= _RARE
        }
        sums: list[dict[str, float]] = [defaultdict(float) for _ in range(size)]
        for grams, index in counted:
            for gram, weight in self._weighted(grams).items():
                sums[index][gram] += weight
        postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for index, weights in enumerate(sums):
            length = sqrt(sum(weight * weight for weight in weights.values())) or 1.0
            for gram, weight in weights.items():
                postings[gram].append((index, weight / length))
        self._postings = {gram: _columns(entries) for gram, entries in postings.items()}

    def likeness(self, text: str) -> npt.NDArray[np.float32]:
        """0…1 for each concept index."""
        weighted = self._weighted(_grams(text))
        if not weighted:
            return np.zeros(self._size, np.float32)
        columns = [self._postings[gram] for gram in weighted]
        shares = np.repeat(list(weighted.values()), [len(indices) for indices, _ in columns])
        return np.bincount(
            np.concatenate([indices for indices, _ in columns]),
            weights=shares * np.concatenate([weights for _, weights in columns]),
            minlength=self._size,
        ).astype(np.float32)

    def of_pieces(self, pieces: Sequence[str]) -> npt.NDArray[np.float32]:
        """(pieces × concepts): each piece's likeness, with a share of the whole text's, since the
        trade that one piece names (screws) tells what another means (bad threads)."""
        rows = np.vstack([self.likeness(piece) for piece in pieces])
        if len(pieces) == 1:
            return rows
        return (1 - _WHOLE) * rows + _WHOLE * self.likeness(" ".join(pieces))

    def _weighted(self, grams: Counter[str]) -> dict[str, float]:
        weights = {
            gram: (1 + log(count)) * self._idf[gram]
            for gram, count in grams.items()
            if gram in self._idf
        }
        length = sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        return {gram: weight / length for gram, weight in weights.items()}


def _grams(text: str) -> Counter[str]:
    grams: Counter[str] = Counter()
    for token in text[:_READ].casefold().split():
        word = f" {token} "
        for length in range(1, _LONGEST + 1):
            grams.update(word[at : at + length] for at in range(len(word) - length + 1))
    return grams


def _columns(
    entries: Sequence[tuple[int, float]],
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.float32]]:
    indices, weights = zip(*entries, strict=True)
    return np.asarray(indices, np.int32), np.asarray(weights, np.float32)
