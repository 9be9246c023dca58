"""The fitted file: from a sentence vector to concepts, or to "none of these".

Two linear classifiers over centred vectors of length 1: one for what factories say, which also
knows texts that no concept covers; one for what providers say. `manage.py vocabulary fit` makes
the file; one for the local encoder travels with the code."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from django.conf import settings

from portal.vocabulary import loader
from portal.vocabulary.encoder import Vectors
from portal.vocabulary.ngrams import NgramLikeness
from portal.vocabulary.schema import Concept, Language

# Chosen by cross-validation over the vocabulary's own phrases (docs/evaluation-reading.md).
SMOOTHNESS = 3.0
PASSAGE_SMOOTHNESS = 10.0
NGRAM_WEIGHT = 12.0
SHARPNESS = 1.5
PASSAGE_SHARPNESS = 1.0
_FOLDS = 5
# This share of held-out texts that no concept covers may slip through when the bar is set.
_SLIP = 0.03
_LANGUAGES: tuple[Language, ...] = ("zh", "en")


@dataclass(frozen=True)
class Linear:
    """One linear classifier: rows of `weights` are classes."""

    mean: Vectors
    weights: Vectors
    bias: Vectors

    def logits(self, vectors: Vectors) -> Vectors:
        """(texts × dimensions) to (texts × classes)."""
        return centred(vectors, self.mean) @ self.weights.T + self.bias


@dataclass(frozen=True)
class Classifier:
    """Both classifiers. `ids` are the concepts in the order of the classes.

    The last class of `needs` is "none of these"; a text at or above `none_from` belongs to it."""

    encoder: str
    vocabulary: str
    ids: tuple[str, ...]
    needs: Linear
    passages: Linear
    none_from: float

    def need_logits(self, vector: Vectors) -> tuple[Vectors, float]:
        """Logits over `ids`, and how likely none of them is meant (0…1)."""
        logits = self.needs.logits(vector[np.newaxis, :])
        return logits[0, :-1], float(softmax(logits)[0, -1])

    def passage_likeness(self, vectors: Vectors) -> Vectors:
        """(passages × concepts): what share of each passage speaks of each concept."""
        return softmax(PASSAGE_SHARPNESS * self.passages.logits(vectors))


def softmax(logits: Vectors) -> Vectors:
    """Shares along the last axis that add up to one."""
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    shares: Vectors = powers / powers.sum(axis=-1, keepdims=True)
    return shares


def centred(vectors: Vectors, mean: Vectors) -> Vectors:
    """`vectors` around `mean`, of length 1 again (a vector equal to the mean stays zero)."""
    moved = vectors - mean
    lengths = np.linalg.norm(moved, axis=1, keepdims=True)
    around: Vectors = moved / np.where(lengths > 0, lengths, 1)
    return around


@dataclass(frozen=True)
class Phrases:
    """Every phrase of the specific concepts: its concept's index, what it is, its language."""

    texts: tuple[str, ...]
    owners: npt.NDArray[np.int64]
    kinds: tuple[str, ...]
    languages: tuple[str, ...]


def specific(concepts: Sequence[Concept]) -> list[Concept]:
    """The concepts that can be told from phrases: all but the broad ones."""
    return [concept for concept in concepts if not concept.broad]


def phrases_of(concepts: Sequence[Concept]) -> Phrases:
    """Names, complaints and offers of `concepts`, in a fixed order."""
    rows = [
        (text, index, kind, language)
        for index, concept in enumerate(concepts)
        for language in _LANGUAGES
        for kind, texts in (
            ("name", concept.names(language)),
            ("complaint", concept.complaints(language)),
            ("offer", concept.offers(language)),
        )
        for text in texts
    ]
    texts, owners, kinds, languages = zip(*rows, strict=True)
    return Phrases(texts, np.asarray(owners), kinds, languages)


def ngram_likeness(phrases: Phrases, size: int, rows: Sequence[int] | None = None) -> NgramLikeness:
    """The character likeness over `rows` of the phrases (all by default)."""
    chosen = range(len(phrases.texts)) if rows is None else rows
    return NgramLikeness(((phrases.texts[i], int(phrases.owners[i])) for i in chosen), size)


