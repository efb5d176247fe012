"""What accounts share."""

from collections.abc import Mapping
from datetime import datetime

from features.facts import Peers, TieKind
from features.records import Account
from service.stores import tie_rows
from service.stores.contract import Tied
from service.stores.sql.transactions import Transactions


class SqlTies(Transactions):
    def add_ties(self, account_id: str, ties: Mapping[TieKind, int], at: datetime) -> None:
        self.write(lambda c: tie_rows.add_ties(c, self.dialect, account_id, ties, at))

    def peers(self, account: Account, ties: Mapping[TieKind, int]) -> dict[TieKind, Peers]:
        return self.read(lambda c: tie_rows.peers(c, self.dialect, account, ties))

    def tied(self, account_id: str) -> tuple[Tied, ...]:
        return self.read(lambda c: tie_rows.tied(c, self.dialect, account_id))
