"""The files of a retraining's run: model card, trial, plots."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from models.heads import RISK, head_name
from models.trials import Trial
from training.card import markdown
from training.curves import draw_curves
from training.gates.evidence import Evidence
from training.plots import draw_contributions, draw_drift, draw_reliability
from training.retrain import Retrained
from training.trial_tables import trial_markdown


def run_files(
    made: Retrained, evidence: Evidence, trial: Trial, report: Mapping[str, Any], folder: Path
) -> dict[str, Path]:
    """Write everything that goes with a run; return the files by the name they get in it."""
    card = folder / "model-card.md"
    card.write_text(
        f"# Model card\n\n{markdown(report)}\n{trial_markdown(trial)}", encoding="utf-8"
    )
    tried = folder / "trial.json"
    tried.write_bytes(msgspec.json.format(msgspec.json.encode(trial), indent=1))
    figures = {"model-card.md": card, "trial.json": tried}
    if evidence.backtest is not None:
        replayed = folder / "backtest.json"
        replayed.write_text(json.dumps(evidence.backtest, indent=1), encoding="utf-8")
        figures["backtest.json"] = replayed
    for subject, lesson in made.lessons.items():
        head = made.fitted[head_name(subject, RISK)]
        figures |= draw_curves(lesson, head, folder, "logged decisions")
        rows = evidence.rows[subject]
        plots = (
            draw_reliability(rows, folder),
            draw_drift(lesson, folder),
            draw_contributions(evidence.candidate, rows, folder),
        )
        figures |= {f"plots/{path.name}": path for path in plots if path is not None}
    return figures
