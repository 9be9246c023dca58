"""How well the linker reads phrases it was not fitted on, and refuses what it cannot know."""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from portal.vocabulary import classifier as fitted
from portal.vocabulary.encoder import Vectors

_FOLDS = 5
_TOP = 3


@dataclass(frozen=True)
class Accuracy:
    """Shares (0…1) of `texts` held-out complaints: concept first, among three, and let through."""

    texts: int
    first: float
    among_three: float
    let_through: float


@dataclass(frozen=True)
class Measures:
    """Cross-validated accuracy by language, and the share of strangers refused by language."""

    accuracy: dict[str, Accuracy]
    refused: dict[str, float]


def measure(
    phrases: fitted.Phrases,
    queries: Vectors,
    strangers: Vectors,
    others: dict[str, Vectors],
    none_from: float,
) -> Measures:
    """Five-fold cross-validation over each concept's complaints.

    `strangers` take part in fitting; `others` (by language) are kept out of it and only judged."""
    size = int(phrases.owners.max()) + 1
    fold_of = _folds(phrases)
    hits: dict[str, list[tuple[bool, bool, bool]]] = defaultdict(list)
    refused: dict[str, list[float]] = defaultdict(list)
    for fold in range(_FOLDS):
        held = np.flatnonzero(fold_of == fold)
        kept = np.flatnonzero(fold_of != fold)
        classes = np.concatenate([phrases.owners[kept], np.full(len(strangers), size)])
        linear = fitted.fit_linear(
            np.vstack([queries[kept], strangers]), classes, fitted.SMOOTHNESS
        )
        ngrams = fitted.ngram_likeness(phrases, size, [int(row) for row in kept])
        logits = linear.logits(queries[held])
        passed = fitted.softmax(logits)[:, -1] < none_from
        for row, at in enumerate(held):
            alike = ngrams.likeness(phrases.texts[at])
            order = np.argsort(-(logits[row, :-1] + fitted.NGRAM_WEIGHT * alike))
            owner = phrases.owners[at]
            hits[phrases.languages[at]].append(
                (order[0] == owner, owner in order[:_TOP], bool(passed[row]))
            )
        for language, vectors in others.items():
            shares = fitted.softmax(linear.logits(vectors))[:, -1]
            refused[language].append(float((shares >= none_from).mean()))
    accuracy = {
        language: Accuracy(
            len(rows), *(float(np.mean(column)) for column in zip(*rows, strict=True))
        )
        for language, rows in sorted(hits.items())
    }
    return Measures(accuracy, {key: float(np.mean(rows)) for key, rows in refused.items()})


def _folds(phrases: fitted.Phrases) -> npt.NDArray[np.int64]:
    """The fold of each phrase: complaints dealt out within their concept; the rest never held."""
    folds = np.full(len(phrases.texts), -1)
    seen: dict[tuple[int, str], int] = defaultdict(int)
    for at, kind in enumerate(phrases.kinds):
        if kind == "complaint":
            key = (int(phrases.owners[at]), phrases.languages[at])
            folds[at] = seen[key] % _FOLDS
            seen[key] += 1
    return folds
