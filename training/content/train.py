"""Trains the shipped text model from the corpora and writes it with its card."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from models.content import TextModel
from training.content.corpora import CORPORA, read_corpora
from training.content.evaluate import Fold, calibration_of, held_out_folds
from training.content.fit import (
    FitSettings,
    build,
    calibrate,
    fit_head,
    group_weights,
    malicious,
    scores,
)
from training.content.likeness import Likeness
from training.content.matrix import Terms
from training.content.unseen import NewBulk, Unseen, new_bulk, unseen_corpora, unseen_fits
from training.content.written import WrittenFigures, written_figures

Progress = Callable[[str], None]
Figures = Fold | NewBulk | Unseen | WrittenFigures


def read_terms(folder: Path, progress: Progress) -> Terms:
    """Read all corpora of a data folder. Raises `MissingCorpus`."""
    return Terms.of(read_corpora(folder, [corpus.name for corpus in CORPORA], progress))


def fit_model(
    terms: Terms, settings: FitSettings, likeness: Likeness, progress: Progress
) -> TextModel:
    """Fit both heads on every corpus whose terms allow it."""
    fitted = ~terms.of_corpora([c.name for c in CORPORA if not c.fitted])
    progress("fitting: unwanted against wanted")
    unwanted = fit_head(terms, fitted, terms.unwanted, settings, likeness)
    progress("fitting: malicious against unsolicited")
    answer, bad = malicious(terms), fitted & terms.unwanted
    malice = fit_head(terms, bad, answer, settings, likeness)
    progress("calibrating on corpora left out in turn")
    weights = group_weights(terms.group[bad], answer[bad], {})
    second = calibrate(scores(terms, malice, settings)[bad], answer[bad], weights, prior=0.5)
    calibration = np.stack([calibration_of(terms, settings, likeness), second])
    return build(terms, unwanted, malice, calibration, settings, likeness)


def train(folder: Path, out: Path, settings: FitSettings, progress: Progress) -> TextModel:
    """Fit, evaluate, and write `out` and beside it the data of the model card (`.json`)."""
    terms = read_terms(folder, progress)
    likeness = Likeness.shipped(terms.terms)
    model = fit_model(terms, settings, likeness, progress)
    out.write_bytes(model.to_bytes())
    figures: dict[str, Sequence[Figures]] = {
        "left_out_in_turn": held_out_folds(terms, settings, likeness, progress),
        "new_bulk": new_bulk(terms, settings, likeness, progress),
        "unseen": unseen_corpora(terms, settings, unseen_fits(terms, settings, likeness, progress)),
        "written": written_figures(terms, settings, likeness, progress),
    }
    card = json.dumps(
        card_of(terms, model, likeness, figures, settings), indent=1, ensure_ascii=False
    )
    out.with_suffix(".json").write_text(card + "\n", encoding="utf-8")
    return model


def card_of(
    terms: Terms,
    model: TextModel,
    likeness: Likeness,
    figures: Mapping[str, Sequence[Figures]],
    settings: FitSettings,
) -> dict[str, Any]:
    """Return the data of the model card."""
    counts = {
        corpus.name: {
            str(kind): int(n)
            for kind, n in zip(
                *np.unique(terms.kind[terms.of_corpora([corpus.name])], return_counts=True),
                strict=True,
            )
        }
        for corpus in CORPORA
    }
    return {
        "model": "linear, hashed words and word pairs, int8",
        "terms": len(model.keys),
        "bytes": len(model.to_bytes()),
        "sources": [{**asdict(corpus), "messages": counts[corpus.name]} for corpus in CORPORA],
        "settings": asdict(settings),
        "likeness": likeness.card,
        **{name: [asdict(row) for row in rows] for name, rows in figures.items()},
    }
