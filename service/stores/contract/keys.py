"""API keys."""

from datetime import datetime
from typing import Protocol

from service.stores.contract.row import Row


class ApiKey(Row, frozen=True, kw_only=True):
    key_hash: str
    name: str
    scopes: tuple[str, ...]
    created_at: datetime
    revoked_at: datetime | None = None


class Keys(Protocol):
    def add_key(self, key: ApiKey) -> None: ...
    def key(self, key_hash: str) -> ApiKey | None: ...
    def keys(self) -> tuple[ApiKey, ...]: ...
    def revoke_key(self, name: str, at: datetime) -> bool: ...
