"""Cases of the queue, views of it and messages held for them."""

from service.desk.records import Case, CaseQuery, CaseView
from service.stores import case_rows, held_rows, view_rows
from service.stores.sql.transactions import Transactions


class SqlCases(Transactions):
    def case(self, case_id: str) -> Case | None:
        return self.read(lambda c: case_rows.case(c, case_id))

    def cases(self, query: CaseQuery) -> tuple[Case, ...]:
        return self.read(lambda c: case_rows.cases(c, query))

    def count_cases(self, query: CaseQuery) -> int:
        return self.read(lambda c: case_rows.count_cases(c, query))

    def decided(self, subject: str, limit: int) -> tuple[tuple[Case, tuple[str, ...]], ...]:
        return self.read(lambda c: case_rows.decided(c, subject, limit))

    def case_views(self, owner: str) -> tuple[CaseView, ...]:
        return self.read(lambda c: view_rows.views(c, owner))

    def held_messages(self, case_id: str) -> tuple[str, ...]:
        return self.read(lambda c: held_rows.of_case(c, case_id))

    def held_message(self, decision_id: str) -> bytes | None:
        return self.read(lambda c: held_rows.find(c, decision_id))
