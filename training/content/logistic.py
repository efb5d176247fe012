"""Logistic regression for many corpora: a penalty a column, signs held, an offset a corpus."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

Floats = npt.NDArray[np.float64]
_ITERATIONS = 150


@dataclass(frozen=True)
class Problem:
    """Rows `(n, p)`, answers and weights `(n,)`, `corpus` (n,) as numbers from 0.

    `penalty` (p,) is the ridge of each column; `direction` (p,) is 1 where a weight must not be
    negative, -1 where not positive, 0 where free.
    """

    rows: csr_matrix
    answer: npt.NDArray[np.bool_]
    weights: Floats
    corpus: npt.NDArray[np.intp]
    penalty: Floats
    direction: npt.NDArray[np.int8]


def fit_logistic(problem: Problem, offset_penalty: float) -> Floats:
    """Return the columns' weights `(p,)`; offsets are fitted and dropped.

    A corpus's offset takes up how much of it is unwanted, so that weights are learnt from what
    differs within corpora and not from their topics.
    """
    n_columns = problem.rows.shape[1]
    n_corpora = int(problem.corpus.max()) + 1
    start = np.zeros(n_columns + n_corpora + 1)
    ends = {0: (None, None), 1: (0.0, None), -1: (None, 0.0)}
    bounds = [*(ends[int(d)] for d in problem.direction), *[(None, None)] * (n_corpora + 1)]
    loss = _Loss(problem, offset_penalty)
    found = minimize(
        loss,
        start,
        jac=True,
        method="L-BFGS-B",
        bounds=bounds,
        options={"maxiter": _ITERATIONS, "ftol": 1e-7},
    )
    result: Floats = found.x[:n_columns]
    return result


class _Loss:
    """Weighted log-loss with its gradient, over columns, corpus offsets and one common offset."""

    def __init__(self, problem: Problem, offset_penalty: float) -> None:
        self.rows, self.columns = problem.rows, csr_matrix(problem.rows.T)
        self.sign = np.where(problem.answer, 1.0, -1.0)
        self.weights = problem.weights / problem.weights.sum()
        self.corpus, self.count = problem.corpus, int(problem.corpus.max()) + 1
        self.penalty = np.concatenate([problem.penalty, np.full(self.count, offset_penalty), [0.0]])

    def __call__(self, at: Floats) -> tuple[float, Floats]:
        n_columns = self.rows.shape[1]
        offsets = at[n_columns : n_columns + self.count]
        margin = self.sign * (self.rows @ at[:n_columns] + offsets[self.corpus] + at[-1])
        pull = -self.sign * self.weights / (1 + np.exp(np.clip(margin, -50, 50)))
        value = self.weights @ np.logaddexp(0, -margin) + (self.penalty @ (at * at)) / 2
        slope = [self.columns @ pull, np.bincount(self.corpus, pull, self.count), [pull.sum()]]
        return float(value), np.concatenate(slope) + self.penalty * at
