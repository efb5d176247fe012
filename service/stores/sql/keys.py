"""API keys."""

from datetime import datetime

from service.stores import key_rows
from service.stores.contract import ApiKey
from service.stores.sql.transactions import Transactions


class SqlKeys(Transactions):
    def add_key(self, key: ApiKey) -> None:
        self.write(lambda c: key_rows.add_key(c, key))

    def key(self, key_hash: str) -> ApiKey | None:
        return self.read(lambda c: key_rows.api_key(c, key_hash))

    def keys(self) -> tuple[ApiKey, ...]:
        return self.read(key_rows.api_keys)

    def revoke_key(self, name: str, at: datetime) -> bool:
        return self.write(lambda c: key_rows.revoke_key(c, name, at))
