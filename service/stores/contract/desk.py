"""People, their sessions and deeds, and the audit log."""

from typing import Protocol

from models.policy.exemptions import Exemption
from service.desk.records import Case, Deed, Entry, Person, Session, ViewChange
from service.policies.records import PolicyVersion
from service.stores.contract.appeals import Appeal
from service.stores.contract.decisions import Label
from service.stores.contract.incidents import IncidentChange, WarmUpChange
from service.stores.contract.row import Row


class PersonChange(Row, frozen=True, kw_only=True):
    """A person as `after`, if the stored one is still `before` (None: there is none)."""

    before: Person | None
    after: Person


DeskChange = (
    PersonChange | Session | Case | Label | Appeal | PolicyVersion | Exemption
    | IncidentChange | WarmUpChange | ViewChange
)  # fmt: skip


class Desk(Protocol):
    def record(self, key: bytes, deed: Deed, *changes: DeskChange) -> Entry:
        """Make changes and chain what was done to the audit log, all or nothing.

        A `Case` must be one version ahead of the stored one. Raises `CaseMoved`, `PersonMoved`, `IncidentMoved`,
        `WarmUpMoved`, `ViewMoved`.
        """
        ...

    def person(self, name: str) -> Person | None: ...
    def people(self) -> tuple[Person, ...]: ...
    def session(self, token_hash: str) -> Session | None: ...
    def end_sessions(self, *, token_hash: str | None = None, name: str | None = None) -> None: ...
    def entries(self, after: int = 0, limit: int = 1_000) -> tuple[Entry, ...]:
        """Entries of the audit log in the order of the chain."""
        ...

    def newest_entries(self, target: str | None = None, limit: int = 100) -> tuple[Entry, ...]: ...
