"""What was known at an earlier time."""

from collections.abc import Sequence
from datetime import datetime

from features.records import Account, ListImport, SendingDomain
from service.stores import past_rows
from service.stores.contract import TiedThen
from service.stores.sql.transactions import Transactions


class SqlPast(Transactions):
    def account_past(self, account_id: str) -> tuple[tuple[datetime, Account], ...]:
        return self.read(lambda c: past_rows.account_past(c, account_id))

    def domains_past(self, account_id: str) -> tuple[tuple[datetime, SendingDomain], ...]:
        return self.read(lambda c: past_rows.domains_past(c, account_id))

    def imports_past(self, account_id: str) -> tuple[ListImport, ...]:
        return self.read(lambda c: past_rows.imports_past(c, account_id))

    def tied_then(
        self, account_id: str, tie: int, at: datetime, limit: int
    ) -> tuple[TiedThen, ...]:
        return self.read(lambda c: past_rows.tied_then(c, account_id, tie, at, limit))

    def actions_past(
        self, account_ids: Sequence[str]
    ) -> dict[str, tuple[tuple[datetime, str], ...]]:
        return self.read(lambda c: past_rows.actions_past(c, account_ids))

    def keep_feature_set(self, fingerprint: str, definitions: str) -> None:
        self.write(lambda c: past_rows.keep_feature_set(c, self.dialect, fingerprint, definitions))

    def feature_set(self, fingerprint: str) -> str | None:
        return self.read(lambda c: past_rows.feature_set(c, fingerprint))
