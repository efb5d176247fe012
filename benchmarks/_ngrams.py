"""A plain text model as a peer: hashed n-grams and numbers, logistic regression, each mail weighing alike.

What anybody would write with scikit-learn in an hour. It reads what ours reads (subject and text as
seen, the numbers of `analyse`), and knows nothing of corpora: no groups, no offsets.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from joblib import Parallel, delayed
from scipy.sparse import csr_matrix, hstack, vstack
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.linear_model import LogisticRegression

from training.content.matrix import Mask

Floats = npt.NDArray[np.float64]
_CHARACTERS = 5_000
_AT_ONCE = 1_000
_BUCKETS = 2**18
_NGRAMS = (("word", (1, 2)), ("char_wb", (3, 5)))
# With 100 and 1,000, tried on three corpora, it was no better in all.
_STRENGTH = 10.0


@dataclass(frozen=True)
class Ngrams:
    """Messages in rows `(n, n_columns)` of n-grams and numbers; `unwanted` (n,) are their answers."""

    values: csr_matrix
    unwanted: Mask

    @classmethod
    def of(
        cls, texts: Sequence[str], numbers: Sequence[Mapping[str, float]], unwanted: Mask
    ) -> "Ngrams":
        """Read the texts and the numbers of messages."""
        return cls(csr_matrix(hstack([ngrams_of(texts), numbers_of(numbers)])), unwanted)

    def scores(self, rows: Mask) -> Floats:
        """Fit on some rows and return the log-odds of all `(n,)`."""
        model = LogisticRegression(C=_STRENGTH, max_iter=500, tol=1e-3)
        model.fit(self.values[rows], self.unwanted[rows])
        found: Floats = model.decision_function(self.values).astype(np.float64)
        return found


def ngrams_of(texts: Sequence[str]) -> csr_matrix:
    """Return the hashed n-grams of texts `(n_texts, 2 * 2**18)`: words and pairs of them, runs of 3 to 5
    characters within words, of the first 5,000 characters. Either kind has length 1.
    """
    parts = [texts[start : start + _AT_ONCE] for start in range(0, len(texts), _AT_ONCE)]
    return csr_matrix(vstack(Parallel(n_jobs=-1)(delayed(_ngrams)(part) for part in parts)))


def _ngrams(texts: Sequence[str]) -> csr_matrix:
    read = [text[:_CHARACTERS] for text in texts]
    kinds = (
        HashingVectorizer(
            analyzer=analyzer,
            ngram_range=sizes,
            n_features=_BUCKETS,
            alternate_sign=False,
            dtype=np.float32,
        )
        for analyzer, sizes in _NGRAMS
    )
    return csr_matrix(hstack([kind.transform(read) for kind in kinds]))


def numbers_of(numbers: Sequence[Mapping[str, float]]) -> csr_matrix:
    """Return the numbers of messages `(n, n_numbers)` as logarithms of variance 1 / n_numbers; NaN is 0."""
    given = np.log1p(np.nan_to_num([list(row.values()) for row in numbers]))
    spread = given.std(axis=0)
    # What is constant spreads by rounding.
    scaled = given / np.where(spread > 1e-9, spread, 1) / np.sqrt(given.shape[1])
    return csr_matrix(scaled.astype(np.float32))
