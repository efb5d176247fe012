"""What disguises do to the text model, on corpora that it was not fitted on."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.metrics import roc_auc_score

from features.content import Analysis, analyse, message_from_parts
from training.content.corpora import Labelled, read_messages
from training.content.evaluate import NOT_FITTED
from training.content.evasions import DISGUISES, Disguise
from training.content.fit import FitSettings, Floats, fit_head, scores_of
from training.content.likeness import Likeness
from training.content.matrix import Mask, Terms
from training.content.recall import share_above, threshold_at

HELD_OUT = ("trec07p_first_half", "spamassassin")
_EACH = 600
_FALSE_POSITIVES = 0.01


@dataclass(frozen=True)
class Disguised:
    """Figures under one disguise, means over the held-out corpora.

    `recall` is at the threshold that 1 % of the equally disguised ham passes, `recall_clean` at that
    of the undisguised.
    """

    name: str
    auc: float
    recall: float
    recall_clean: float


def robustness(
    folder: Path,
    terms: Terms,
    settings: FitSettings,
    likeness: Likeness,
    progress: Callable[[str], None],
) -> list[Disguised]:
    """Score samples of each held-out corpus under every disguise."""
    figures: dict[str, list[tuple[float, float, float]]] = {name: [] for name in DISGUISES}
    for corpus in HELD_OUT:
        rows = ~terms.of_corpora([corpus, *NOT_FITTED])
        head = fit_head(terms, rows, terms.unwanted, settings, likeness)
        mails = sample(list(read_messages(folder, corpus)), random.Random(corpus))
        answer = np.array([mail.kind != "wanted" for mail in mails], dtype=np.bool_)
        clean: float | None = None
        for name, disguise in DISGUISES.items():
            raw = scores_of([_disguised(m, disguise) for m in mails], terms, head, settings)
            threshold = threshold_at(raw[~answer], _FALSE_POSITIVES)
            clean = threshold if clean is None else clean
            figures[name].append(_figures(raw, answer, threshold, clean))
        progress(f"disguises on {corpus}, left out")
    means = {name: np.mean(found, axis=0) for name, found in figures.items()}
    return [Disguised(name, *map(float, mean)) for name, mean in means.items()]


def sample(mails: list[Labelled], rng: random.Random) -> list[Labelled]:
    """Return up to 600 wanted and 600 unwanted messages."""
    sides = [[m for m in mails if (m.kind == "wanted") is side] for side in (True, False)]
    return [m for side in sides for m in rng.sample(side, min(_EACH, len(side)))]


def _disguised(mail: Labelled, disguise: Disguise) -> Analysis:
    text, page = disguise(mail.message.text[:20_000], random.Random(mail.id))
    sender = mail.message.from_
    given = f"{sender.name} <{sender.address}>" if sender.address else ""
    return analyse(message_from_parts(given, None, mail.message.subject, html=page, text=text))


def _figures(
    raw: Floats, answer: Mask, threshold: float, clean: float
) -> tuple[float, float, float]:
    return (
        float(roc_auc_score(answer, raw)),
        share_above(raw[answer], threshold),
        share_above(raw[answer], clean),
    )
