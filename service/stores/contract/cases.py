"""Cases of the queue, views of it and messages held for them."""

from typing import Protocol

from service.desk.records import Case, CaseQuery, CaseView


class Cases(Protocol):
    def case(self, case_id: str) -> Case | None: ...
    def cases(self, query: CaseQuery) -> tuple[Case, ...]:
        """Cases in the order of the query. `save_decision` opens them."""
        ...

    def count_cases(self, query: CaseQuery) -> int: ...
    def decided(self, subject: str, limit: int) -> tuple[tuple[Case, tuple[str, ...]], ...]:
        """Decided cases of a kind of subject with their decisions' reasons, most harm first."""
        ...

    def case_views(self, owner: str) -> tuple[CaseView, ...]:
        """Somebody's views of the queue and the shared ones, by name."""
        ...

    def held_messages(self, case_id: str) -> tuple[str, ...]:
        """The decisions whose messages are kept for a case, the newest first."""
        ...

    def held_message(self, decision_id: str) -> bytes | None:
        """The sealed copy of a message; None when its case is decided, or it was not kept."""
        ...
