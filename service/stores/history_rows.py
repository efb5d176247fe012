"""Reads what a backtest needs in bulk."""

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec
from sqlalchemy import Connection, select

from models.inflight import Plan, Progress
from service.stores import schema

_PLAN: Final = msgspec.msgpack.Decoder(Plan)
_PROGRESS: Final = msgspec.msgpack.Decoder(Progress)
_AT_ONCE: Final = 500


def releases(
    connection: Connection, campaign_ids: Sequence[str]
) -> dict[str, tuple[Plan, Progress]]:
    """Return the plan and progress of those of the campaigns that were scored."""
    table = schema.RELEASES.c
    found = {}
    for chunk in _chunks(sorted(set(campaign_ids))):
        chosen = select(table.campaign_id, table.plan, table.progress).where(
            table.campaign_id.in_(chunk)
        )
        for campaign_id, plan, progress in connection.execute(chosen):
            found[campaign_id] = _PLAN.decode(plan), _PROGRESS.decode(progress)
    return found


def _chunks(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), _AT_ONCE):
        yield ids[start : start + _AT_ONCE]
