"""From exact TreeSHAP contributions to a few reasons in plain words."""

import math
import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from features.catalogue import Column
from models.attribution import Push, pushes
from models.decision import ReasonGiven
from models.reasons.amounts import amount
from models.reasons.language import ENGLISH, MEASURED, MEASURED_ALONE, Language
from models.reasons.registry import Voice

Array = npt.NDArray[np.float64]
MAX_REASONS = 8
_REMARKS = re.compile(r"[;:]")


def explain_contributions(
    columns: Sequence[Column],
    contributions: Array,
    row: Array,
    typical: Array,
    voices: Sequence[Sequence[Voice]],
    language: Language = ENGLISH,
) -> tuple[ReasonGiven, ...]:
    """Return at most eight reasons that push the risk up, the strongest first.

    All arrays are `(n_columns,)`; `voices` says who may tell of each column (`Reasons.voices`).
    Contributions are summed by reason, each under one whose message is true of the value; a weight
    is a reason's share of all that push up. The value shown is that of its strongest feature whose
    value may be shown.
    """
    found = pushes(columns, contributions, row, typical, voices)
    upward = sorted(
        (push for push in found if push.added > 0), key=lambda push: (-push.added, push.reason.code)
    )
    total = sum(push.added for push in upward)
    return tuple(
        _given(
            push,
            columns[push.column],
            push.added / total,
            float(row[push.column]),
            float(typical[push.column]),
            language,
        )
        for push in upward[:MAX_REASONS]
    )


def _given(
    push: Push,
    column: Column,
    weight: float,
    value: float,
    typical: float,
    language: Language,
) -> ReasonGiven:
    reason = push.reason
    tail = "" if push.hidden else _measured(column, value, typical, language)
    return ReasonGiven(
        code=reason.code,
        family=reason.family,
        weight=weight,
        value=None if push.hidden else _finite(value),
        typical=None if push.hidden else _finite(typical),
        message=f"{language(reason.message)} {tail}".rstrip(),
        advice=language(reason.advice),
        unit=None if push.hidden else column.feature.unit,
    )


def _measured(column: Column, value: float, typical: float, language: Language) -> str:
    meaning = _subject(language(column.feature.meaning))
    unit = column.feature.unit
    template = MEASURED_ALONE if math.isnan(typical) else MEASURED
    return language(template).format(
        meaning=f"{meaning[:1].upper()}{meaning[1:]}",
        value=amount(value, unit, language),
        typical=amount(typical, unit, language),
    )


def _subject(meaning: str) -> str:
    """Return what a meaning is about, without its remarks: `Whether it pays; ...` is `It pays`."""
    return _REMARKS.split(meaning.removeprefix("Whether "), maxsplit=1)[0].strip().rstrip(".")


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
