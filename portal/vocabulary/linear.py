"""One linear classifier over sentence vectors, and how it is fitted."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from portal.vocabulary.encoder import Vectors, normalised

_FROM_START_TOLERANCE = 1e-5


@dataclass(frozen=True)
class Linear:
    """One linear classifier: rows of `weights` are classes."""

    mean: Vectors
    weights: Vectors
    bias: Vectors

    def logits(self, vectors: Vectors) -> Vectors:
        """(texts × dimensions) to (texts × classes)."""
        return centred(vectors, self.mean) @ self.weights.T + self.bias

    def chosen(self, rows: npt.NDArray[np.int64]) -> "Linear":
        """The classes of `rows`, in their order; -1 is a class of which nothing is known.

        Logits lie around zero, so zero stands for such a one."""
        known = rows >= 0
        return Linear(
            self.mean,
            np.where(known[:, np.newaxis], self.weights[rows], 0).astype(np.float32),
            np.where(known, self.bias[rows], 0).astype(np.float32),
        )


def fit_linear(
    vectors: Vectors,
    classes: npt.NDArray[np.int64],
    smoothness: float,
    start: Linear | None = None,
) -> Linear:
    """Multinomial logistic regression over the centred vectors; class k is row k."""
    # Imported here: only fitting needs it, and it takes a second to load.
    from sklearn.linear_model import LogisticRegression

    mean = vectors.mean(axis=0)
    model: Any = LogisticRegression(C=smoothness, max_iter=400)
    if start is not None:
        # Held tighter than usual: what the start knows of texts left out must be unlearnt.
        model.set_params(warm_start=True, tol=_FROM_START_TOLERANCE)
        model.coef_, model.intercept_ = start.weights, start.bias
    model.fit(centred(vectors, mean), classes)
    return Linear(
        mean.astype(np.float32),
        model.coef_.astype(np.float32),
        model.intercept_.astype(np.float32),
    )


def softmax(logits: Vectors) -> Vectors:
    """Shares along the last axis that add up to one."""
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    shares: Vectors = powers / powers.sum(axis=-1, keepdims=True)
    return shares


def centred(vectors: Vectors, mean: Vectors) -> Vectors:
    """`vectors` around `mean`, of length 1 again (a vector equal to the mean stays zero)."""
    return normalised(vectors - mean)
