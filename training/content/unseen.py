"""Recall on mail of corpora that the model was not fitted on, where all the other corpora were.

Negatives are every fifth wanted mail of the other corpora, ham and legitimate bulk weighted equally,
left out of the fit. This is how a platform meets a new kind of abuse: its good mail is known.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from sklearn.metrics import roc_auc_score

from features.content import Analysis
from features.content.terms import MessageTerms, terms_of
from features.content.wording import folded, words
from training.content.corpora import ALL_BULK, BULK
from training.content.evaluate import HELD_OUT, NOT_FITTED, NOT_JUDGED, PHISHING
from training.content.evasions import innocent
from training.content.fit import FitSettings, Floats, Head, fit_head, scores, scores_of
from training.content.likeness import Likeness
from training.content.matrix import Mask, Terms
from training.content.recall import recall_at, share_above

UNSEEN = (*HELD_OUT, (PHISHING,))
_FALSE_POSITIVES = 0.01
_FEW_FALSE_POSITIVES = 0.001
_RESAMPLES = 200
_DISGUISED = 300
LEAST_A_YEAR = 30


@dataclass(frozen=True)
class Unseen:
    """Figures of one corpus left out, at the threshold that 1 % of the wanted mail passes.

    `auc_ham`, `recall_ham`, `auc_bulk` and `recall_bulk` against either kind of wanted mail alone; `good_words` is the recall when some
    seventy innocent words are shown below each message; `years` maps a year to messages and recall.
    `recall_strict`, against either kind alone `recall_strict_ham` and `recall_strict_bulk`, is the recall
    at 0.1 % with the ends of its 95 % interval (`strict_recall`).
    """

    name: str
    auc_ham: float
    auc_bulk: float
    recall_ham: float
    recall_bulk: float
    recall: float
    good_words: float
    years: dict[str, tuple[int, float]]
    recall_strict: tuple[float, float, float]
    recall_strict_ham: tuple[float, float, float]
    recall_strict_bulk: tuple[float, float, float]


@dataclass(frozen=True)
class NewBulk:
    """Shares of phishing and of legitimate bulk mail flagged when the fit knew none of either, at the
    threshold that 1 % of the other corpora's ham passes, a fifth of it kept back.

    The ham is of sources that the fit knew, so it scores lower than that of a corpus left out (`Fold`) and
    sets a lower threshold. `beside_written`: bulk mail written for the training was learnt from.
    """

    beside_written: bool
    flagged: dict[str, float]


@dataclass(frozen=True, eq=False)
class UnseenFit:
    """A fit that did not know some corpora nor the wanted mail `good` (n,) of the others, kept back.

    `raw` (n,) are the scores that it gives to all rows.
    """

    names: tuple[str, ...]
    good: Mask
    head: Head
    raw: Floats

    @property
    def name(self) -> str:
        """Return the names of what was left out as one."""
        return "+".join(self.names)


def unseen_fits(
    terms: Terms, settings: FitSettings, likeness: Likeness, progress: Callable[[str], None]
) -> list[UnseenFit]:
    """Fit without each corpus in turn."""
    found = []
    for names in UNSEEN:
        known, good = split(terms, names)
        head = fit_head(terms, known & ~good, terms.unwanted, settings, likeness)
        found.append(UnseenFit(names, good, head, scores(terms, head, settings)))
        progress(f"{' and '.join(names)}, unseen: fitted")
    return found


def unseen_corpora(terms: Terms, settings: FitSettings, fits: Sequence[UnseenFit]) -> list[Unseen]:
    """Judge the unwanted mail of each corpus by the fit that did not know it."""
    return [_unseen(terms, settings, fit) for fit in fits]


def _unseen(terms: Terms, settings: FitSettings, fit: UnseenFit) -> Unseen:
    mine, bulk = terms.of_corpora(fit.names), terms.of_corpora(BULK)
    raw, good = fit.raw, fit.good
    threshold = threshold_of(raw[good & ~bulk], raw[good & bulk])
    bad = mine & terms.unwanted
    padded = scores_of(_padded(terms, bad), terms, fit.head, settings)
    return Unseen(
        name=fit.name,
        auc_ham=_auc(raw[bad], raw[good & ~bulk]),
        auc_bulk=_auc(raw[bad], raw[good & bulk]),
        recall_ham=recall_at(raw[bad], raw[good & ~bulk], _FALSE_POSITIVES),
        recall_bulk=recall_at(raw[bad], raw[good & bulk], _FALSE_POSITIVES),
        recall=share_above(raw[bad], threshold),
        good_words=share_above(padded, threshold),
        years=_by_year(terms, bad, raw > threshold),
        recall_strict=strict_recall(raw[bad], raw[good & ~bulk], raw[good & bulk]),
        recall_strict_ham=strict_recall(raw[bad], raw[good & ~bulk]),
        recall_strict_bulk=strict_recall(raw[bad], raw[good & bulk]),
    )


def new_bulk(
    terms: Terms, settings: FitSettings, likeness: Likeness, progress: Callable[[str], None]
) -> list[NewBulk]:
    """Fit without phishing and legitimate bulk, real and written or real alone, and score them."""
    found = []
    for left_out in (ALL_BULK, BULK):
        known, good = split(terms, (*left_out, PHISHING))
        head = fit_head(terms, known & ~good, terms.unwanted, settings, likeness)
        raw = scores(terms, head, settings)
        flagged = {
            name: recall_at(raw[terms.of_corpora([name])], raw[good], _FALSE_POSITIVES)
            for name in (PHISHING, *BULK)
        }
        found.append(NewBulk(left_out is BULK, flagged))
        progress("legitimate bulk and phishing, unseen: judged")
    return found


def split(terms: Terms, names: tuple[str, ...]) -> tuple[Mask, Mask]:
    """Return what is known when some corpora are not, and the part of its wanted mail that is kept back."""
    fifth = np.arange(len(terms.examples)) % 5 == 0
    known = ~terms.of_corpora([*names, *NOT_FITTED])
    return known, fifth & known & ~terms.unwanted & ~terms.of_corpora(NOT_JUDGED)


def threshold_of(*kinds: Floats, false_positives: float = _FALSE_POSITIVES) -> float:
    """Return the score that a share of wanted mail passes, each kind of it `(n_of_kind,)` weighing alike."""
    both = np.concatenate(kinds)
    weights = np.concatenate([np.full(len(kind), 1 / len(kind) / len(kinds)) for kind in kinds])
    order = np.argsort(-both)
    passed = np.searchsorted(np.cumsum(weights[order]), false_positives)
    return float(both[order[passed]])


def strict_recall(bad: Floats, *kinds: Floats) -> tuple[float, float, float]:
    """Return recall at 0.1 % of wanted mail, its kinds weighing alike, and the ends of its 95 % interval.

    Both the threshold, which a handful of wanted mail sets, and the unwanted mail are drawn anew
    (bootstrap by percentiles), each kind by itself.
    """
    rng = np.random.default_rng(_RESAMPLES)

    def recall(bad: Floats, *kinds: Floats) -> float:
        return share_above(bad, threshold_of(*kinds, false_positives=_FEW_FALSE_POSITIVES))

    drawn = [
        recall(*(rng.choice(scores, len(scores)) for scores in (bad, *kinds)))
        for _ in range(_RESAMPLES)
    ]
    low, high = np.quantile(drawn, (0.025, 0.975))
    return recall(bad, *kinds), float(low), float(high)


def _auc(bad: Floats, good: Floats) -> float:
    answer = np.repeat([1, 0], [len(bad), len(good)])
    return float(roc_auc_score(answer, np.concatenate([bad, good])))


def _padded(terms: Terms, bad: Mask) -> list[Analysis]:
    """Return a sample of messages with innocent words shown below."""
    rng = random.Random(5)
    places = [int(place) for place in np.flatnonzero(bad)]
    taken = rng.sample(places, min(_DISGUISED, len(places)))
    return [_with_words(terms.examples[place].analysis, innocent(rng)) for place in taken]


def _with_words(analysis: Analysis, text: str) -> Analysis:
    both = dict.fromkeys((*analysis.terms, *terms_of(words(folded(text)))))
    return replace(analysis, message_terms=MessageTerms.of_names(both))


def _by_year(terms: Terms, bad: Mask, passed: Mask) -> dict[str, tuple[int, float]]:
    years = np.array([example.year for example in terms.examples])
    held = {year: bad & (years == year) for year in sorted(set(years[bad])) if year}
    return {
        year: (int(rows.sum()), float(passed[rows].mean()))
        for year, rows in held.items()
        if rows.sum() >= LEAST_A_YEAR
    }
