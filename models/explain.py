"""From exact TreeSHAP contributions to a few reasons in plain words."""

import math
import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from features.catalogue import Column
from models.decision import ReasonGiven
from models.reasons.amounts import amount
from models.reasons.language import ENGLISH, MEASURED, MEASURED_ALONE, Language
from models.reasons.reason import Reason

Array = npt.NDArray[np.float64]
MAX_REASONS = 8
_REMARKS = re.compile(r"[;:]")


def explain_contributions(
    columns: Sequence[Column],
    contributions: Array,
    row: Array,
    typical: Array,
    owners: Sequence[Reason],
    language: Language = ENGLISH,
) -> tuple[ReasonGiven, ...]:
    """Return at most eight reasons that push the risk up, the strongest first.

    All arrays are `(n_columns,)`; `owners` is the reason of each column. Contributions are summed by reason; a weight is a reason's
    share of all that push up. The value shown is that of the reason's strongest feature.
    """
    sums: dict[str, float] = {}
    strongest: dict[str, int] = {}
    for index in np.flatnonzero(contributions).tolist():
        code, pushed = owners[index].code, float(contributions[index])
        sums[code] = sums.get(code, 0.0) + pushed
        if code not in strongest or pushed > contributions[strongest[code]]:
            strongest[code] = index
    upward = sorted((code for code in sums if sums[code] > 0), key=lambda code: (-sums[code], code))
    total = sum(sums[code] for code in upward)
    return tuple(
        _given(
            owners[strongest[code]],
            columns[strongest[code]],
            sums[code] / total,
            float(row[strongest[code]]),
            float(typical[strongest[code]]),
            language,
        )
        for code in upward[:MAX_REASONS]
    )


def _given(
    reason: Reason,
    column: Column,
    weight: float,
    value: float,
    typical: float,
    language: Language,
) -> ReasonGiven:
    tail = "" if reason.hidden_value else _measured(column, value, typical, language)
    return ReasonGiven(
        code=reason.code,
        family=reason.family,
        weight=weight,
        value=None if reason.hidden_value else _finite(value),
        typical=None if reason.hidden_value else _finite(typical),
        message=f"{language(reason.message)} {tail}".rstrip(),
        advice=language(reason.advice),
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
