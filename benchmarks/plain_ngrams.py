"""The text model beside a plain model of hashed n-grams, fitted on the same mail, each corpus left out in turn.

High recall on corpora never met can be a novelty detector's: whatever is new is flagged, good or bad. So
beside recall this prints what is flagged of good mail that is as new. Needs the corpora (`SENDWARDEN_DATA`).
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, dataclass, fields

import numpy as np
import numpy.typing as npt
from rich.console import Console
from rich.table import Table

from benchmarks._ngrams import Ngrams
from benchmarks._samples import data_folder, samples_of, terms_of
from training.content.corpora import ALL_BULK, BULK, NOTICES, WRITTEN
from training.content.evaluate import HELD_OUT, PHISHING
from training.content.fit import FitSettings, fit_head, scores
from training.content.likeness import Likeness
from training.content.matrix import Mask, Terms
from training.content.recall import recall_at, share_above
from training.content.unseen import UNSEEN, split, threshold_of

Floats = npt.NDArray[np.float64]
# Fits on some rows `(n,)` and scores all `(n,)`.
Model = Callable[[Mask], Floats]
Names = tuple[str, ...]
_FALSE_POSITIVES = 0.01


@dataclass(frozen=True)
class Found:
    """Figures on a corpus left out. NaN where it has no ham of its own.

    `recall`: at 1 % of the kept-back ham and bulk of the other corpora, and `ham_flagged` the share of
    the corpus's own ham above that threshold; `recall_own`: at 1 % of that ham.
    """

    recall: float
    ham_flagged: float
    recall_own: float


@dataclass(frozen=True)
class NewKinds:
    """Shares flagged when no legitimate bulk, no phishing and not one corpus with ham was known.

    The threshold is that of 1 % of that corpus's ham, or (`_known`) of the kept-back ham of the others.
    """

    phishing: float
    political: float
    nonprofit: float
    templates: float
    phishing_known: float
    political_known: float
    nonprofit_known: float
    templates_known: float


Figures = Found | NewKinds
Judge = Callable[[Terms, Model, Names], Figures]
# By what was left out and by model.
Judged = dict[tuple[str, str], Figures]


def run(quick: bool) -> None:
    """Print both tables, a line a corpus left out and model."""
    folder = data_folder()
    if folder is None:
        return
    each = 250 if quick else 1_200
    samples = samples_of(folder, each)
    terms = terms_of(samples)
    texts = [f"{m.message.subject}\n{m.message.text}" for mails in samples.values() for m in mails]
    models = _models(terms, texts)
    said = f"at most {each:,} messages a corpus and kind; thresholds at 1 % of wanted mail"
    print_judged(f"each corpus left out; {said}", judged(unseen, terms, models, UNSEEN))
    said = f"no legitimate bulk and no phishing known either; shares flagged\n{said}"
    print_judged(said, judged(new_kinds, terms, models, HELD_OUT))


def _models(terms: Terms, texts: Sequence[str]) -> dict[str, Model]:
    settings, likeness = FitSettings(fits=2), Likeness.shipped(terms.terms)
    ngrams = Ngrams.of(texts, [e.analysis.numbers for e in terms.examples], terms.unwanted)
    real = ~terms.of_corpora([NOTICES, *WRITTEN])

    def ours(rows: Mask) -> Floats:
        head = fit_head(terms, rows, terms.unwanted, settings, likeness)
        return scores(terms, head, settings)

    return {
        "ours": ours,
        "n-grams": ngrams.scores,
        "n-grams, real mail alone": lambda rows: ngrams.scores(rows & real),
    }


def unseen(terms: Terms, model: Model, names: Names) -> Found:
    """Fit without a corpus and judge it."""
    known, good = split(terms, names)
    raw = model(known & ~good)
    mine, bulk = terms.of_corpora(names), terms.of_corpora(BULK)
    threshold = threshold_of(raw[good & ~bulk], raw[good & bulk])
    bad, own = raw[mine & terms.unwanted], raw[mine & ~terms.unwanted]
    return Found(
        recall=share_above(bad, threshold),
        ham_flagged=share_above(own, threshold) if len(own) else np.nan,
        recall_own=recall_at(bad, own, _FALSE_POSITIVES) if len(own) else np.nan,
    )


def new_kinds(terms: Terms, model: Model, names: Names) -> NewKinds:
    """Fit without a corpus, legitimate bulk and phishing, and judge the latter two."""
    known, good = split(terms, (*names, *ALL_BULK, PHISHING))
    raw = model(known & ~good)
    own = terms.of_corpora(names) & ~terms.unwanted
    flagged = (
        recall_at(raw[terms.of_corpora([name])], raw[ham], _FALSE_POSITIVES)
        for ham in (own, good)
        for name in (PHISHING, *BULK)
    )
    return NewKinds(*flagged)


def judged(
    judge: Judge, terms: Terms, models: Mapping[str, Model], corpora: Sequence[Names]
) -> Judged:
    """Return the figures of every model with each of the corpora left out, and their means."""
    found: Judged = {}
    for names in corpora:
        for name, model in models.items():
            found["+".join(names), name] = judge(terms, model, names)
        print(f"{' and '.join(names)}, left out: judged", file=sys.stderr, flush=True)
    return found | {("mean", name): _mean(found, name) for name in models}


def _mean(found: Judged, name: str) -> Figures:
    rows = [astuple(row) for (_, of), row in found.items() if of == name]
    kind = type(next(iter(found.values())))
    return kind(*map(float, np.nanmean(rows, axis=0)))


def print_judged(title: str, found: Judged, console: Console | None = None) -> None:
    """Print a line a corpus left out and model, and the means."""
    headings = [field.name.replace("_", " ") for field in fields(next(iter(found.values())))]
    table = Table("left out", "model", title=title)
    for heading in headings:
        table.add_column(heading, justify="right")
    for (corpus, model), row in found.items():
        cells = ("-" if np.isnan(figure) else f"{figure:.3f}" for figure in astuple(row))
        table.add_row(corpus, model, *cells)
    (console or Console(width=170)).print(table)
