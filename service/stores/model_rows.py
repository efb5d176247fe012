"""What the challenger would have said. Each function runs in a transaction."""

from collections.abc import Sequence
from datetime import datetime
from math import sqrt
from typing import Any, Final

from sqlalchemy import Connection, Float, cast, func, insert, select

from service.stores import schema
from service.stores.contract import ModelComparison, ModelShadow
from service.stores.times import from_us, to_us

_TABLE: Final = schema.MODEL_SHADOWS
_NAMES: Final = (
    "decision_id", "challenger", "champion", "account_id", "subject", "live", "draft",
    "live_risk", "draft_risk",
)  # fmt: skip


def add_shadows(connection: Connection, rows: Sequence[ModelShadow]) -> None:
    """Add rows of new decisions: each is judged once, by one process."""
    values = [
        {name: getattr(row, name) for name in _NAMES} | {"as_of_us": to_us(row.as_of)}
        for row in rows
    ]
    connection.execute(insert(_TABLE), values)


def comparison(
    connection: Connection, challenger: str, since: datetime, examples: int
) -> ModelComparison:
    """Return how a challenger compares since a time, with the newest decisions that differ."""
    table = _TABLE.c
    mine = (table.challenger == challenger, table.as_of_us >= to_us(since))
    counted = connection.execute(
        select(table.subject, table.live, table.draft, func.count())
        .where(*mine)
        .group_by(table.subject, table.live, table.draft)
    )
    differing = (
        select(_TABLE)
        .where(*mine, table.live != table.draft)
        .order_by(table.as_of_us.desc(), table.decision_id.desc())
        .limit(examples)
    )
    return ModelComparison(
        challenger=challenger,
        counts={(row[0], row[1], row[2]): int(row[3]) for row in counted},
        correlation=_correlation(connection, mine),
        examples=tuple(_read(row) for row in connection.execute(differing)),
    )


def _correlation(connection: Connection, mine: tuple[Any, ...]) -> float | None:
    """Return Pearson's correlation of the two risks; None where either never varies."""
    x, y = cast(_TABLE.c.live_risk, Float), cast(_TABLE.c.draft_risk, Float)
    sums = select(
        func.count(), func.sum(x), func.sum(y), func.sum(x * x), func.sum(y * y), func.sum(x * y)
    ).where(*mine)
    n, sx, sy, sxx, syy, sxy = (float(value or 0) for value in connection.execute(sums).one())
    spread = (n * sxx - sx * sx) * (n * syy - sy * sy)
    return None if n < 2 or spread <= 1e-12 else (n * sxy - sx * sy) / sqrt(spread)


def _read(row: Any) -> ModelShadow:
    values = {name: getattr(row, name) for name in _NAMES}
    return ModelShadow(**values, as_of=from_us(row.as_of_us))
