"""Logistic regression for many corpora: a penalty a column, signs held, an offset a corpus.

A row's score is that of its whole and that of its pieces pooled, so that weights are learnt for the
very score that the shipped model gives.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, minimize
from scipy.sparse import csr_matrix

from training.content.pooling import Pieces

Floats = npt.NDArray[np.float64]


class Design:
    """Columns held sparse `(n, p)` beside columns held dense `(n, q)`, one matrix to the fit.

    Held in single precision: a fit mostly waits for memory.
    """

    def __init__(self, sparse: csr_matrix, dense: npt.NDArray[np.floating]) -> None:
        self.sparse, self.dense = sparse.astype(np.float32), dense.astype(np.float32)
        self.width = sparse.shape[1]
        self._turned = csr_matrix(self.sparse.T)

    def times(self, weights: Floats) -> Floats:
        """Return the product with weights of all columns `(n,)`."""
        single = weights.astype(np.float32)
        found = self.sparse @ single[: self.width] + self.dense @ single[self.width :]
        return np.asarray(found, dtype=np.float64)

    def pulled(self, rows: Floats) -> Floats:
        """Return the sum of the rows, each times its number, a column `(p + q,)`."""
        single = rows.astype(np.float32)
        found = np.concatenate([self._turned @ single, self.dense.T @ single])
        return np.asarray(found, dtype=np.float64)


@dataclass(frozen=True)
class Problem:
    """Rows `(n, p)` and their pieces, answers and weights `(n,)`, `corpus` (n,) as numbers from 0.

    A row counts `whole_share` times beside its pooled pieces. `penalty` (p,) is the ridge of each
    column; `direction` (p,) is 1 where a weight must not be negative, -1 where not positive, 0 where
    free.
    """

    rows: Design
    piece_values: Design
    pieces: Pieces
    whole_share: float
    answer: npt.NDArray[np.bool_]
    weights: Floats
    corpus: npt.NDArray[np.intp]
    penalty: Floats
    direction: npt.NDArray[np.int8]


def fit_logistic(problem: Problem, offset_penalty: float, iterations: int = 150) -> Floats:
    """Return the columns' weights `(p,)`; offsets are fitted and dropped.

    A corpus's offset takes up how much of it is unwanted, so that weights are learnt from what
    differs within corpora and not from their topics. Few iterations hold weights down as a penalty
    does.
    """
    n_columns = len(problem.penalty)
    free = np.full(int(problem.corpus.max()) + 2, np.inf)
    low = np.where(problem.direction > 0, 0.0, -np.inf)
    high = np.where(problem.direction < 0, 0.0, np.inf)
    found = minimize(
        _Loss(problem, offset_penalty),
        np.zeros(n_columns + len(free)),
        jac=True,
        method="L-BFGS-B",
        bounds=Bounds(np.concatenate([low, -free]), np.concatenate([high, free])),
        options={"maxiter": iterations, "ftol": 1e-7},
    )
    result: Floats = found.x[:n_columns]
    return result


class _Loss:
    """Weighted log-loss with its gradient, over columns, corpus offsets and one common offset."""

    def __init__(self, problem: Problem, offset_penalty: float) -> None:
        self.problem = problem
        self.sign = np.where(problem.answer, 1.0, -1.0)
        self.weights = problem.weights / problem.weights.sum()
        self.count = int(problem.corpus.max()) + 1
        self.penalty = np.concatenate([problem.penalty, np.full(self.count, offset_penalty), [0.0]])

    def __call__(self, at: Floats) -> tuple[float, Floats]:
        given, n_columns = self.problem, len(self.problem.penalty)
        columns, offsets = at[:n_columns], at[n_columns : n_columns + self.count]
        pooled, shares = given.pieces.pool(given.piece_values.times(columns))
        raw = pooled + given.whole_share * given.rows.times(columns)
        margin = self.sign * (raw + offsets[given.corpus] + at[-1])
        pull = -self.sign * self.weights / (1 + np.exp(np.clip(margin, -50, 50)))
        value = self.weights @ np.logaddexp(0, -margin) + (self.penalty @ (at * at)) / 2
        slope = given.piece_values.pulled(given.pieces.pulled(pull, shares))
        slope += given.whole_share * given.rows.pulled(pull)
        corpora: Floats = np.bincount(given.corpus, pull, self.count).astype(float)
        return float(value), np.concatenate([slope, corpora, [pull.sum()]]) + self.penalty * at
