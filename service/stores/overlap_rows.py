"""Sketches of lists and the index that finds overlaps. Each function runs in a transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

import msgspec
import numpy as np
from sqlalchemy import Connection, bindparam, select

from features.hashing import key64
from features.lists import overlap
from features.records import Account
from service.stores import schema
from service.stores.contract import Hashes, KnownList, Overlap, Owner
from service.stores.dialects import Columns, Dialect
from service.stores.prepared import Prepared, driver_run_many
from service.stores.times import from_us, to_us

# Reading stops here, and the estimates then rest on the keys read until then.
_MAX_POSTINGS: Final = 200_000
_MAX_CANDIDATES: Final = 256
# One shared address of three compared says little: an estimate from fewer than this is no overlap.
_MIN_COMPARED: Final = 20
_MAX_REFINED: Final = 16
KNOWN_ACCOUNT: Final = ""
"""The account of lists that the abuse team registered; no account has this id."""
_SKETCHES: Final = schema.LIST_SKETCHES
_OWN_SKETCH: Final = Prepared(
    select(_SKETCHES.c.hashes).where(_SKETCHES.c.list_key == bindparam("list_key"))
)
_ACCOUNT: Final = msgspec.msgpack.Decoder(Account)


class _Candidate(NamedTuple):
    list_key: int
    account_id: str
    list_id: str
    cutoff: int
    size: float


def list_key(account_id: str, list_id: str) -> int:
    return key64("list", account_id, list_id)


def put_sketch(
    connection: Connection,
    dialect: Dialect,
    account_id: str,
    list_id: str,
    sketch: Hashes,
    stored_us: int,
) -> None:
    """Keep and index the sketch of a list in place of its former one."""
    key = list_key(account_id, list_id)
    keys = overlap.index_keys(sketch)
    indexed, cutoff = overlap.cut(keys, overlap.INDEXED)
    former = _former(connection, key)
    _drop_postings(connection, dialect, key, np.setdiff1d(former, indexed, assume_unique=True))
    columns: Columns = {
        "list_key": [key],
        "account_id": [account_id],
        "list_id": [list_id],
        "cutoff": [cutoff],
        "addresses": [round(overlap.size_of(keys))],
        "stored_us": [stored_us],
        "hashes": [keys.astype("<i8").tobytes()],
    }
    change = ", ".join(f"{name} = excluded.{name}" for name in columns)
    dialect.upsert(connection, _SKETCHES, columns, f"UPDATE SET {change}")
    new = np.setdiff1d(indexed, former, assume_unique=True).tolist()
    if new:
        postings: Columns = {"hash": new, "list_key": [key] * len(new)}
        dialect.upsert(connection, schema.LIST_HASHES, postings, "NOTHING")


def drop_sketch(connection: Connection, dialect: Dialect, account_id: str, list_id: str) -> bool:
    """Forget a list's sketch; return whether there was one."""
    key = list_key(account_id, list_id)
    _drop_postings(connection, dialect, key, _former(connection, key))
    found = connection.execute(_SKETCHES.delete().where(_SKETCHES.c.list_key == key))
    return found.rowcount > 0


def drop_sketches(dialect: Dialect, before_us: int, limit: int, connection: Connection) -> int:
    """Forget some sketches of customers' lists stored before a time; return how many."""
    old = connection.execute(
        select(_SKETCHES.c.account_id, _SKETCHES.c.list_id)
        .where(_SKETCHES.c.stored_us < before_us, _SKETCHES.c.account_id != KNOWN_ACCOUNT)
        .order_by(_SKETCHES.c.list_key)
        .limit(limit)
        .with_for_update()
    ).all()
    return sum(drop_sketch(connection, dialect, *named) for named in old)


def _former(connection: Connection, key: int) -> Hashes:
    """Return the keys that a list is indexed by now, ascending."""
    row = _OWN_SKETCH.row(connection, list_key=key)
    return _keys(row[0] if row else b"")[: overlap.INDEXED]


def sketch_of(connection: Connection, account_id: str, list_id: str) -> Hashes | None:
    """Return the stored sketch of a list, None where there is none."""
    row = _OWN_SKETCH.row(connection, list_key=list_key(account_id, list_id))
    return None if row is None else read_sketch(row[0])


def read_sketch(body: bytes) -> Hashes:
    """Return the sketch that a row holds as the keys of its hashes."""
    return overlap.sketch_of(_keys(body))


def _keys(body: bytes) -> Hashes:
    return np.frombuffer(body, dtype="<i8").astype(np.int64)


def _drop_postings(connection: Connection, dialect: Dialect, key: int, old: Hashes) -> None:
    if old.size:
        mark = "?" if dialect.name == "sqlite" else "%s"
        sql = f"DELETE FROM list_hashes WHERE hash = {mark} AND list_key = {mark}"  # noqa: S608
        driver_run_many(connection, sql, [(value, key) for value in old.tolist()])


def overlaps(
    connection: Connection, dialect: Dialect, account_id: str, sketch: Hashes, limit: int
) -> tuple[Overlap, ...]:
    """Return what other accounts' lists, and known bad ones, share with a new list.

    Estimated from the index alone; where that is rough, from the stored sketch.
    """
    hits = _hits(connection, dialect, overlap.index_keys(sketch))
    candidates = [
        candidate
        for candidate in _candidates(connection, dialect, hits)
        if candidate.account_id != account_id
    ]
    if not candidates:
        return ()
    places = {key: place for place, key in enumerate(hits.lists.tolist())}
    order = np.array([places[candidate.list_key] for candidate in candidates])
    chosen = overlap.Hits(
        hits.keys, hits.cutoff, hits.lists[order], hits.hits[order], hits.ubiquitous
    )
    found = _estimated(chosen, candidates, sketch)
    found = _refined(connection, dialect, found, candidates, sketch, hits.ubiquitous)
    found.sort(key=lambda o: (-o.containment, o.account_id, o.list_id))
    enough = min(_MIN_COMPARED, hits.keys.size)
    return tuple(o for o in found if o.containment > 0 and o.compared >= enough)[:limit]


