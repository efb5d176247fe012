"""Figures on the written mail: modern abuse and other languages, of which no real corpus is at hand.

Its rounds were written apart from each other. Each is judged by a model that learnt from the real
corpora alone, and by one that learnt from the other rounds as well. Written is not real: figures of it
say what the model has never heard of, not how much abuse it would catch.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.metrics import roc_auc_score

from training.content.corpora import WRITTEN
from training.content.evaluate import NOT_FITTED
from training.content.fit import FitSettings, Floats, fit_head, scores
from training.content.likeness import Likeness
from training.content.matrix import Mask, Terms
from training.content.recall import recall_at

_FALSE_POSITIVES = 0.05


@dataclass(frozen=True)
class WrittenFigures:
    """How well unwanted is told from wanted mail of one round, English or not.

    `real_only`: learnt from the real corpora; `with_other_rounds`: from the other rounds as well. Of each
    ROC AUC and the recall at the threshold that 5 % of the round's wanted mail passes.
    """

    round: str
    english: bool
    messages: int
    real_only: tuple[float, float]
    with_other_rounds: tuple[float, float]


def written_figures(
    terms: Terms, settings: FitSettings, likeness: Likeness, progress: Callable[[str], None]
) -> list[WrittenFigures]:
    """Fit without written mail, and without one round in turn; judge that round."""
    written, fitted = terms.of_corpora(WRITTEN), ~terms.of_corpora(NOT_FITTED)
    rounds, english = _rounds(terms), _english(terms)

    def scored(rows: Mask) -> Floats:
        return scores(terms, fit_head(terms, rows, terms.unwanted, settings, likeness), settings)

    real = scored(fitted & ~written)
    found = []
    for name in sorted(set(rounds[written])):
        mine = written & (rounds == name)
        both = scored(fitted & ~mine)
        for is_english in sorted(set(english[mine]), reverse=True):
            rows = mine & (english == is_english)
            figures = (_figures(raw[rows], terms.unwanted[rows]) for raw in (real, both))
            found.append(WrittenFigures(name, bool(is_english), int(rows.sum()), *figures))
        progress(f"written mail, round {name}: judged")
    return found


def _figures(raw: Floats, unwanted: Mask) -> tuple[float, float]:
    recall = recall_at(raw[unwanted], raw[~unwanted], _FALSE_POSITIVES)
    return float(roc_auc_score(unwanted, raw)), recall


def _rounds(terms: Terms) -> npt.NDArray[np.str_]:
    """Return the round of each row `(n,)`; ids of written mail are `round/language/label/number`."""
    return np.array([example.id.partition("/")[0] for example in terms.examples])


def _english(terms: Terms) -> Mask:
    return np.array(["/en/" in example.id for example in terms.examples])
