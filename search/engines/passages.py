"""Passage vectors of the embedded engine in memory, for exact nearest neighbours."""

import threading
from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray

Changes = Iterable[tuple[int, str, NDArray[np.float16] | None]]
"""(document's number, uid, passages; None when it is gone or has none), each uid once."""


class PassageMatrix:
    """All passages as one matrix of 16-bit rows (50,000 × 384 is 38 MB), brought up to date by
    what changed since it was last asked."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._batch = 0
        self._rows: NDArray[np.float16] = np.empty((0, 0), dtype=np.float16)
        self._owners: NDArray[np.uint64] = np.empty(0, dtype=np.uint64)
        self._uids: dict[int, str] = {}

    def catch_up(self, batch: int, changes: Callable[[int], Changes]) -> None:
        """Take in the changes after the batch held, up to `batch`."""
        with self._lock:
            if batch > self._batch:
                self._apply(list(changes(self._batch)))
                self._batch = batch

    def _apply(self, changes: list[tuple[int, str, NDArray[np.float16] | None]]) -> None:
        touched = np.array([owner for owner, _, _ in changes], dtype=np.uint64)
        keep = ~np.isin(self._owners, touched)
        uids = dict(self._uids)
        blocks = [] if not self._rows.size else [self._rows[keep]]
        owners = [self._owners[keep]]
        for owner, uid, vectors in changes:
            uids.pop(owner, None)
            if vectors is None or (blocks and vectors.shape[1] != blocks[0].shape[1]):
                continue
            blocks.append(vectors)
            owners.append(np.full(len(vectors), owner, dtype=np.uint64))
            uids[owner] = uid
        self._rows = np.concatenate(blocks) if blocks else np.empty((0, 0), dtype=np.float16)
        self._owners, self._uids = np.concatenate(owners), uids

    def nearest(
        self, vector: NDArray[np.float32], k: int, allowed: NDArray[np.uint64]
    ) -> list[tuple[str, float]]:
        """The `k` nearest uids among the allowed hashes with their best passage's cosine."""
        with self._lock:
            rows, owners, uids = self._rows, self._owners, self._uids
        if not len(rows) or rows.shape[1] != len(vector):
            return []
        inside = np.isin(owners, allowed)
        if not inside.all():
            rows, owners = rows[inside], owners[inside]
        cosines = _product(rows, vector)
        best: dict[int, float] = {}
        for place in np.argsort(-cosines, kind="stable"):
            owner = int(owners[place])
            if owner not in best:
                best[owner] = float(cosines[place])
                if len(best) == k:
                    break
        return [(uids[owner], cosine) for owner, cosine in best.items()]


def _product(rows: NDArray[np.float16], vector: NDArray[np.float32]) -> NDArray[np.float32]:
    """Rows times vector; in parts, as numpy multiplies 16-bit numbers only slowly."""
    parts = [
        rows[start : start + 8192].astype(np.float32) @ vector
        for start in range(0, len(rows), 8192)
    ]
    return np.concatenate(parts) if parts else np.empty(0, dtype=np.float32)
