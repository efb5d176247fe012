"""Accounts found by what is known of them, and the first by a count."""

from service.stores import account_rows, top_rows
from service.stores.contract import AccountQuery, AccountsPage, Top, TopQuery
from service.stores.sql.transactions import Transactions


class SqlAccounts(Transactions):
    def find_accounts(self, query: AccountQuery) -> AccountsPage:
        return self.read(lambda c: account_rows.find(c, query))

    def top_accounts(self, query: TopQuery) -> tuple[Top, ...]:
        return self.read(lambda c: top_rows.top(c, self.dialect, query))
