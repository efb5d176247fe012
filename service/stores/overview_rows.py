"""How a day went: decisions by day and action, and the campaigns decided on lately with their mail."""

from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, func, select

from features.records import Subject
from models.inflight import Plan, Progress
from service.stores import schema
from service.stores.contract import CampaignMail, DayCount
from service.stores.times import from_us, to_us

_DAY_US: Final = 86_400 * 1_000_000
_PLAN: Final = msgspec.msgpack.Decoder(Plan)
_PROGRESS: Final = msgspec.msgpack.Decoder(Progress)


def decisions_by_action(connection: Connection, since: datetime) -> dict[str, int]:
    table = schema.DECISIONS
    rows = connection.execute(
        select(table.c.action, func.count())
        .where(table.c.as_of_us >= to_us(since))
        .group_by(table.c.action)
    )
    return {row[0]: row[1] for row in rows}


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
    """Return the campaigns under release by their newest decision since then, the newest first."""
    subjects, releases, accounts = schema.SUBJECTS.c, schema.RELEASES.c, schema.ACCOUNTS.c
    under_release = (releases.campaign_id == subjects.id) & (
        releases.account_id == subjects.account_id
    )
    chosen = (
        select(schema.SUBJECTS, releases.plan, releases.progress, accounts.verdict)
        .join(schema.RELEASES, under_release)
        .outerjoin(schema.ACCOUNTS, accounts.account_id == subjects.account_id)
        .where(subjects.subject == Subject.CAMPAIGN.value, subjects.as_of_us >= to_us(since))
        .order_by(subjects.as_of_us.desc(), subjects.account_id.desc(), subjects.id.desc())
        .limit(limit)
    )
    return tuple(_mail(row) for row in connection.execute(chosen))


def _mail(row: Any) -> CampaignMail:
    plan, progress = _PLAN.decode(row.plan), _PROGRESS.decode(row.progress)
    return CampaignMail(
        campaign_id=row.id,
        account_id=row.account_id,
        decision_id=row.decision_id,
        as_of=from_us(row.as_of_us),
        action=row.action,
        risk=row.risk,
        recipients=plan.recipients,
        granted=progress.granted if progress.started_at or progress.held_at else None,
        stopped=progress.stopped_at is not None,
        verdict=row.verdict,
    )
