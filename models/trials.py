"""What a candidate's gates found and how far the world has drifted: records that a desk can show.

`training` makes them, `models.reports` keeps them, `service` shows them.
"""

from datetime import datetime

import msgspec

Figures = dict[str, dict[str, float | None]]


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """An immutable part of a report."""


class GateResult(Told, frozen=True, kw_only=True):
    """What one gate found. `passed` None: there was too little to judge.

    `measured` met `bound` or not; `low` and `high` are its 95 % interval where it has one. `says`
    is a sentence for people. An `optional` gate that cannot judge holds nobody back.
    """

    gate: str
    title: str
    passed: bool | None
    says: str
    subject: str = ""
    measured: float | None = None
    bound: float | None = None
    low: float | None = None
    high: float | None = None
    optional: bool = False

    @property
    def holds_back(self) -> bool:
        """Whether a candidate may not be promoted for this."""
        return self.passed is False or (self.passed is None and not self.optional)


class Bin(Told, frozen=True, kw_only=True):
    """Rows of like risk: the mean `stated` risk and the share that `happened` to be abusive.

    `low` and `high` are its 90 % interval (Clopper and Pearson), for the `rows` as they are.
    """

    stated: float
    happened: float
    low: float
    high: float
    rows: int


class Trial(Told, frozen=True, kw_only=True):
    """A candidate beside the champion on later time: gates and figures.

    `candidate` and `champion` are digests. `rows` says how many rows of each subject judged,
    `figures` holds both models' by subject: names as in `training.figures`, prefixed by
    `candidate.` or `champion.`. `reliability` has, by subject and side, rows of like risk, the
    lowest first. `labels` counts what there was to learn from by source, `new_labels` what of it is
    later than all that the champion learned from.
    """

    candidate: str
    champion: str
    at: datetime
    gates: tuple[GateResult, ...]
    rows: dict[str, int] = {}
    figures: Figures = {}
    data: str = ""
    reliability: dict[str, dict[str, tuple[Bin, ...]]] = {}
    labels: dict[str, int] = {}
    new_labels: dict[str, int] = {}

    @property
    def failed(self) -> tuple[GateResult, ...]:
        """The gates that hold the candidate back."""
        return tuple(gate for gate in self.gates if gate.holds_back)

    @property
    def passed(self) -> bool:
        """Whether the candidate may be promoted without a reason of its own."""
        return bool(self.gates) and not self.failed


class ColumnDrift(Told, frozen=True, kw_only=True):
    """How a feature or a score has moved. `level` is `ok`, `watch` or `drift`.

    `psi` is the population stability index over tenths of the reference, unknown values a group
    of their own; `ks` the largest gap of the known values' distributions. `missing_*` are shares,
    `typical_*` medians.
    """

    subject: str
    name: str
    kind: str
    psi: float
    ks: float | None
    missing_before: float
    missing_now: float
    typical_before: float | None
    typical_now: float | None
    level: str


class LabelShift(Told, frozen=True, kw_only=True):
    """The share of abusive among what was labelled, before and now; `p` that both are alike."""

    subject: str
    rows_before: int
    rows_now: int
    abusive_before: float | None
    abusive_now: float | None
    p: float | None
    level: str


class DriftReport(Told, frozen=True, kw_only=True):
    """Decisions since a time against those before: `columns` worst first, `guilty` by name.

    `reference` says what the newer rows are held against, in words.
    """

    at: datetime
    model: str
    since: datetime
    until: datetime
    reference: str
    rows: dict[str, int]
    rows_before: dict[str, int]
    columns: tuple[ColumnDrift, ...]
    labels: tuple[LabelShift, ...] = ()
    guilty: tuple[str, ...] = ()
