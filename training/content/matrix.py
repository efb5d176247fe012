"""Examples as a sparse matrix of terms."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from features.content import Analysis
from features.content.terms import EVERYWHERE, MessageTerms
from training.content.corpora import Example, Kind
from training.content.likeness import Likeness

Mask = npt.NDArray[np.bool_]
_LEAST_COUNT = 8
_SEED = 5


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

    def blocks(self, size: int) -> "Blocks":
        """Return the examples cut into blocks of about `size` words; kept for the next fit."""
        if size not in self._blocks:
            self._blocks[size] = self.blocks_of([e.analysis for e in self.examples], size)
        return self._blocks[size]

    @cached_property
    def _blocks(self) -> "dict[int, Blocks]":
        return {}

    def blocks_of(self, found: Sequence[Analysis], size: int) -> "Blocks":
        """Cut other messages into blocks."""
        return Blocks.of([analysis.message_terms for analysis in found], self.terms, size)

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
    def rank(self) -> npt.NDArray[np.intp]:
        """Return each row's place in a drawn order of its group, from 0."""
        drawn = np.random.default_rng(_SEED).permutation(len(self.examples))
        order = drawn[np.argsort(self.group[drawn], kind="stable")]
        _, counts = np.unique(self.group, return_counts=True)
        rank = np.empty(len(order), dtype=np.intp)
        rank[order] = np.concatenate([np.arange(n) for n in counts])
        return rank

    @cached_property
    def lengths(self) -> npt.NDArray[np.float64]:
        return np.array([len(e.analysis.terms) for e in self.examples], dtype=np.float64)

    def vectors(self, likeness: Likeness) -> npt.NDArray[np.float32]:
        """Return the vector of each term `(n_terms, n_dimensions)`; kept for the next fit."""
        if likeness not in self._vectors:
            self._vectors[likeness] = likeness.of_terms(self.terms)
        return self._vectors[likeness]

    @cached_property
    def _vectors(self) -> dict[Likeness, npt.NDArray[np.float32]]:
        return {}

    def of_corpora(self, names: Sequence[str]) -> Mask:
        """Return which rows are of these corpora."""
        return np.isin(self.corpus, names)


@dataclass(frozen=True)
class Blocks:
    """Messages in blocks: `presence` (n_blocks, n_terms) and `lengths` (n_blocks,) of the blocks alone,
    `everywhere` (n, n_terms) and `shared` (n,) of what belongs to all blocks of a message. `owner`
    (n_blocks,) is a block's message.
    """

    presence: csr_matrix
    lengths: npt.NDArray[np.float64]
    everywhere: csr_matrix
    shared: npt.NDArray[np.float64]
    owner: npt.NDArray[np.intp]

    @classmethod
    def of(cls, rows: Sequence[MessageTerms], terms: Sequence[str], size: int) -> "Blocks":
        blocks: list[list[str]] = []
        everywhere: list[list[str]] = []
        owner: list[int] = []
        for message, row in enumerate(rows):
            places = row.blocks(size).tolist()
            held: list[list[str]] = [[] for _ in range(max(places, default=EVERYWHERE) + 2)]
            for term, place in zip(row.names, places, strict=True):
                held[place].append(term)
            everywhere.append(held.pop())
            blocks += held or [[]]
            owner += [message] * max(len(held), 1)
        return cls(
            presence=_presence(blocks, terms),
            lengths=np.array([len(block) for block in blocks], dtype=np.float64),
            everywhere=_presence(everywhere, terms),
            shared=np.array([len(terms) for terms in everywhere], dtype=np.float64),
            owner=np.array(owner, dtype=np.intp),
        )

    @property
    def sizes(self) -> npt.NDArray[np.float64]:
        """Return how many terms each block holds with what belongs to all blocks `(n_blocks,)`."""
        sizes: npt.NDArray[np.float64] = self.lengths + self.shared[self.owner]
        return sizes

    def whole(self, held: npt.NDArray[np.intp]) -> csr_matrix:
        """Return some blocks with what belongs to all blocks of their message `(n_held, n_terms)`."""
        return self.presence[held] + self.everywhere[self.owner[held]]

    def scores(
        self,
        weights: npt.NDArray[np.float64],
        norm: Callable[[npt.NDArray[np.float64]], npt.NDArray[np.float64]],
    ) -> npt.NDArray[np.float64]:
        """Return the score of each block `(n_blocks,)`."""
        sums = self.presence @ weights + (self.everywhere @ weights)[self.owner]
        scores: npt.NDArray[np.float64] = np.asarray(sums) / norm(self.sizes)
        return scores


def _presence(rows: Sequence[Sequence[str]], terms: Sequence[str]) -> csr_matrix:
    places = {term: i for i, term in enumerate(terms)}
    columns: list[int] = []
    ends = [0]
    for row in rows:
        columns.extend(places[t] for t in row if t in places)
        ends.append(len(columns))
    ones = np.ones(len(columns), dtype=np.float32)
    return csr_matrix((ones, columns, ends), shape=(len(rows), len(terms)))
