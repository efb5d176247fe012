"""What disguises do to the text model, on corpora that it was not fitted on."""

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from joblib import Parallel, delayed
from sklearn.metrics import roc_auc_score

from features.content import Analysis, analyse, message_from_parts
from training.content.corpora import BULK, Kind, Labelled, read_messages
from training.content.evasions import DISGUISES
from training.content.fit import FitSettings, Floats, scores_of
from training.content.matrix import Mask, Terms
from training.content.recall import share_above, threshold_at
from training.content.unseen import LEAST_A_YEAR, UnseenFit, threshold_of

_MOST = 300
_FALSE_POSITIVES = 0.01
SHARES = (_FALSE_POSITIVES, 0.001)
_CHARACTERS = 20_000
Years = npt.NDArray[np.str_]
# The scores of some mails `(n,)` under each disguise.
Scores = dict[str, Floats]


@dataclass(frozen=True)
class Disguised:
    """Figures under one disguise, means over the corpora left out that have ham of their own.

    `recall` is at the threshold that 1 % of the equally disguised ham passes, `recall_clean` at that
    of the undisguised.
    """

    name: str
    auc: float
    recall: float
    recall_clean: float


@dataclass(frozen=True)
class DisguisedRecall:
    """Recall on a corpus left out, or on one `year` of it (else empty), when its unwanted mail is disguised.

    `of_ham` and `of_bulk` map a disguise to recall at each of `SHARES` of that wanted mail, which is of
    other corpora, kept back and never disguised.
    """

    corpus: str
    year: str
    messages: int
    of_ham: dict[str, tuple[float, ...]]
    of_bulk: dict[str, tuple[float, ...]]


def robustness(
    folder: Path,
    terms: Terms,
    settings: FitSettings,
    fits: Sequence[UnseenFit],
    progress: Callable[[str], None],
) -> tuple[list[Disguised], list[DisguisedRecall]]:
    """Score samples of each corpus left out under every disguise; the second list has a row a year, too."""
    pooled: list[list[Disguised]] = []
    by_year: list[DisguisedRecall] = []
    for fit in fits:
        mails = sample(m for name in fit.names for m in read_messages(folder, name))
        raw = _scores(mails, terms, fit, settings)
        bad = np.array([mail.kind is not Kind.WANTED for mail in mails], dtype=np.bool_)
        years = np.array([mail.year for mail in mails])[bad]
        by_year += _by_year(fit.name, {n: x[bad] for n, x in raw.items()}, years, _good(terms, fit))
        if not bad.all():
            pooled.append(_alike(raw, bad))
        progress(f"{fit.name}, left out: {len(mails):,} messages under {len(DISGUISES)} disguises")
    return [_mean(rows) for rows in zip(*pooled, strict=True)], by_year


def sample(mails: Iterable[Labelled]) -> list[Labelled]:
    """Return up to 300 wanted messages, and up to 300 unwanted ones of each year or of an unknown one."""
    sides: dict[str, list[Labelled]] = {}
    for mail in mails:
        side = "wanted" if mail.kind is Kind.WANTED else f"unwanted {mail.year}"
        sides.setdefault(side, []).append(mail)
    rng = random.Random(1)
    return [m for _, side in sorted(sides.items()) for m in rng.sample(side, min(_MOST, len(side)))]


def _scores(
    mails: Sequence[Labelled], terms: Terms, fit: UnseenFit, settings: FitSettings
) -> Scores:
    read = Parallel(n_jobs=-1, return_as="generator")(
        delayed(_disguised)(mails, name) for name in DISGUISES
    )
    return {
        name: scores_of(found, terms, fit.head, settings)
        for name, found in zip(DISGUISES, read, strict=True)
    }


def _disguised(mails: Sequence[Labelled], disguise: str) -> list[Analysis]:
    return [_one_disguised(mail, disguise) for mail in mails]


def _one_disguised(mail: Labelled, disguise: str) -> Analysis:
    said, sender = mail.message, mail.message.from_
    text, page = DISGUISES[disguise](said.text[:_CHARACTERS], random.Random(mail.id))
    given = f"{sender.name} <{sender.address}>" if sender.address else ""
    return analyse(message_from_parts(given, None, said.subject, html=page, text=text))


def _good(terms: Terms, fit: UnseenFit) -> tuple[Floats, Floats]:
    """Return the scores of the ham and of the legitimate bulk mail that were kept back."""
    bulk = terms.of_corpora(BULK)
    return fit.raw[fit.good & ~bulk], fit.raw[fit.good & bulk]


def _by_year(
    corpus: str, raw: Scores, years: Years, good: tuple[Floats, Floats]
) -> list[DisguisedRecall]:
    """Return recall on all unwanted mail and on that of each year that has enough of it."""
    counted = zip(*np.unique(years[years != ""], return_counts=True), strict=True)
    held = {str(year): years == year for year, n in counted if n >= LEAST_A_YEAR}
    thresholds = [[threshold_of(kind, false_positives=share) for share in SHARES] for kind in good]

    def recalls(rows: Mask, kind: list[float]) -> dict[str, tuple[float, ...]]:
        return {name: tuple(share_above(x[rows], t) for t in kind) for name, x in raw.items()}

    return [
        DisguisedRecall(corpus, year, int(rows.sum()), *(recalls(rows, kind) for kind in thresholds))
        for year, rows in {"": np.ones(len(years), dtype=np.bool_), **held}.items()
    ]  # fmt: skip


def _alike(raw: Scores, bad: Mask) -> list[Disguised]:
    """Return the figures of one corpus by its own ham, disguised as its unwanted mail is."""
    clean = threshold_at(raw["plain"][~bad], _FALSE_POSITIVES)
    return [
        Disguised(
            name,
            auc=float(roc_auc_score(bad, found)),
            recall=share_above(found[bad], threshold_at(found[~bad], _FALSE_POSITIVES)),
            recall_clean=share_above(found[bad], clean),
        )
        for name, found in raw.items()
    ]


def _mean(rows: Sequence[Disguised]) -> Disguised:
    figures = np.mean([(row.auc, row.recall, row.recall_clean) for row in rows], axis=0)
    return Disguised(rows[0].name, *map(float, figures))
