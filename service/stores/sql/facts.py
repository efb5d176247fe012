"""What is known of accounts, sending domains, lists and recipients."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from features.facts import TieKind
from features.records import Account, ListImport, SendingDomain
from service.stores import fact_rows
from service.stores.contract import Hashes
from service.stores.sql.transactions import Transactions


class SqlFacts(Transactions):
    def put_account(self, account: Account, ties: Mapping[TieKind, int], at: datetime) -> None:
        self.write(lambda c: fact_rows.put_account(c, self.dialect, account, ties, at))

    def account(self, account_id: str) -> Account | None:
        return self.read(lambda c: fact_rows.account(c, account_id))

    def put_domain(self, domain: SendingDomain, at: datetime) -> None:
        self.write(lambda c: fact_rows.put_domain(c, self.dialect, domain, at))

    def domains(self, account_id: str) -> tuple[SendingDomain, ...]:
        return self.read(lambda c: fact_rows.domains(c, account_id))

    def domain_names(self, after: str, limit: int) -> tuple[str, ...]:
        return self.read(lambda c: fact_rows.domain_names(c, after, limit))

    def domain_owner(self, domain: str) -> str | None:
        return self.read(lambda c: fact_rows.domain_owner(c, domain))

    def add_import(self, record: ListImport, sketch: Hashes) -> None:
        self.write(lambda c: fact_rows.add_import(c, self.dialect, record, sketch))

    def imports(
        self, account_id: str, list_ids: Sequence[str] | None = None
    ) -> tuple[ListImport, ...]:
        return self.read(lambda c: fact_rows.imports(c, account_id, list_ids))

    def recipient_flags(self, hashes: Hashes) -> dict[int, int]:
        return self.read(lambda c: fact_rows.recipient_flags(c, self.dialect, hashes))
