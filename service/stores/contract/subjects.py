"""Campaigns and lists, by their newest decisions."""

from datetime import datetime
from typing import Protocol

from features.records import Subject
from service.stores.contract.row import Row


class SubjectQuery(Row, frozen=True, kw_only=True):
    """Which campaigns or lists, by their newest decisions, and in which order, the most first.

    `order` is `newest`, `risk` or `size`: recipients, or the addresses of a list; `verdict` a
    person's last word on the account; decided in [since, until).
    """

    subject: Subject
    account_id: str | None = None
    id: str | None = None
    action: str | None = None
    verdict: str | None = None
    least_risk: float | None = None
    since: datetime | None = None
    until: datetime | None = None
    order: str = "newest"
    cursor: str | None = None
    limit: int = 100


class SubjectRow(Row, frozen=True, kw_only=True):
    """A campaign or list with its newest decision; `size` in recipients or addresses."""

    account_id: str
    id: str
    decision_id: str
    as_of: datetime
    action: str
    risk: float
    size: int
    verdict: str | None


class SubjectsPage(Row, frozen=True, kw_only=True):
    subjects: tuple[SubjectRow, ...]
    next_cursor: str | None = None


class Subjects(Protocol):
    def find_subjects(self, query: SubjectQuery) -> SubjectsPage:
        """Campaigns or lists by filters. Raises `ValueError` for a cursor of somewhere else."""
        ...
