"""Leave-one-corpus-out figures of the text model: what it does on mail it was not fitted on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.metrics import roc_auc_score

from training.content.corpora import ALL_BULK, BULK, CORPORA
from training.content.fit import (
    FitSettings,
    Floats,
    calibrate,
    fit_head,
    group_weights,
    scores,
)
from training.content.likeness import Likeness
from training.content.matrix import Mask, Terms
from training.content.recall import recall_at

NOT_FITTED = tuple(corpus.name for corpus in CORPORA if not corpus.fitted)
NOT_JUDGED = tuple(corpus.name for corpus in CORPORA if not corpus.judged)
# The two list archives carry each other's mail, so they are held out together.
HELD_OUT = (
    ("trec07p_first_half",),
    ("enron1",),
    ("lingspam",),
    ("spamassassin",),
    ("list_industrypack_devel", "list_kasan_dev"),
)
PHISHING = "nazario_2015_2022"
_FALSE_POSITIVES = 0.01


@dataclass(frozen=True)
class Fold:
    """Figures of one held-out corpus, at a threshold that 1 % of its own ham passes.

    `auc` and `recall`: only this corpus was left out. `recall_narrow` and `flagged`: all legitimate
    bulk and phishing too; `flagged` maps each of these to the share of it above the threshold.
    `flagged_beside_written`: the same, but bulk mail that was written for the training was learnt from.
    """

    name: str
    auc: float
    recall: float
    recall_narrow: float
    flagged: dict[str, float]
    flagged_beside_written: dict[str, float]


def held_out_folds(
    terms: Terms, settings: FitSettings, likeness: Likeness, progress: Callable[[str], None]
) -> list[Fold]:
    """Fit without each corpus in turn; and twice more without phishing and all legitimate bulk, real or
    written as well.
    """
    folds = []
    for names in HELD_OUT:
        wide, narrow, beside_written = (
            scores(terms, fit_head(terms, ~out, terms.unwanted, settings, likeness), settings)
            for out in (
                terms.of_corpora([*names, *NOT_FITTED]),
                terms.of_corpora([*names, *NOT_FITTED, *ALL_BULK, PHISHING]),
                terms.of_corpora([*names, *NOT_FITTED, *BULK, PHISHING]),
            )
        )
        folds.append(_fold(terms, wide, narrow, beside_written, names))
        progress(f"without {' and '.join(names)}: recall at 1 % {folds[-1].recall:.3f}")
    return folds


def _fold(
    terms: Terms, wide: Floats, narrow: Floats, beside_written: Floats, names: Sequence[str]
) -> Fold:
    mine = terms.of_corpora(names)
    bad, good = mine & terms.unwanted, mine & ~terms.unwanted
    return Fold(
        name="+".join(names),
        auc=float(roc_auc_score(terms.unwanted[mine], wide[mine])),
        recall=recall_at(wide[bad], wide[good], _FALSE_POSITIVES),
        recall_narrow=recall_at(narrow[bad], narrow[good], _FALSE_POSITIVES),
        flagged=_flagged(terms, narrow, good),
        flagged_beside_written=_flagged(terms, beside_written, good),
    )


def _flagged(terms: Terms, raw: Floats, good: Mask) -> dict[str, float]:
    return {
        name: recall_at(raw[terms.of_corpora([name])], raw[good], _FALSE_POSITIVES)
        for name in (PHISHING, *BULK)
    }


def unseen_scores(terms: Terms, settings: FitSettings, likeness: Likeness, answer: Mask) -> Floats:
    """Return each fitted row's score by a model that did not see its corpus, NaN for other rows."""
    fitted = ~terms.of_corpora(NOT_FITTED)
    raw = np.full(len(terms.examples), np.nan)
    folds = [*HELD_OUT[1:], (PHISHING,), *((name,) for name in (*BULK, *NOT_JUDGED))]
    for names in folds:
        mine = terms.of_corpora(names)
        head = fit_head(terms, fitted & ~mine, answer, settings, likeness)
        raw[mine] = scores(terms, head, settings)[mine]
    return raw


def calibration_of(terms: Terms, settings: FitSettings, likeness: Likeness) -> Floats:
    """Return slope and intercept of the unwanted head from scores of unseen corpora."""
    raw = unseen_scores(terms, settings, likeness, terms.unwanted)
    rows = np.isfinite(raw)
    weights = group_weights(terms.group[rows], terms.unwanted[rows], dict(settings.light))
    return calibrate(raw[rows], terms.unwanted[rows], weights, settings.prior)