def fit(
    *,
    encoder: str,
    ids: Sequence[str],
    owners: npt.NDArray[np.int64],
    queries: Vectors,
    passages: Vectors,
    strangers: Vectors,
) -> Classifier:
    """Fit both classifiers.

    `queries` and `passages` are the phrases' vectors in either role, `strangers` the vectors (as
    queries) of texts that no concept covers."""
    size = len(ids)
    stranger_class = np.full(len(strangers), size)
    everything = np.vstack([queries, strangers])
    classes = np.concatenate([owners, stranger_class])
    return Classifier(
        encoder=encoder,
        vocabulary=loader.concepts_hash(),
        ids=tuple(ids),
        needs=fit_linear(everything, classes, SMOOTHNESS),
        passages=fit_linear(passages, owners, PASSAGE_SMOOTHNESS),
        none_from=_bar(queries, owners, strangers, size),
    )


def fit_linear(vectors: Vectors, classes: npt.NDArray[np.int64], smoothness: float) -> Linear:
    """Multinomial logistic regression over the centred vectors; class k is row k."""
    # Imported here: only fitting needs it, and it takes a second to load.
    from sklearn.linear_model import LogisticRegression

    mean = vectors.mean(axis=0)
    model: Any = LogisticRegression(C=smoothness, max_iter=400)
    model.fit(centred(vectors, mean), classes)
    return Linear(
        mean.astype(np.float32),
        model.coef_.astype(np.float32),
        model.intercept_.astype(np.float32),
    )


def _bar(queries: Vectors, owners: npt.NDArray[np.int64], strangers: Vectors, size: int) -> float:
    """The share of "none" above which nearly all strangers lie that were not fitted on."""
    shares = []
    fold_of = np.arange(len(strangers)) % _FOLDS
    for fold in range(_FOLDS):
        kept = fold_of != fold
        classes = np.concatenate([owners, np.full(int(kept.sum()), size)])
        linear = fit_linear(np.vstack([queries, strangers[kept]]), classes, SMOOTHNESS)
        shares.append(softmax(linear.logits(strangers[~kept]))[:, -1])
    return float(np.quantile(np.concatenate(shares), _SLIP))


def save(classifier: Classifier, path: Path) -> None:
    """Write the fitted file (16-bit weights)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        np.savez_compressed(
            file,
            encoder=np.array(classifier.encoder),
            vocabulary=np.array(classifier.vocabulary),
            ids=np.array(classifier.ids),
            none_from=np.array(classifier.none_from),
            **{
                f"{name}_{part}": getattr(linear, part).astype(np.float16)
                for name, linear in (("needs", classifier.needs), ("passages", classifier.passages))
                for part in ("mean", "weights", "bias")
            },
        )


def load(path: Path) -> Classifier:
    """Read a fitted file. Raises OSError, or BadVocabulary when it is no such file."""
    try:
        with np.load(path, allow_pickle=False) as data:
            needs, passages = (
                Linear(*(data[f"{name}_{part}"].astype(np.float32) for part in _PARTS))
                for name in ("needs", "passages")
            )
            return Classifier(
                encoder=str(data["encoder"]),
                vocabulary=str(data["vocabulary"]),
                ids=tuple(str(concept) for concept in data["ids"]),
                needs=needs,
                passages=passages,
                none_from=float(data["none_from"]),
            )
    except (KeyError, ValueError) as error:
        raise loader.BadVocabulary(f"{path.name}: {error}") from error


_PARTS = ("mean", "weights", "bias")


def path_for(encoder: str, *, packaged: bool) -> Path:
    """Where the file fitted for `encoder` lies: beside the code, or in the data folder."""
    name = f"classifier-{hashlib.sha256(encoder.encode()).hexdigest()[:12]}.npz"
    if packaged:
        return loader.DATA / name
    return Path(settings.DUIJIE_DATA_DIR) / "vocabulary" / name


@lru_cache(maxsize=4)
def for_encoder(encoder: str, ids: tuple[str, ...]) -> Classifier | None:
    """The fitted file for `encoder` and these concepts; the installation's own before the packaged.

    None when there is none, or the concepts have changed since: words alone are used then."""
    for packaged in (False, True):
        path = path_for(encoder, packaged=packaged)
        if path.is_file():
            found = load(path)
            if found.ids == ids:
                return found
    return None
