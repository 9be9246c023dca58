"""How well the linker reads phrases it was not fitted on, and refuses what it cannot know."""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from portal.vocabulary import classifier as fitted
from portal.vocabulary.encoder import Vectors
from portal.vocabulary.linear import Linear
from portal.vocabulary.ngrams import NgramLikeness
from portal.vocabulary.phrases import EXAMPLES, Phrases, ngram_likeness

_FOLDS = 5
_TOP = 3


@dataclass(frozen=True)
class Judged:
    """What is kept out of fitting, by language: context as (before, after) rows of texts and
    vectors, and the vectors of texts that no concept covers."""

    context_texts: dict[str, list[tuple[str, str]]]
    context: dict[str, Vectors]
    strangers: dict[str, Vectors]


@dataclass(frozen=True)
class Accuracy:
    """Shares (0…1) of `texts` held-out complaints: concept first, among three, and let through."""

    texts: int
    first: float
    among_three: float
    let_through: float


@dataclass(frozen=True)
class Measures:
    """Cross-validated, by language: complaints alone, the same between two sentences of context,
    and the share of strangers refused."""

    alone: dict[str, Accuracy]
    in_context: dict[str, Accuracy]
    refused: dict[str, float]


def measure(
    phrases: Phrases,
    queries: Vectors,
    others: fitted.Others,
    judged: Judged,
    none_from: float,
) -> Measures:
    """Five-fold cross-validation over each concept's complaints; `others` take part in fitting.
    All vectors are in the frame."""
    size = int(phrases.owners.max()) + 1
    fold_of, long = _folds(phrases), phrases.of(EXAMPLES)
    alone: dict[str, list[tuple[bool, bool, bool]]] = defaultdict(list)
    amid: dict[str, list[tuple[bool, bool, bool]]] = defaultdict(list)
    refused: dict[str, list[float]] = defaultdict(list)
    for fold in range(_FOLDS):
        held, kept = np.flatnonzero(fold_of == fold), np.flatnonzero(fold_of != fold)
        linear = fitted.fit_needs(queries[kept], phrases.owners[kept], others, size)
        reader = _Reader(
            linear,
            ngram_likeness(phrases, size, [int(row) for row in kept if not long[row]]),
            none_from,
        )
        for at in held:
            language, owner = phrases.languages[at], int(phrases.owners[at])
            text, vector = phrases.texts[at], queries[at : at + 1]
            alone[language].append(reader.hits([text], vector, owner))
            contexts = judged.context_texts[language]
            number = owner % len(contexts)
            before, after = contexts[number]
            around = judged.context[language][2 * number : 2 * number + 2]
            amid[language].append(
                reader.hits(
                    [before, text, after], np.vstack([around[:1], vector, around[1:]]), owner
                )
            )
        for spoken, vectors in judged.strangers.items():
            refused[spoken].append(float(np.mean([reader.refuses(row) for row in vectors])))
    return Measures(
        _accuracy(alone),
        _accuracy(amid),
        {language: float(np.mean(rows)) for language, rows in refused.items()},
    )


@dataclass(frozen=True)
class _Reader:
    linear: Linear
    ngrams: NgramLikeness
    none_from: float

    def hits(self, texts: list[str], vectors: Vectors, owner: int) -> tuple[bool, bool, bool]:
        alike = self.ngrams.of_pieces(texts)
        read = fitted.read_sentences(self.linear.logits(vectors), alike)
        order = np.argsort(-read.logits)[:_TOP]
        return bool(order[0] == owner), bool(owner in order), read.none_share < self.none_from

    def refuses(self, vector: Vectors) -> bool:
        logits = self.linear.logits(vector[np.newaxis, :])
        nothing = np.zeros((1, logits.shape[1] - 2), np.float32)
        return fitted.read_sentences(logits, nothing).none_share >= self.none_from


def _accuracy(hits: dict[str, list[tuple[bool, bool, bool]]]) -> dict[str, Accuracy]:
    return {
        language: Accuracy(
            len(rows), *(float(np.mean(column)) for column in zip(*rows, strict=True))
        )
        for language, rows in sorted(hits.items())
    }


def _folds(phrases: Phrases) -> npt.NDArray[np.int64]:
    """The fold of each phrase: complaints dealt out within their concept; the rest never held."""
    folds = np.full(len(phrases.texts), -1)
    seen: dict[tuple[int, str], int] = defaultdict(int)
    for at, kind in enumerate(phrases.kinds):
        if kind == "complaint":
            key = (int(phrases.owners[at]), phrases.languages[at])
            folds[at] = seen[key] % _FOLDS
            seen[key] += 1
    return folds
