"""One linear classifier over sentence vectors in their frame, and how it is fitted."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from portal.vocabulary.encoder import Vectors

_FROM_START_TOLERANCE = 1e-5


@dataclass(frozen=True)
class Linear:
    """One linear classifier: rows of `weights` are classes."""

    weights: Vectors
    bias: Vectors

    def logits(self, vectors: Vectors) -> Vectors:
        """(texts × dimensions) to (texts × classes)."""
        return vectors @ self.weights.T + self.bias

    def chosen(self, rows: npt.NDArray[np.int64]) -> "Linear":
        """The classes of `rows`, in their order; -1 is a class of which nothing is known.

        Logits lie around zero, so zero stands for such a one."""
        known = rows >= 0
        return Linear(
            np.where(known[:, np.newaxis], self.weights[rows], 0).astype(np.float32),
            np.where(known, self.bias[rows], 0).astype(np.float32),
        )


def fit_linear(
    vectors: Vectors,
    classes: npt.NDArray[np.int64],
    smoothness: float,
    start: Linear | None = None,
) -> Linear:
    """Multinomial logistic regression; class k is row k."""
    # Imported here: only fitting needs it, and it takes a second to load.
    from sklearn.linear_model import LogisticRegression

    model: Any = LogisticRegression(C=smoothness, max_iter=400)
    if start is not None:
        # Held tighter than usual: what the start knows of texts left out must be unlearnt.
        model.set_params(warm_start=True, tol=_FROM_START_TOLERANCE)
        model.coef_, model.intercept_ = start.weights, start.bias
    model.fit(vectors, classes)
    return Linear(model.coef_.astype(np.float32), model.intercept_.astype(np.float32))


def softmax(logits: Vectors) -> Vectors:
    """Shares along the last axis that add up to one."""
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    shares: Vectors = powers / powers.sum(axis=-1, keepdims=True)
    return shares
