"""The report of a training: figures on later time and unseen actors, as JSON-ready data.

The report travels in the bundle as its note, so that a model carries its own card.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np

from models.heads import FORECAST_RATES, FORECAST_SUBJECTS, RISK, head_name
from training.figures import coverage, ranking_figures, ranking_intervals, recall_by_kind
from training.fit import Fitted
from training.learn import Lesson
from training.leave_out import LeftOut

SIMULATED: Final = (
    "Measured on simulated worlds, on rows later than the training and of actors that it never "
    "saw. Accuracy on a simulation is not accuracy on a real provider."
)

LOGGED: Final = (
    "Measured on this installation's own labelled decisions, on rows later than the fit and of accounts that it "
    "never saw. What was held has no outcome of its own: labels of it rest on people's verdicts."
)


def report_on(
    lessons: Sequence[Lesson],
    fitted: Mapping[str, Fitted],
    left_out: Iterable[LeftOut],
    made_from: Mapping[str, Any],
    seed: int,
    caution: str = SIMULATED,
) -> dict[str, Any]:
    """Return the report as JSON-ready data."""
    rng = np.random.default_rng(seed)
    return {
        "caution": caution,
        "made_from": dict(made_from),
        "subjects": {lesson.subject.value: _subject(lesson, fitted, rng) for lesson in lessons},
        "left_out": [
            {
                "subject": one.subject,
                "kind": one.kind,
                "abusive": one.abusive,
                "rows": one.rows,
                "flagged": rounded(one.flagged),
            }
            for one in left_out
        ],
    }


def _subject(
    lesson: Lesson, fitted: Mapping[str, Fitted], rng: np.random.Generator
) -> dict[str, Any]:
    test = lesson.parts.test & np.isfinite(lesson.rows.abusive)
    truth = lesson.rows.abusive[test]
    x = lesson.rows.vectors.x[test]
    head = fitted[head_name(lesson.subject, RISK)]
    risk = head.risk(x, lesson.columns)
    groups = lesson.rows.vectors.account_ids[test]
    by_kind = recall_by_kind(truth, risk, lesson.rows.kinds[test], 0.01) if len(truth) else {}
    intervals = ranking_intervals(truth, risk, groups, rng)
    return {
        "figures": {key: rounded(value) for key, value in ranking_figures(truth, risk).items()},
        "intervals": {key: [rounded(v) for v in pair] for key, pair in intervals.items()},
        "recall_by_kind": {kind: rounded(value) for kind, value in by_kind.items()},
        "forecasts": _forecasts(lesson, fitted) if _forecasting(lesson, fitted) else {},
        "strongest": strongest(head),
    }


def _forecasting(lesson: Lesson, fitted: Mapping[str, Fitted]) -> bool:
    """Say whether the forecasts of a subject were fitted, too."""
    forecast = head_name(lesson.subject, f"{FORECAST_RATES[0]}_mean")
    return lesson.subject in FORECAST_SUBJECTS and forecast in fitted


def _forecasts(lesson: Lesson, fitted: Mapping[str, Fitted]) -> dict[str, dict[str, float | None]]:
    found = {}
    for rate in FORECAST_RATES:
        actual = lesson.rate(rate)
        test = lesson.parts.test & np.isfinite(actual)
        x, actual = lesson.rows.vectors.x[test], actual[test]
        mean, low, high = (
            fitted[head_name(lesson.subject, f"{rate}_{bound}")].risk(x, lesson.columns)
            for bound in ("mean", "low", "high")
        )
        low, high = np.minimum(low, mean), np.maximum(high, mean)
        found[rate] = {
            "rows": float(len(actual)),
            "coverage": rounded(coverage(actual, low, high)),
            "mean_width": rounded(float((high - low).mean()) if len(actual) else float("nan")),
            "mean_absolute_error": rounded(
                float(np.abs(actual - mean).mean()) if len(actual) else float("nan")
            ),
        }
    return found


def strongest(head: Fitted, most: int = 20) -> list[tuple[str, float]]:
    """Return features with their share of the head's gain, largest first."""
    total = sum(head.gain.values())
    ranked = sorted(head.gain.items(), key=lambda pair: -pair[1])[:most]
    return [(name, round(gain / total, 4)) for name, gain in ranked]


def rounded(value: float) -> float | None:
    """Return five significant digits, None for what is undefined: JSON has no NaN."""
    return float(f"{value:.5g}") if np.isfinite(value) else None


def metrics_of(report: Mapping[str, Any]) -> dict[str, float]:
    """Return the report's numbers flat, by a name that MLflow takes."""
    flat: dict[str, float] = {}
    for subject, part in report["subjects"].items():
        for name, value in part["figures"].items():
            flat[f"{subject}.{name}"] = value
        for rate, figures in part["forecasts"].items():
            flat[f"{subject}.{rate}.coverage"] = figures["coverage"]
    for one in report["left_out"]:
        flat[f"left_out.{one['subject']}.{one['kind']}.flagged"] = one["flagged"]
    return {name: value for name, value in flat.items() if value is not None}
