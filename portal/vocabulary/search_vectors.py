"""The vectors that search compares: a sentence encoder's, brought into one space (`meaning`)."""

from collections.abc import Sequence

import numpy as np

from portal.vocabulary import linker
from portal.vocabulary.encoder import Vectors
from portal.vocabulary.vectors import vector_for_query, vectors_for_passages


def for_query(text: str, *, keep: bool = False) -> Vectors | None:
    """The vector of a text that asks; None without an encoder. `keep`: store what is encoded.

    Raises EncoderError."""
    vector = vector_for_query(text, keep=keep)
    return None if vector is None else of_query(text, vector)


def of_query(text: str, vector: Vectors) -> Vectors:
    """The same from the vector that the encoder gave: itself where nothing is fitted for it."""
    model = linker.current_model()
    return vector if model is None else model.meaning.of_queries([text], vector[np.newaxis, :])[0]


def for_passages(texts: Sequence[str]) -> Vectors | None:
    """A row for each text that answers, likewise. Raises EncoderError."""
    vectors = vectors_for_passages(texts)
    model = linker.current_model()
    if vectors is None or model is None:
        return vectors
    return model.meaning.of_passages(texts, vectors)
