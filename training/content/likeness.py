"""Which words are alike, by meaning and by letters: like words share part of their weight."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from training.content.letters import LetterVectors
from training.content.word_vectors import Floats32, WordVectors

_DIMENSIONS = 128
# Letters say less than meanings (of mean length 1): small fits with .35 and 1 were no better.
_LENGTH = 0.7


@dataclass(frozen=True, eq=False)
class Likeness:
    """Vectors of words by meaning and, unless None, by letters. Each object is equal to itself alone."""

    meanings: WordVectors
    letters: LetterVectors | None = None

    @property
    def card(self) -> dict[str, Any]:
        """Return what the model card tells of it."""
        if self.letters is None:
            return {"words": len(self.words)}
        return {"words": len(self.words), "letters": self.letters.card}

    @property
    def words(self) -> tuple[str, ...]:
        """Return the words whose meaning is known."""
        return self.meanings.words

    def of_terms(self, terms: Sequence[str]) -> Floats32:
        """Return a vector a term `(n_terms, n_dimensions)`; zeros for pairs and signs."""
        meanings = self.meanings.of_terms(terms)
        if self.letters is None or not len(terms):
            return meanings
        return np.hstack([meanings, self.letters.of_terms(terms)])

    @classmethod
    def none(cls) -> "Likeness":
        """Return the likeness of nothing, for fits on made-up corpora."""
        return cls(WordVectors.none())

    @classmethod
    def shipped(cls, terms: Sequence[str]) -> "Likeness":
        """Load what words mean, and learn their letters from the terms of the corpora."""
        meanings = WordVectors.shipped()
        return cls(meanings, LetterVectors.of(terms, _DIMENSIONS, _LENGTH))
