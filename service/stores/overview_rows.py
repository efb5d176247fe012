"""How a day went: decisions by day and action, and the campaigns decided on lately with their mail."""

from datetime import datetime
from typing import Final

import msgspec
from sqlalchemy import Connection, func, select

from models.inflight import Plan, Progress
from service.stores import history_rows, schema
from service.stores.contract import CampaignMail, DayCount
from service.stores.times import from_us, to_us

_DAY_US: Final = 86_400 * 1_000_000
_CHUNK: Final = 500


class _Subject(msgspec.Struct):
    id: str


class _Scored(msgspec.Struct):
    """What is read of a decision's body here; the rest is skipped."""

    decision_id: str
    subject: _Subject
    account_id: str
    action: str
    risk: float
    degraded: bool


_SCORED: Final = msgspec.msgpack.Decoder(_Scored)


def decisions_by_day(connection: Connection, since: datetime) -> tuple[DayCount, ...]:
    """Return how many decisions called for each action on each day (UTC) since then."""
    table = schema.DECISIONS.c
    day = table.as_of_us - table.as_of_us % _DAY_US
    rows = connection.execute(
        select(day.label("day"), table.action, func.count())
        .where(table.as_of_us >= to_us(since))
        .group_by(day, table.action)
    )
    return tuple(DayCount(day=from_us(row[0]), action=row[1], count=row[2]) for row in rows)


def campaign_mail(connection: Connection, since: datetime, limit: int) -> tuple[CampaignMail, ...]:
    """Return the campaigns decided on since then by their newest decision, the newest first."""
    table = schema.DECISIONS.c
    chosen = (
        select(table.body, table.as_of_us)
        .where(table.as_of_us >= to_us(since), table.subject == "campaign")
        .order_by(table.as_of_us.desc())
        .limit(limit)
    )
    newest: dict[str, tuple[_Scored, int]] = {}
    for body, as_of_us in connection.execute(chosen):
        one = _SCORED.decode(body)
        newest.setdefault(one.subject.id, (one, as_of_us))
    releases = history_rows.releases(connection, list(newest))
    verdicts = _verdicts(connection, sorted({one.account_id for one, _ in newest.values()}))
    return tuple(
        _mail(one, as_of_us, *releases[key], verdicts.get(one.account_id))
        for key, (one, as_of_us) in newest.items()
        if key in releases and releases[key][0].account_id == one.account_id
    )


def _mail(
    one: _Scored, as_of_us: int, plan: Plan, progress: Progress, verdict: str | None
) -> CampaignMail:
    return CampaignMail(
        campaign_id=one.subject.id,
        account_id=one.account_id,
        decision_id=one.decision_id,
        as_of=from_us(as_of_us),
        action=one.action,
        risk=one.risk,
        recipients=plan.recipients,
        granted=progress.granted if progress.started_at or progress.held_at else None,
        stopped=progress.stopped_at is not None,
        verdict=verdict,
    )


def _verdicts(connection: Connection, ids: list[str]) -> dict[str, str]:
    """Return the last word of a person on those of the accounts that have one."""
    table, found = schema.ACCOUNTS.c, dict[str, str]()
    for first in range(0, len(ids), _CHUNK):
        rows = connection.execute(
            select(table.account_id, table.verdict).where(
                table.account_id.in_(ids[first : first + _CHUNK]), table.verdict.is_not(None)
            )
        )
        found |= {row.account_id: row.verdict for row in rows}
    return found