def _hits(connection: Connection, dialect: Dialect, keys: Hashes) -> overlap.Hits:
    asked, cutoff = overlap.cut(keys, overlap.PROBED)
    rows = dialect.select_in(
        connection,
        "SELECT hash, list_key FROM list_hashes WHERE hash",
        asked.tolist(),
        f"ORDER BY hash LIMIT {_MAX_POSTINGS}",
    )
    pairs = np.array(rows, dtype=np.int64).reshape(-1, 2)
    if len(rows) == _MAX_POSTINGS:
        cutoff = int(pairs[-1, 0]) - 1
        pairs, asked = pairs[pairs[:, 0] <= cutoff], asked[asked <= cutoff]
    return overlap.count_hits(asked, cutoff, pairs[:, 0], pairs[:, 1])


def _candidates(connection: Connection, dialect: Dialect, hits: overlap.Hits) -> list[_Candidate]:
    """Return the lists with most hits, most first."""
    if not hits.lists.size:
        return []
    first = hits.lists[:_MAX_CANDIDATES].tolist()
    rows = dialect.select_in(
        connection,
        "SELECT list_key, account_id, list_id, cutoff, addresses FROM list_sketches WHERE list_key",
        first,
    )
    found = {row[0]: _Candidate(*row) for row in rows}
    return [found[key] for key in first if key in found]


def _estimated(
    hits: overlap.Hits, candidates: Sequence[_Candidate], sketch: Hashes
) -> list[Overlap]:
    cutoffs = np.array([candidate.cutoff for candidate in candidates], dtype=np.int64)
    shares, errors, compared = overlap.estimates(hits, cutoffs)
    size = overlap.size_of(overlap.index_keys(sketch))
    return [
        _overlap(candidate, size, *told)
        for candidate, *told in zip(
            candidates, shares.tolist(), errors.tolist(), compared.tolist(), strict=True
        )
    ]


def _overlap(
    candidate: _Candidate, size: float, share: float, error: float, compared: int
) -> Overlap:
    return Overlap(
        account_id=candidate.account_id,
        list_id=candidate.list_id,
        containment=share,
        standard_error=error,
        compared=compared,
        contains=min(share * size / max(candidate.size, 1), 1.0),
    )


def _refined(
    connection: Connection,
    dialect: Dialect,
    found: list[Overlap],
    candidates: Sequence[_Candidate],
    sketch: Hashes,
    ubiquitous: Hashes,
) -> list[Overlap]:
    """Compare whole sketches where the index alone is rough and the share may be notable."""
    rough = [place for place, told in enumerate(found) if _worth_reading(told)]
    rough.sort(key=lambda place: -(found[place].containment + 2 * found[place].standard_error))
    rough = rough[:_MAX_REFINED]
    if not rough:
        return found
    bodies: dict[int, bytes] = dict(
        dialect.select_in(
            connection,
            "SELECT list_key, hashes FROM list_sketches WHERE list_key",
            [candidates[place].list_key for place in rough],
        )
    )
    size = overlap.size_of(overlap.index_keys(sketch))
    for place in rough:
        candidate = candidates[place]
        other = read_sketch(bodies[candidate.list_key])
        told = overlap.refined(sketch, other, ubiquitous)
        if told.compared > found[place].compared:
            found[place] = _overlap(candidate, size, told.share, told.standard_error, told.compared)
    return found


def _worth_reading(told: Overlap) -> bool:
    rough = told.standard_error > overlap.ROUGH
    return rough and told.containment + 2 * told.standard_error > overlap.NOTABLE


def list_overlaps(
    connection: Connection, dialect: Dialect, account_id: str, list_id: str, limit: int
) -> tuple[Overlap, ...]:
    """Return the other lists that share addresses with a stored one; none where it has no sketch."""
    sketch = sketch_of(connection, account_id, list_id)
    if sketch is None:
        return ()
    return overlaps(connection, dialect, account_id, sketch, limit)


def owners(connection: Connection, account_ids: Sequence[str]) -> dict[str, Owner]:
    """Return who the accounts are, and whether they were found abusive."""
    table = schema.ACCOUNTS
    rows = connection.execute(
        select(table.c.account_id, table.c.body, table.c.verdict, table.c.last_action).where(
            table.c.account_id.in_(sorted(account_ids))
        )
    )
    return {
        account_id: Owner(
            account=_ACCOUNT.decode(body),
            abuser=verdict == "abusive" or (verdict is None and action == "terminate"),
        )
        for account_id, body, verdict, action in rows
    }


def put_known_list(
    connection: Connection, dialect: Dialect, name: str, sketch: Hashes, at: datetime
) -> None:
    put_sketch(connection, dialect, KNOWN_ACCOUNT, name, sketch, to_us(at))


def drop_known_list(connection: Connection, dialect: Dialect, name: str) -> bool:
    return drop_sketch(connection, dialect, KNOWN_ACCOUNT, name)


def known_lists(connection: Connection) -> tuple[KnownList, ...]:
    """Return the registered bad lists by name."""
    rows = connection.execute(
        select(_SKETCHES.c.list_id, _SKETCHES.c.addresses, _SKETCHES.c.stored_us)
        .where(_SKETCHES.c.account_id == KNOWN_ACCOUNT)
        .order_by(_SKETCHES.c.list_id)
    )
    return tuple(KnownList(name=row[0], addresses=row[1], added_at=from_us(row[2])) for row in rows)
