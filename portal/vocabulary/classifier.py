"""The fitted file: from sentence vectors to concepts, or to "none of these".

Two linear classifiers over vectors around the mean of their language (`frame`): one for what
factories say, which also knows what people say around it and texts that no concept covers; one for
what providers say.
`manage.py vocabulary fit` makes the file; one for the local encoder travels with the code."""

import hashlib
import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt
from django.conf import settings

from portal.vocabulary import loader
from portal.vocabulary.encoder import Vectors
from portal.vocabulary.frame import Frame
from portal.vocabulary.linear import Linear, fit_linear, softmax
from portal.vocabulary.meaning import Meaning
from portal.vocabulary.vocabulary import get_vocabulary

logger = logging.getLogger(__name__)

# Chosen by cross-validation over the vocabulary's own phrases (docs/evaluation-reading.md).
SMOOTHNESS = 10.0
NGRAM_WEIGHT = 10.0
SHARPNESS = 1.0
PASSAGE_SHARPNESS = 1.0
# A sentence counts the less the more it is context; from CONTEXT_FROM on only CONTEXT_COUNTS, for
# the trade it may name. Held-out complaints lie below 0.08 (98 of 100), held-out context nearly
# always above 0.14.
CONTEXT_FROM = 0.1
CONTEXT_COUNTS = 0.05
NONE_MUTES = 0.4
_FOLDS = 5
# This share of held-out texts that no concept covers may slip through when the bar is set.
_SLIP = 0.06
_FORMAT = 5


@dataclass(frozen=True)
class SentencesRead:
    """What a need's sentences say together: logits over the concepts, how likely none of them is
    meant (0…1), and how much each sentence counted (0…1)."""

    logits: Vectors
    none_share: float
    weights: Vectors


@dataclass(frozen=True)
class Classifier:
    """Both classifiers. `ids` are the concepts in the order of the classes.

    `needs` has two classes more: context (who we are, what we hope for) and "none of these"; a
    text of which no sentence lies below `none_from` belongs to the last."""

    encoder: str
    vocabulary: str
    ids: tuple[str, ...]
    frame: Frame
    needs: Linear
    passages: Linear
    none_from: float
    meaning: Meaning
    made: str = ""

    def read(self, texts: Sequence[str], vectors: Vectors, alike: Vectors) -> SentencesRead:
        """Read a need by its sentences (one row each), of which the telling ones count.

        `alike`: the character likeness of each sentence to each concept."""
        return read_sentences(self.need_logits(texts, vectors), alike)

    def need_logits(self, texts: Sequence[str], vectors: Vectors) -> Vectors:
        """(texts × concepts, context, none of these) of texts that ask."""
        return self.needs.logits(self.frame.of_queries(texts, vectors))

    def for_ids(self, ids: tuple[str, ...]) -> "Classifier":
        """The same with the classes of `ids`; one that was not fitted is as likely as any."""
        if ids == self.ids:
            return self
        position = {concept: at for at, concept in enumerate(self.ids)}
        rows = np.asarray([position.get(concept, -1) for concept in ids])
        size = len(self.ids)
        return replace(
            self,
            ids=ids,
            needs=self.needs.chosen(np.concatenate([rows, [size, size + 1]])),
            passages=self.passages.chosen(rows),
        )

    def passage_likeness(self, texts: Sequence[str], vectors: Vectors) -> Vectors:
        """(passages × concepts): what share of each passage speaks of each concept."""
        rows = self.frame.of_passages(texts, vectors)
        return softmax(PASSAGE_SHARPNESS * self.passages.logits(rows))


def read_sentences(logits: Vectors, alike: Vectors) -> SentencesRead:
    """As `Classifier.read`, from the logits of the sentences."""
    shares = softmax(logits)
    context, none = shares[:, -2], shares[:, -1]
    weights: Vectors = np.clip(1 - context / CONTEXT_FROM, CONTEXT_COUNTS, 1)
    weights = weights * np.clip(1 - none / NONE_MUTES, 0, 1)
    telling = none[context < CONTEXT_FROM]
    total = weights.sum()
    together = (weights / total if total > 0 else weights) @ (logits[:, :-2] + NGRAM_WEIGHT * alike)
    return SentencesRead(together, float(telling.min()) if len(telling) else 1.0, weights)


@dataclass(frozen=True)
class Others:
    """Vectors, as queries in the frame, of what is no complaint: context, and what no concept
    covers."""

    context: Vectors
    strangers: Vectors


def fit(
    *,
    encoder: str,
    vocabulary: str,
    ids: Sequence[str],
    owners: npt.NDArray[np.int64],
    frame: Frame,
    queries: Vectors,
    passages: Vectors,
    others: Others,
    space: Vectors,
) -> Classifier:
    """Fit both classifiers. `vocabulary` names what the phrases are of; `queries` and `passages`
    are their vectors in either role, in the `frame`; `space` is fitted from the same."""
    needs = fit_needs(queries, owners, others, len(ids))
    answers = fit_linear(passages, owners, SMOOTHNESS)
    return Classifier(
        encoder=encoder,
        vocabulary=vocabulary,
        ids=tuple(ids),
        frame=frame,
        needs=needs,
        passages=answers,
        none_from=_bar(queries, owners, others, needs),
        meaning=Meaning(frame, space, needs.chosen(np.arange(len(ids))), answers),
    )


def fit_needs(
    queries: Vectors,
    owners: npt.NDArray[np.int64],
    others: Others,
    size: int,
    start: Linear | None = None,
) -> Linear:
    """The classifier of what factories say: `size` concepts, then context, then none. `start`: one
    for nearly the same texts, from which it is found sooner."""
    return fit_linear(
        np.vstack([queries, others.context, others.strangers]),
        np.concatenate(
            [
                owners,
                np.full(len(others.context), size),
                np.full(len(others.strangers), size + 1),
            ]
        ),
        SMOOTHNESS,
        start,
    )


