"""API keys: hashed, scoped, revocable."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from service.keys import KeyRing, UnknownScope, allows, create_key, hash_of

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def test_a_key_is_stored_as_its_hash_alone(house: Any) -> None:
    key = create_key(house.store, "pipeline", ["score"], b"\x01" * 32, NOW)
    (stored,) = house.store.keys()
    assert stored.key_hash == hash_of(key)
    assert key not in repr(stored)
    assert b"\x01".hex() * 8 not in (house.folder / "warden.db").read_bytes().decode("latin-1")


@pytest.mark.parametrize("scopes", [[], ["root"], ["score", "everything"]])
def test_unknown_scopes_are_refused(house: Any, scopes: list[str]) -> None:
    with pytest.raises(UnknownScope):
        create_key(house.store, "pipeline", scopes, b"\x01" * 32, NOW)


def test_admin_has_every_scope(house: Any) -> None:
    create_key(house.store, "root", ["admin"], b"\x01" * 32, NOW)
    (key,) = house.store.keys()
    assert allows(key, ["review"])


def test_a_revoked_key_stops_working_when_it_is_forgotten(house: Any) -> None:
    seconds = [0.0]
    ring = KeyRing(house.store, ttl_seconds=10, monotonic=lambda: seconds[0])
    key = create_key(house.store, "pipeline", ["score"], b"\x01" * 32, NOW)
    assert ring.remembered(key) is None
    assert ring.holder(key) is not None
    assert ring.remembered(key) is not None
    house.store.revoke_key("pipeline", NOW + timedelta(minutes=1))
    seconds[0] = 9.9
    assert ring.holder(key) is not None
    seconds[0] = 10.1
    assert ring.holder(key) is None
    assert ring.holder("swk_unknown") is None
