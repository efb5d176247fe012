"""API keys in the tables. Each function runs in a transaction."""

from datetime import datetime
from typing import Final

import msgspec
from sqlalchemy import Connection, bindparam, insert, select

from service.stores import schema
from service.stores.contract import ApiKey
from service.stores.prepared import Prepared
from service.stores.times import to_us

_ENCODE: Final = msgspec.msgpack.encode
_API_KEY: Final = msgspec.msgpack.Decoder(ApiKey)
_KEY_BODY: Final = Prepared(
    select(schema.API_KEYS.c.body).where(schema.API_KEYS.c.key_hash == bindparam("key_hash"))
)


def add_key(connection: Connection, key: ApiKey) -> None:
    connection.execute(
        insert(schema.API_KEYS).values(
            key_hash=key.key_hash,
            name=key.name,
            created_us=to_us(key.created_at),
            revoked_us=None if key.revoked_at is None else to_us(key.revoked_at),
            body=_ENCODE(key),
        )
    )


def api_key(connection: Connection, key_hash: str) -> ApiKey | None:
    row = _KEY_BODY.row(connection, key_hash=key_hash)
    return None if row is None else _API_KEY.decode(row[0])


def api_keys(connection: Connection) -> tuple[ApiKey, ...]:
    table = schema.API_KEYS
    rows = connection.scalars(select(table.c.body).order_by(table.c.created_us, table.c.key_hash))
    return tuple(_API_KEY.decode(body) for body in rows)


def revoke_key(connection: Connection, name: str, at: datetime) -> bool:
    table = schema.API_KEYS
    in_force = select(table.c.body).where(table.c.name == name, table.c.revoked_us.is_(None))
    keys = [_API_KEY.decode(body) for body in connection.scalars(in_force)]
    for key in keys:
        connection.execute(
            table.update()
            .where(table.c.key_hash == key.key_hash)
            .values(revoked_us=to_us(at), body=_ENCODE(msgspec.structs.replace(key, revoked_at=at)))
        )
    return bool(keys)
