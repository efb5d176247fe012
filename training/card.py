"""A report as Markdown tables: docs/models.md and the model card. Imports nothing heavy."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

_SHOWN: Final = (
    ("rows", "rows"),
    ("abusive", "abusive"),
    ("roc_auc", "ROC AUC"),
    ("pr_auc", "PR AUC"),
    ("recall_at_0.001", "recall at 0.1 % FP"),
    ("recall_at_0.01", "recall at 1 % FP"),
    ("recall_at_0.05", "recall at 5 % FP"),
    ("calibration_error", "calibration error"),
    ("brier", "Brier"),
)


def markdown(report: Mapping[str, Any]) -> str:
    """Return the report as Markdown tables, for docs/models.md and the model card."""
    parts = [
        f"_{report['caution']}_\n",
        _table(["made from", ""], [[k, str(v)] for k, v in report["made_from"].items()]),
        _rankings(report["subjects"]),
        _kinds(report["subjects"]),
        _forecast_table(report["subjects"]),
        _left_out_table(report["left_out"]),
        _strongest_table(report["subjects"]),
    ]
    return "\n".join(part for part in parts if part)


def _rankings(subjects: Mapping[str, Any]) -> str:
    rows = [
        [label, *(_with_interval(part, key) for part in subjects.values())] for key, label in _SHOWN
    ]
    return "**Risk**, 95 % intervals over accounts\n\n" + _table(["figure", *subjects], rows)


def _with_interval(part: Mapping[str, Any], key: str) -> str:
    low, high = part["intervals"].get(key, (None, None))
    text = shown(part["figures"][key])
    return text if low is None else f"{text} ({shown(low)} to {shown(high)})"


def _kinds(subjects: Mapping[str, Any]) -> str:
    kinds = sorted({kind for part in subjects.values() for kind in part["recall_by_kind"]})
    if not kinds:
        return ""
    rows = [[kind, *(shown(p["recall_by_kind"].get(kind)) for p in subjects.values())] for kind in kinds]  # fmt: skip
    return "**Recall at 1 % false positives, by kind of abuser**\n\n" + _table(["kind", *subjects], rows)  # fmt: skip


def _forecast_table(subjects: Mapping[str, Any]) -> str:
    rows = [
        [subject, rate, *(shown(f[k]) for k in ("rows", "coverage", "mean_width", "mean_absolute_error"))]
        for subject, part in subjects.items()
        for rate, f in part["forecasts"].items()
    ]  # fmt: skip
    header = ["subject", "rate", "rows", "coverage of the 90 % interval", "mean width", "mean absolute error"]  # fmt: skip
    return "**Forecasts**\n\n" + _table(header, rows) if rows else ""


def _left_out_table(left_out: Sequence[Mapping[str, Any]]) -> str:
    rows = [
        [one["subject"], one["kind"], "abusive" if one["abusive"] else "good", shown(one["rows"]), shown(one["flagged"])]
        for one in sorted(left_out, key=lambda o: (o["subject"], not o["abusive"], o["kind"]))
    ]  # fmt: skip
    header = [
        "subject",
        "kind left out of training",
        "is",
        "rows",
        "flagged at 1 % false positives",
    ]
    return "**Kinds that training never saw** (recall of abusive, false positives of good)\n\n" + _table(header, rows) if rows else ""  # fmt: skip


def _strongest_table(subjects: Mapping[str, Any]) -> str:
    rows = [
        [subject, ", ".join(f"`{name}` {share:.0%}" for name, share in part["strongest"][:8])]
        for subject, part in subjects.items()
    ]  # fmt: skip
    return "**What the risk heads lean on** (share of gain)\n\n" + _table(
        ["subject", "features"], rows
    )


def shown(value: float | None) -> str:
    """Return a figure as people read it."""
    if value is None:
        return "-"
    if abs(value) >= 100 or float(value).is_integer():
        return f"{value:,.0f}"
    return f"{value:.4f}" if abs(value) >= 0.001 else f"{value:.2g}"


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [" | ".join(header), " | ".join("---" for _ in header), *(" | ".join(r) for r in rows)]
    return "\n".join(f"| {line} |" for line in lines) + "\n"
