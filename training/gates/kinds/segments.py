"""No part of the customers pays for the rest."""

from collections.abc import Iterator

import numpy as np

from models.trials import GateResult
from training.figures import brier
from training.gates.evidence import Difference, Evidence, Judged, paired
from training.gates.gate import Asked, GateKind, outcome, too_few


class Segments(Asked, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`worse_by`: how much the Brier score of any segment may rise, where the rise is beyond doubt."""

    by: tuple[str, ...] = ("country", "plan", "provider", "size", "language")
    worse_by: float = 0.02
    fewest_rows: int = 30
    fewest_accounts: int = 5


def _judge(evidence: Evidence, asked: Segments) -> Iterator[GateResult]:
    for subject in asked.subjects:
        rows = evidence.rows.get(subject)
        if rows is not None:
            yield _of(rows, asked, evidence.seed)


def _of(rows: Judged, asked: Segments, seed: int) -> GateResult:
    found = dict(_differences(rows, asked, seed))
    if not found:
        return too_few(
            rows.subject,
            f"no segment has {asked.fewest_rows} rows of {asked.fewest_accounts} accounts",
        )
    worse = {name: d for name, d in found.items() if d.value > asked.worse_by and d.low > 0}
    name, worst = max(found.items(), key=lambda pair: pair[1].value)
    told = f"Brier score in {name} {worst.candidate:.4f} against {worst.champion:.4f}, {worst.value:+.4f}"
    says = f"worst of {len(found)} segments: {told}; at most {asked.worse_by:+.4f}"
    if worse:
        says = f"{len(worse)} of {len(found)} segments worse ({', '.join(sorted(worse))}): {told}; at most {asked.worse_by:+.4f}"
    return outcome(
        not worse, says, rows.subject,
        measured=worst.value, bound=asked.worse_by, low=worst.low, high=worst.high,
    )  # fmt: skip


def _differences(rows: Judged, asked: Segments, seed: int) -> Iterator[tuple[str, Difference]]:
    for by in asked.by:
        values = rows.segments.get(by)
        for value in np.unique(values) if values is not None else ():
            mine = rows.only(values == value)
            enough = len(np.unique(mine.account_ids)) >= asked.fewest_accounts
            if not enough or len(mine) < asked.fewest_rows:
                continue
            found = paired(brier, mine, seed)
            if found is not None:
                yield f"{by} {value}", found


SEGMENTS = GateKind(
    "segments",
    "No segment worse",
    "in no country, plan, mailbox provider, size or language the Brier score rises by more than "
    "`worse_by` with a 95 % interval above zero",
    Segments,
    _judge,
)
