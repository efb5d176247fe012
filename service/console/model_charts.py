"""Two models' figures as bars on one scale, and gates in the order in which people ask."""

from collections.abc import Mapping
from typing import Final

from markupsafe import Markup

from models.trials import GateResult, Trial

_SHOWN: Final = {
    "roc_auc": "ROC AUC", "pr_auc": "PR AUC", "recall_at_0.01": "recall at 1 % FP",
    "recall_at_0.05": "recall at 5 % FP", "calibration_error": "calibration error",
    "brier": "Brier score",
}  # fmt: skip
_LABEL, _PLOT, _ROW = 150, 300, 34


def figures_chart(figures: Mapping[str, float | None]) -> Markup:
    """Draw the champion's figures above the candidate's, each from 0 to 1; empty without any."""
    rows: list[Markup] = []
    for name, words in _SHOWN.items():
        both = [(side, figures.get(f"{side}.{name}")) for side in ("champion", "candidate")]
        if all(value is not None for _, value in both):
            rows.append(_pair(len(rows), words, [(side, value or 0.0) for side, value in both]))
    if not rows:
        return Markup("")
    return Markup(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="Figures of champion and '
        'challenger">{}</svg>'
    ).format(_LABEL + _PLOT + 70, _ROW * len(rows), Markup("").join(rows))


def _pair(place: int, words: str, both: list[tuple[str, float]]) -> Markup:
    top = place * _ROW
    bars = [
        Markup(
            '<rect class="{}" x="{}" y="{}" width="{:.1f}" height="11" rx="2"/>'
            '<text class="said" x="{:.1f}" y="{}">{:.3f}</text>'
        ).format(
            side, _LABEL, top + 4 + 13 * row, max(_PLOT * min(value, 1.0), 1),
            _LABEL + _PLOT * min(value, 1.0) + 6, top + 13 + 13 * row, value,
        )
        for row, (side, value) in enumerate(both)
    ]  # fmt: skip
    name = Markup('<text class="name" x="{}" y="{}" text-anchor="end">{}</text>').format(
        _LABEL - 10, top + 20, words
    )
    return name + Markup("").join(bars)


def gates_in_order(trial: Trial) -> tuple[GateResult, ...]:
    """Return what holds back first, then what could not be judged, then what passed."""
    return tuple(sorted(trial.gates, key=lambda one: (not one.holds_back, one.passed is True)))
