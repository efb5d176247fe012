"""What the model makes of a kind of abuse that it never saw."""

from collections.abc import Iterator

from features.records import Subject
from models.trials import GateResult
from training.gates.evidence import Evidence, KindLeftOut
from training.gates.gate import Asked, GateKind, outcome, too_few


class LeftOutKinds(Asked, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`worse_by`: how far below the champion's, which may have seen the kind, the share may lie."""

    worse_by: float = 0.25


def _judge(evidence: Evidence, asked: LeftOutKinds) -> Iterator[GateResult]:
    for subject in asked.subjects:
        if subject in evidence.rows:
            yield _of(subject, [one for one in evidence.left_out if one.subject == subject], asked)


def _of(subject: Subject, kinds: list[KindLeftOut], asked: LeftOutKinds) -> GateResult:
    if not kinds:
        return too_few(subject, "no kind of abuse (the verdicts' category) has enough later rows")
    worst = min(kinds, key=lambda one: one.flagged - one.champion)
    gap = worst.flagged - worst.champion
    return outcome(
        gap >= -asked.worse_by,
        f"worst of {len(kinds)} kinds left out of the fit: {worst.kind}, {worst.flagged:.0%} of "
        f"{worst.rows} rows flagged against the champion's {worst.champion:.0%}; at most "
        f"{asked.worse_by:.0%} below it",
        subject, measured=gap, bound=-asked.worse_by,
    )  # fmt: skip


LEFT_OUT = GateKind(
    "left_out",
    "Kinds left out",
    "fitted without a kind of abuse, the share of its later rows flagged at 5 % false positives is at most "
    "`worse_by` below the champion's",
    LeftOutKinds,
    _judge,
)
