"""What words are made of: vectors in which words that share runs of letters lie close.

They tie weights together as `word_vectors` do, also where those know nothing: inflected and compound
words, names of goods, odd spellings. Used by the training only; the shipped model holds plain weights.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer

from features.content.terms import SUBJECT, words_among
from training.content.word_vectors import SUBJECT_SHARE, Floats32

_RUNS = (3, 5)
_LEAST_WORDS = 5
_SEED = 1


@dataclass(frozen=True)
class LetterVectors:
    """Words as their runs of three to five letters, rare runs weighing more, on their main axes.

    Vectors are `scale` times what the axes give, of mean `length` on the words learnt from.
    """

    runs: TfidfVectorizer
    axes: TruncatedSVD
    length: float
    scale: float

    @classmethod
    def of(cls, terms: Sequence[str], dimensions: int, length: float) -> "LetterVectors":
        """Learn the axes of the single words among the terms; vectors have this mean length."""
        words = [t for t, single in zip(terms, words_among(terms), strict=True) if single]
        runs = TfidfVectorizer(
            analyzer="char_wb",
            ngram_range=_RUNS,
            min_df=_LEAST_WORDS,
            lowercase=False,
            dtype=np.float32,
        )
        axes = TruncatedSVD(dimensions, random_state=_SEED)
        found = axes.fit_transform(runs.fit_transform(words))
        return cls(runs, axes, length, length / float(np.linalg.norm(found, axis=1).mean()))

    @property
    def card(self) -> dict[str, Any]:
        """Return what the model card tells of it."""
        return {
            "runs": list(_RUNS),
            "least_words": _LEAST_WORDS,
            "axes": self.axes.n_components,
            "length": self.length,
        }

    def of_terms(self, terms: Sequence[str]) -> Floats32:
        """Return a vector a term `(n_terms, n_dimensions)`; zeros for pairs and signs, half for subject
        words.
        """
        subject = np.array([term.startswith(SUBJECT) for term in terms], np.bool_)
        words = [term.removeprefix(SUBJECT) for term in terms]
        held = words_among(words)
        spelled = [w if single else "" for w, single in zip(words, held, strict=True)]
        found = self.axes.transform(self.runs.transform(spelled)) * self.scale
        found[subject] *= SUBJECT_SHARE
        return np.asarray(found, np.float32)
