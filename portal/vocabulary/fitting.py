"""Fitting the classifier: at once by the command, in small steps by the worker."""

import logging
from collections.abc import Callable

import numpy as np
from django.db import transaction

from portal.foundation import outbox
from portal.foundation.models import OutboxRow
from portal.vocabulary import classifier as fitted
from portal.vocabulary import frame as framing
from portal.vocabulary import loader, meaning
from portal.vocabulary.edits import tell_fitted
from portal.vocabulary.encoder import EncoderError, SentenceEncoder, Vectors, get_encoder
from portal.vocabulary.phrases import phrases_to_fit, specific
from portal.vocabulary.vectors import encode_some, vectors_for_passages, vectors_for_queries
from portal.vocabulary.vocabulary import Vocabulary, get_vocabulary

logger = logging.getLogger(__name__)

FIT, KIND, ONLY = "vocabulary", "classifier", "classifier"
"""What the outbox calls this work."""
# Some seconds of encoding: the worker has other things to do in between.
_STEP = 128

Encode = Callable[[tuple[str, ...]], Vectors]

_after: list[Callable[[], object]] = []


def after_fitting(function: Callable[[], object]) -> None:
    """Call `function` whenever the worker has fitted anew; for what was read before."""
    _after.append(function)


def queries(texts: tuple[str, ...]) -> Vectors:
    """Vectors of texts that ask. Raises EncoderError."""
    found = vectors_for_queries(texts)
    return np.empty((0, 0), np.float32) if found is None else found


def passages(texts: tuple[str, ...]) -> Vectors:
    """Vectors of texts that answer. Raises EncoderError."""
    found = vectors_for_passages(texts)
    return np.empty((0, 0), np.float32) if found is None else found


def other_texts() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What people say around a complaint, and what no concept covers."""
    strangers = loader.out_of_domain().fit
    return loader.contexts().fit.sentences(), (*strangers.zh, *strangers.en)


def fit(
    vocabulary: Vocabulary,
    encoder: SentenceEncoder,
    *,
    as_queries: Encode = queries,
    as_passages: Encode = passages,
) -> fitted.Classifier:
    """A classifier for the concepts of `vocabulary`. Raises EncoderError."""
    telling = specific(list(vocabulary.concepts.values()))
    phrases = phrases_to_fit(telling, loader.examples())
    asking, answering = as_queries(phrases.texts), as_passages(phrases.texts)
    frame = framing.fit(
        phrases,
        queries=asking,
        passages=answering,
        parts=encoder.parts or (asking.shape[1],),
    )
    asked = frame.of_queries(phrases.texts, asking)
    answered = frame.of_passages(phrases.texts, answering)
    return fitted.fit(
        encoder=encoder.name,
        vocabulary=vocabulary.fit_hash,
        ids=[concept.id for concept in telling],
        owners=phrases.owners,
        frame=frame,
        queries=asked,
        passages=answered,
        others=others(frame, as_queries),
        space=meaning.fit_space(phrases, queries=asked, passages=answered),
    )


def others(frame: framing.Frame, as_queries: Encode) -> fitted.Others:
    """The vectors of `other_texts` in the frame. Raises EncoderError."""
    context, strangers = (frame.of_queries(texts, as_queries(texts)) for texts in other_texts())
    return fitted.Others(context=context, strangers=strangers)


def drain(limit: int) -> int:
    """Take the next step towards a classifier for the concepts that hold now, if one is owed."""
    rows = outbox.claim(FIT, 1)
    if not rows:
        return 0
    encoder = get_encoder()
    if encoder is None:
        outbox.acknowledge(rows)
        return 1
    try:
        _step(rows, encoder)
    except EncoderError as error:
        outbox.fail(rows, str(error))
    return 1


def _step(rows: list[OutboxRow], encoder: SentenceEncoder) -> None:
    vocabulary = get_vocabulary()
    telling = specific(list(vocabulary.concepts.values()))
    texts = phrases_to_fit(telling, loader.examples()).texts
    left = encode_some((*texts, *sum(other_texts(), ())), texts, _STEP)
    if left:
        logger.info("vocabulary: %d phrases still to encode", left)
        outbox.retry_now(FIT)
        return
    model = fit(vocabulary, encoder)
    path = fitted.path_for(encoder.name, packaged=False, vocabulary=vocabulary.fit_hash)
    fitted.save(model, path)
    fitted.tidy(encoder.name, path)
    with transaction.atomic():
        tell_fitted()
        outbox.acknowledge(rows)
    logger.info("vocabulary: fitted %d concepts, wrote %s", len(telling), path.name)
    for function in _after:
        function()