def _bar(queries: Vectors, owners: npt.NDArray[np.int64], others: Others, needs: Linear) -> float:
    """The share of "none" above which nearly all strangers lie that were not fitted on."""
    shares = []
    fold_of = np.arange(len(others.strangers)) % _FOLDS
    for fold in range(_FOLDS):
        known = Others(others.context, others.strangers[fold_of != fold])
        linear = fit_needs(queries, owners, known, len(needs.bias) - 2, needs)
        held = softmax(linear.logits(others.strangers[fold_of == fold]))
        shares.append(held[held[:, -2] < CONTEXT_FROM, -1])
    return float(np.quantile(np.concatenate(shares), _SLIP))


def save(classifier: Classifier, path: Path) -> None:
    """Write the fitted file (16-bit weights)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # Whole or not at all: other processes read it at any moment.
    made = path.with_name(f"{path.name}.{os.getpid()}")
    with made.open("wb") as file:
        np.savez_compressed(
            file,
            format=np.array(_FORMAT),
            encoder=np.array(classifier.encoder),
            vocabulary=np.array(classifier.vocabulary),
            ids=np.array(classifier.ids),
            none_from=np.array(classifier.none_from),
            **{
                f"{name}_{part}": getattr(linear, part).astype(np.float16)
                for name, linear in (("needs", classifier.needs), ("passages", classifier.passages))
                for part in _LINEAR
            },
            parts=np.array(classifier.frame.parts),
            asking=classifier.frame.asking.astype(np.float16),
            answering=classifier.frame.answering.astype(np.float16),
            space=classifier.meaning.space.astype(np.float16),
        )
    made.replace(path)


def load(path: Path) -> Classifier:
    """Read a fitted file. Raises OSError, or BadVocabulary when it is no such file."""
    try:
        content = path.read_bytes()
        with np.load(BytesIO(content), allow_pickle=False) as data:
            if int(data["format"]) != _FORMAT:
                raise loader.BadVocabulary(f"{path.name}: made by another version, fit again")
            needs, passages = (
                Linear(*(data[f"{name}_{part}"].astype(np.float32) for part in _LINEAR))
                for name in ("needs", "passages")
            )
            frame = Frame(
                asking=data["asking"].astype(np.float32),
                answering=data["answering"].astype(np.float32),
                parts=tuple(int(length) for length in data["parts"]),
            )
            return Classifier(
                encoder=str(data["encoder"]),
                vocabulary=str(data["vocabulary"]),
                ids=tuple(str(concept) for concept in data["ids"]),
                frame=frame,
                needs=needs,
                passages=passages,
                none_from=float(data["none_from"]),
                meaning=Meaning(
                    frame,
                    data["space"].astype(np.float32),
                    needs.chosen(np.arange(len(data["ids"]))),
                    passages,
                ),
                made=hashlib.sha256(content).hexdigest(),
            )
    except loader.BadVocabulary:
        raise
    except (KeyError, ValueError, BadZipFile) as error:
        raise loader.BadVocabulary(f"{path.name}: {error}") from error


_LINEAR = ("weights", "bias")


def path_for(encoder: str, *, packaged: bool, vocabulary: str = "") -> Path:
    """Where the file fitted for `encoder` lies: the one beside the code, or in the data folder the
    one made from `vocabulary`."""
    name = f"classifier-{_short(encoder)}"
    if packaged:
        return loader.DATA / f"{name}.npz"
    return _folder() / f"{name}-{vocabulary[:12]}.npz"


def tidy(encoder: str, keep: Path) -> None:
    """Remove files of this installation that `keep` has taken the place of."""
    for path in _own(encoder):
        if path != keep:
            path.unlink(missing_ok=True)


def for_encoder(encoder: str, ids: tuple[str, ...]) -> Classifier | None:
    """What is fitted for `encoder`, brought to the concepts `ids`: a concept that it does not know
    yet is read by words and characters only.

    Of several files the one made from the vocabulary that holds, else the one that knows most of
    `ids`; the installation's own before the packaged. None when there is none."""
    vocabulary = get_vocabulary()
    return _for_encoder(encoder, ids, vocabulary.fit_hash, vocabulary.fitted, _folder())


@lru_cache(maxsize=4)
def _for_encoder(
    encoder: str, ids: tuple[str, ...], vocabulary: str, fitted: int, folder: Path
) -> Classifier | None:
    best: Classifier | None = None
    score = (False, 0)
    for path in (*_own(encoder), path_for(encoder, packaged=True)):
        if not path.is_file():
            continue
        try:
            found = load(path)
        except (OSError, loader.BadVocabulary) as fault:
            logger.warning("%s; reading goes on without it", fault)
            continue
        known = len(set(found.ids) & set(ids))
        if known and (found.vocabulary == vocabulary, known) > score:
            best, score = found, (found.vocabulary == vocabulary, known)
    return best and best.for_ids(ids)


forget = _for_encoder.cache_clear
"""Look for fitted files again."""


def _own(encoder: str) -> list[Path]:
    """The installation's own files, the newest first."""
    found = _folder().glob(f"classifier-{_short(encoder)}-*.npz")
    return sorted(found, key=lambda path: path.stat().st_mtime, reverse=True)


def _folder() -> Path:
    return Path(settings.DUIJIE_DATA_DIR) / "vocabulary"


def _short(encoder: str) -> str:
    return hashlib.sha256(encoder.encode()).hexdigest()[:12]
