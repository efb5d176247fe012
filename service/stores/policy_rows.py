"""Policy versions, exemptions and shadow actions in the tables. Each function runs in a transaction."""

from typing import Any, Final

import msgspec
from sqlalchemy import Connection, func, insert, select, update

from models.decision import Decision
from models.policy.exemptions import Exemption
from service.errors import PolicyMoved
from service.policies.records import Comparison, PolicyVersion, ShadowRow
from service.stores import schema
from service.stores.prepared import Prepared
from service.stores.times import from_us, to_us

_ENCODE: Final = msgspec.msgpack.encode
_VERSION: Final = msgspec.msgpack.Decoder(PolicyVersion)
_EXEMPTION: Final = msgspec.msgpack.Decoder(Exemption)
_SHADOWED: Final = Prepared(insert(schema.SHADOW_ACTIONS))
_MOST_EXEMPTIONS: Final = 50_000


def put_version(connection: Connection, version: PolicyVersion) -> None:
    """Store a new version, or one that is a revision ahead. Raises `PolicyMoved`."""
    columns = {
        "stage": version.stage.value,
        "revision": version.revision,
        "changed_us": to_us(version.changed_at),
        "body": _ENCODE(version),
    }
    table = schema.POLICY_VERSIONS
    if version.revision == 1:
        connection.execute(insert(table).values(policy_id=version.policy_id, **columns))
        return
    changed = connection.execute(
        update(table)
        .where(table.c.policy_id == version.policy_id, table.c.revision == version.revision - 1)
        .values(columns)
    )
    if changed.rowcount != 1:
        raise PolicyMoved("somebody else changed this policy meanwhile; look at it again")


def put_exemption(connection: Connection, exemption: Exemption) -> None:
    """Store a new exemption, or one that is a revision ahead. Raises `PolicyMoved`."""
    columns = {
        "account_id": exemption.account_id,
        "expires_us": to_us(exemption.ended_at or exemption.expires_at),
        "revision": exemption.revision,
        "body": _ENCODE(exemption),
    }
    table = schema.EXEMPTIONS
    if exemption.revision == 1:
        connection.execute(insert(table).values(exemption_id=exemption.exemption_id, **columns))
        return
    same = table.c.exemption_id == exemption.exemption_id
    earlier = table.c.revision == exemption.revision - 1
    if connection.execute(update(table).where(same, earlier).values(columns)).rowcount != 1:
        raise PolicyMoved("somebody else changed this exemption meanwhile; look at it again")


def mark(connection: Connection) -> str:
    """Return a text that is another one after every change of a version or an exemption."""
    sums = [
        connection.execute(select(func.count(), func.coalesce(func.sum(table.c.revision), 0))).one()
        for table in (schema.POLICY_VERSIONS, schema.EXEMPTIONS)
    ]
    return ".".join(str(int(number)) for row in sums for number in row)


def version(connection: Connection, policy_id: str) -> PolicyVersion | None:
    table = schema.POLICY_VERSIONS
    body = connection.scalar(select(table.c.body).where(table.c.policy_id == policy_id))
    return None if body is None else _VERSION.decode(body)


def versions(
    connection: Connection, stages: tuple[str, ...], limit: int
) -> tuple[PolicyVersion, ...]:
    """Return versions in some stages, or in all, the newest change first."""
    table = schema.POLICY_VERSIONS
    chosen = select(table.c.body).order_by(table.c.changed_us.desc(), table.c.policy_id.desc())
    if stages:
        chosen = chosen.where(table.c.stage.in_(stages))
    return tuple(_VERSION.decode(body) for body in connection.scalars(chosen.limit(limit)))


def exemption(connection: Connection, exemption_id: str) -> Exemption | None:
    table = schema.EXEMPTIONS
    body = connection.scalar(select(table.c.body).where(table.c.exemption_id == exemption_id))
    return None if body is None else _EXEMPTION.decode(body)


def exemptions(connection: Connection, account_id: str | None) -> tuple[Exemption, ...]:
    """Return exemptions, of one account or of all, the last to expire first."""
    table = schema.EXEMPTIONS
    chosen = select(table.c.body).order_by(table.c.expires_us.desc(), table.c.exemption_id)
    if account_id is not None:
        chosen = chosen.where(table.c.account_id == account_id)
    return tuple(
        _EXEMPTION.decode(body) for body in connection.scalars(chosen.limit(_MOST_EXEMPTIONS))
    )


def note_shadow(connection: Connection, decision: Decision) -> None:
    """Keep what the policy in shadow would have done, if there was one."""
    if decision.shadow is None:
        return
    _SHADOWED.run(
        connection,
        decision_id=decision.decision_id,
        version=decision.shadow.policy_version,
        account_id=decision.account_id,
        as_of_us=to_us(decision.as_of),
        live=decision.action,
        draft=decision.shadow.action,
    )


def comparison(connection: Connection, name: str, examples: int) -> Comparison:
    """Return what a version in shadow came to, with the newest decisions that differ."""
    table = schema.SHADOW_ACTIONS.c
    counted = connection.execute(
        select(table.live, table.draft, func.count())
        .where(table.version == name)
        .group_by(table.live, table.draft)
    )
    counts = {(row[0], row[1]): int(row[2]) for row in counted}
    differing = (
        select(table.decision_id, table.account_id, table.as_of_us, table.live, table.draft)
        .where(table.version == name, table.live != table.draft)
        .order_by(table.as_of_us.desc(), table.decision_id.desc())
        .limit(examples)
    )
    rows = tuple(_shadow_row(row) for row in connection.execute(differing))
    return Comparison(version=name, counts=counts, examples=rows)


def _shadow_row(row: Any) -> ShadowRow:
    return ShadowRow(
        decision_id=row.decision_id,
        account_id=row.account_id,
        as_of=from_us(row.as_of_us),
        live=row.live,
        draft=row.draft,
    )
