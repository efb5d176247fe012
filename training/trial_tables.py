"""A trial for people: on a terminal, and in a model card."""

from collections.abc import Iterable
from typing import Final

from rich.console import Console
from rich.table import Table

from models.trials import GateResult, Trial
from training.card import shown

_FIGURES: Final = (
    ("rows", "rows"),
    ("abusive", "abusive"),
    ("roc_auc", "ROC AUC"),
    ("pr_auc", "PR AUC"),
    ("recall_at_0.01", "recall at 1 % FP"),
    ("recall_at_0.05", "recall at 5 % FP"),
    ("calibration_error", "calibration error"),
    ("brier", "Brier"),
)


def verdict_on(gate: GateResult) -> str:
    """Return a gate's outcome in a word or two."""
    if gate.passed is None:
        return "not judged" if gate.optional else "cannot be judged"
    return "passed" if gate.passed else "FAILED"


def print_trial(console: Console, trial: Trial) -> None:
    """Print both models' figures and what every gate found."""
    console.print(
        f"{trial.candidate[:12]} beside {trial.champion[:12]}, on later labelled decisions"
    )
    figures = Table("figure", *(f"{s} {side}" for s in trial.figures for side in ("candidate", "champion")))  # fmt: skip
    for row in _figure_rows(trial):
        figures.add_row(*row)
    console.print(figures)
    gates = Table("gate", "on", "", "found")
    for gate in trial.gates:
        colour = "red" if gate.holds_back else "green" if gate.passed else "yellow"
        gates.add_row(gate.title, gate.subject, f"[{colour}]{verdict_on(gate)}[/{colour}]", gate.says)  # fmt: skip
    console.print(gates)


def _figure_rows(trial: Trial) -> Iterable[tuple[str, ...]]:
    for key, name in _FIGURES:
        yield (
            name,
            *(
                shown(figures.get(f"{side}.{key}"))
                for figures in trial.figures.values()
                for side in ("candidate", "champion")
            ),
        )


def trial_markdown(trial: Trial) -> str:
    """Return the gates as a Markdown table, for the model card."""
    lines = ["**Gates**", "", "| gate | on | | found |", "|---|---|---|---|"]
    lines += [
        f"| {one.title} | {one.subject} | {verdict_on(one)} | {one.says} |" for one in trial.gates
    ]
    return "\n".join(lines) + "\n"
