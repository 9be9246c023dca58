"""Sentence vectors of texts, encoded once and kept in the database."""

import hashlib
from collections.abc import Sequence

import numpy as np
from django.core.cache import cache

from portal.foundation.progress import Progress
from portal.vocabulary.encoder import SentenceEncoder, Vectors, get_encoder
from portal.vocabulary.models import SentenceVector

_BATCH = 64
_LOOK_UP = 500
_REMEMBER_SECONDS = 3600


def vectors_for_passages(texts: Sequence[str], progress: Progress | None = None) -> Vectors | None:
    """One row of length 1 a text, in the order given; None without an encoder.

    Encodes what is missing in batches, storing each; `progress` counts the texts encoded.
    Raises EncoderError."""
    return _vectors(texts, SentenceVector.Role.PASSAGE, progress)


def vectors_for_queries(texts: Sequence[str], progress: Progress | None = None) -> Vectors | None:
    """As `vectors_for_passages`, for texts that ask. Raises EncoderError."""
    return _vectors(texts, SentenceVector.Role.QUERY, progress)


def query_vectors(texts: Sequence[str], *, keep: bool = False) -> Vectors | None:
    """One row of length 1 a text that asks; None without an encoder. Raises EncoderError.

    With `keep` they are looked up and stored in the database, as for needs, which are matched
    again and again. Without, as for what visitors type, Django's cache remembers them for a
    while: a page that is merely read writes nothing."""
    encoder = get_encoder()
    if encoder is None:
        return None
    if keep:
        return vectors_for_queries(texts)
    keys = {text: f"sentence-vector:{_hash(f'{encoder.name} {text}')}" for text in texts}
    known = cache.get_many(keys.values())
    missing = [text for text, key in keys.items() if key not in known]
    if missing:
        fresh = dict(
            zip((keys[text] for text in missing), encoder.encode_queries(missing), strict=True)
        )
        cache.set_many(fresh, _REMEMBER_SECONDS)
        known |= fresh
    return np.vstack([known[keys[text]] for text in texts])


def vector_for_query(text: str, *, keep: bool = False) -> Vectors | None:
    """As `query_vectors`, for one text: a vector. Raises EncoderError."""
    rows = query_vectors([text], keep=keep)
    return None if rows is None else rows[0]


def missing_passages(texts: Sequence[str]) -> int:
    """How many different texts `vectors_for_passages` would have to encode."""
    encoder = get_encoder()
    if encoder is None:
        return 0
    hashes = {_hash(text) for text in texts}
    return len(hashes) - len(_stored(encoder, hashes, SentenceVector.Role.PASSAGE))


def encode_some(queries: Sequence[str], passages: Sequence[str], most: int) -> int:
    """Encode up to `most` of the texts that are not stored yet, in either role; says how many are
    left. Raises EncoderError."""
    encoder = get_encoder()
    left = 0
    for texts, role in (
        (queries, SentenceVector.Role.QUERY),
        (passages, SentenceVector.Role.PASSAGE),
    ):
        if encoder is None:
            break
        by_hash = {_hash(text): text for text in texts}
        known = _stored(encoder, set(by_hash), role)
        missing = [text for key, text in by_hash.items() if key not in known]
        _vectors(missing[:most], role, None)
        left += max(0, len(missing) - most)
        most -= min(most, len(missing))
    return left


def _vectors(
    texts: Sequence[str], role: SentenceVector.Role, progress: Progress | None
) -> Vectors | None:
    encoder = get_encoder()
    if encoder is None:
        return None
    if not texts:
        return np.empty((0, 0), np.float32)
    by_hash = {_hash(text): text for text in texts}
    known = _stored(encoder, set(by_hash), role)
    missing = [key for key in by_hash if key not in known]
    for start in range(0, len(missing), _BATCH):
        batch = missing[start : start + _BATCH]
        known.update(_encode(encoder, {key: by_hash[key] for key in batch}, role))
        if progress:
            progress.advance(len(batch))
    return np.vstack([known[_hash(text)] for text in texts])


def _encode(
    encoder: SentenceEncoder, batch: dict[str, str], role: SentenceVector.Role
) -> dict[str, Vectors]:
    encode = (
        encoder.encode_queries if role == SentenceVector.Role.QUERY else encoder.encode_passages
    )
    rows = encode(list(batch.values())).astype(np.float16)
    # Two workers may encode the same text at once: the first one's vector stays.
    SentenceVector.objects.bulk_create(
        (
            SentenceVector(encoder=encoder.name, text_hash=key, role=role, vector=row.tobytes())
            for key, row in zip(batch, rows, strict=True)
        ),
        ignore_conflicts=True,
    )
    return {key: row.astype(np.float32) for key, row in zip(batch, rows, strict=True)}


def _stored(
    encoder: SentenceEncoder, hashes: set[str], role: SentenceVector.Role
) -> dict[str, Vectors]:
    found: dict[str, Vectors] = {}
    wanted = sorted(hashes)
    for start in range(0, len(wanted), _LOOK_UP):
        rows = SentenceVector.objects.filter(
            encoder=encoder.name, role=role, text_hash__in=wanted[start : start + _LOOK_UP]
        ).values_list("text_hash", "vector")
        for text_hash, vector in rows:
            found[text_hash] = np.frombuffer(bytes(vector), np.float16).astype(np.float32)
    return found


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
