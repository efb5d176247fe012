"""Releases in the tables: a plan a campaign, and a progress that one sender at a time moves on."""

from collections.abc import Sequence
from typing import Final

import msgspec
from sqlalchemy import Connection, bindparam, select, update

from features.tiles import COUNTERS, campaign_key
from features.windows import Grain
from models.inflight import Plan, Progress
from service.errors import UnknownCampaign
from service.stores import outbox_rows, schema, telling, volume_rows
from service.stores.contract import Ask, Asked, Backlog, Told
from service.stores.dialects import Dialect
from service.stores.prepared import Prepared

_PLAN: Final = msgspec.msgpack.Decoder(Plan)
_PROGRESS: Final = msgspec.msgpack.Decoder(Progress)
_ENCODE: Final = msgspec.msgpack.encode
_NEW: Final = _ENCODE(Progress())
_T: Final = schema.RELEASES.c
# The row is locked where several processes may ask; SQLite has one writer and knows no such lock.
_ROW: Final = Prepared(
    select(_T.plan, _T.progress).where(_T.campaign_id == bindparam("campaign")).with_for_update()
)
_LOOK: Final = Prepared(select(_T.plan, _T.progress).where(_T.campaign_id == bindparam("campaign")))
_MOVE: Final = Prepared(
    update(schema.RELEASES)
    .where(_T.campaign_id == bindparam("campaign"))
    .values(progress=bindparam("moved"))
)


def put_plan(connection: Connection, dialect: Dialect, campaign_id: str, plan: Plan) -> None:
    """Keep the plan of the newest score; what went out under an earlier one stays counted.

    Another account that uses the same campaign id starts a release of its own.
    """
    dialect.upsert(
        connection,
        schema.RELEASES,
        {
            "campaign_id": [campaign_id],
            "account_id": [plan.account_id],
            "plan": [_ENCODE(plan)],
            "progress": [_NEW],
        },
        "UPDATE SET plan = excluded.plan, account_id = excluded.account_id, progress = CASE "
        "WHEN releases.account_id = excluded.account_id THEN releases.progress "
        "ELSE excluded.progress END",
    )


def release(
    connection: Connection,
    dialect: Dialect,
    campaign_id: str,
    ask: Ask,
    fleet: Sequence[str] = (),
) -> Told:
    """Let `ask` move a release on; concurrent senders come one after another.

    So do those of one account, and of a fleet that shares its volume.
    """
    known = find_release(connection, campaign_id)
    if known is None:
        raise UnknownCampaign(
            f"campaign {campaign_id!r} was never scored; POST /v1/campaigns/{campaign_id}/score first"
        )
    # Accounts before the release, as a score locks them: the two never wait for each other.
    volume_rows.lock_accounts(connection, (known[0].account_id, *fleet))
    row = _ROW.row(connection, campaign=campaign_id)
    if row is None:
        raise UnknownCampaign(f"campaign {campaign_id!r} is gone")
    plan, progress = _PLAN.decode(row[0]), _PROGRESS.decode(row[1])
    members = (plan.account_id, *fleet)
    own, *others = volume_rows.sent(connection, members, plan.lane)
    counts = campaign_counts(connection, dialect, plan, campaign_id)
    moved, sent, told = ask(Asked(plan, progress, counts, own, tuple(others)))
    if moved != progress:
        _MOVE.run(connection, campaign=campaign_id, moved=_ENCODE(moved))
        changes = telling.release_changes(campaign_id, plan, progress, moved)
        outbox_rows.add_changes(connection, dialect, changes)
    if sent != own:
        volume_rows.put_sent(connection, dialect, plan.account_id, plan.lane, sent)
    return told


def find_release(connection: Connection, campaign_id: str) -> tuple[Plan, Progress] | None:
    row = _LOOK.row(connection, campaign=campaign_id)
    return None if row is None else (_PLAN.decode(row[0]), _PROGRESS.decode(row[1]))


def backlogs(connection: Connection, account_id: str) -> tuple[Backlog, ...]:
    """Return the campaigns of an account that are held with mail left, the longest held first."""
    rows = connection.execute(
        select(_T.campaign_id, _T.plan, _T.progress).where(_T.account_id == account_id)
    ).all()
    found = []
    for campaign_id, plan_body, progress_body in rows:
        plan, progress = _PLAN.decode(plan_body), _PROGRESS.decode(progress_body)
        left = plan.recipients - progress.granted
        if progress.held_at is not None and progress.stopped_at is None and left > 0:
            found.append(
                Backlog(
                    campaign_id=campaign_id, mails=left, held_since=progress.held_at, lane=plan.lane
                )
            )
    return tuple(sorted(found, key=lambda held: (held.held_since, held.campaign_id)))


def campaign_counts(
    connection: Connection, dialect: Dialect, plan: Plan, campaign_id: str
) -> dict[str, int]:
    """Return all events of a campaign so far by counter."""
    rows = dialect.select_in(
        connection,
        f"SELECT {', '.join(COUNTERS)} FROM tiles WHERE grain = {Grain.TOTAL.value} "  # noqa: S608
        "AND slot = 0 AND entity",
        [campaign_key(plan.account_id, campaign_id)],
    )
    return dict(zip(COUNTERS, rows[0], strict=True)) if rows else dict.fromkeys(COUNTERS, 0)
