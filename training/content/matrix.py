"""Examples as a sparse matrix of terms."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from features.content import Analysis
from training.content.corpora import Example, Kind
from training.content.word_vectors import WordVectors

Mask = npt.NDArray[np.bool_]
_LEAST_COUNT = 8


@dataclass(frozen=True)
class Terms:
    """Examples in rows, the terms that at least eight of them hold in columns.

    `presence` float32 (n, n_terms) holds ones; `lengths` (n,) counts all distinct terms of a
    message, rare ones included.
    """

    examples: tuple[Example, ...]
    terms: tuple[str, ...]
    presence: csr_matrix

    @classmethod
    def of(cls, examples: Sequence[Example]) -> "Terms":
        """Count and index the terms of the examples."""
        counts: Counter[str] = Counter()
        for example in examples:
            counts.update(example.analysis.terms)
        terms = tuple(sorted(term for term, n in counts.items() if n >= _LEAST_COUNT))
        return cls(tuple(examples), terms, _presence([e.analysis.terms for e in examples], terms))

    def presence_of(self, found: Sequence[Analysis]) -> csr_matrix:
        """Return which of the terms other messages hold `(n_messages, n_terms)`."""
        return _presence([analysis.terms for analysis in found], self.terms)

    @cached_property
    def corpus(self) -> npt.NDArray[np.str_]:
        return np.array([example.corpus for example in self.examples])

    @cached_property
    def kind(self) -> npt.NDArray[np.str_]:
        return np.array([example.kind.value for example in self.examples])

    @cached_property
    def unwanted(self) -> Mask:
        wanted: Mask = self.kind == Kind.WANTED.value
        return ~wanted

    @cached_property
    def group(self) -> npt.NDArray[np.str_]:
        """Corpus, source and kind: the units that are weighed alike, whatever their size."""
        return np.array([f"{e.corpus}/{e.source}/{e.kind.value}" for e in self.examples])

    @cached_property
    def lengths(self) -> npt.NDArray[np.float64]:
        return np.array([len(e.analysis.terms) for e in self.examples], dtype=np.float64)

    def meanings(self, vectors: WordVectors) -> npt.NDArray[np.float32]:
        """Return the vector of each term `(n_terms, n_dimensions)`; kept for the next fit."""
        if id(vectors) not in self._meanings:
            self._meanings[id(vectors)] = vectors.of_terms(self.terms)
        return self._meanings[id(vectors)]

    @cached_property
    def _meanings(self) -> dict[int, npt.NDArray[np.float32]]:
        return {}

    def of_corpora(self, names: Sequence[str]) -> Mask:
        """Return which rows are of these corpora."""
        return np.isin(self.corpus, names)


def _presence(rows: Sequence[Sequence[str]], terms: Sequence[str]) -> csr_matrix:
    places = {term: i for i, term in enumerate(terms)}
    columns: list[int] = []
    ends = [0]
    for row in rows:
        columns.extend(places[t] for t in row if t in places)
        ends.append(len(columns))
    ones = np.ones(len(columns), dtype=np.float32)
    return csr_matrix((ones, columns, ends), shape=(len(rows), len(terms)))
