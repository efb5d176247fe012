"""People, their sessions and deeds, and the audit log."""

from collections.abc import Sequence

from sqlalchemy import Connection

from service.desk.records import Deed, Entry, Person, Session
from service.stores import desk_rows, incident_rows, outbox_rows, telling
from service.stores.contract import DeskChange, IncidentChange, Label
from service.stores.sql.transactions import Transactions


class SqlDesk(Transactions):
    def record(self, key: bytes, deed: Deed, *changes: DeskChange) -> Entry:
        labels = [change for change in changes if isinstance(change, Label)]

        def job(connection: Connection) -> Entry:
            with telling.labels_told(connection, self.dialect, labels):
                entry = desk_rows.record(connection, self.dialect, key, deed, changes)
            self._tell_incidents(connection, changes)
            return entry

        return self.write(job)

    def person(self, name: str) -> Person | None:
        return self.read(lambda c: desk_rows.person(c, name))

    def people(self) -> tuple[Person, ...]:
        return self.read(desk_rows.people)

    def session(self, token_hash: str) -> Session | None:
        return self.read(lambda c: desk_rows.session(c, token_hash))

    def end_sessions(self, *, token_hash: str | None = None, name: str | None = None) -> None:
        self.write(lambda c: desk_rows.end_sessions(c, token_hash, name))

    def entries(self, after: int = 0, limit: int = 1_000) -> tuple[Entry, ...]:
        return self.read(lambda c: desk_rows.entries(c, after, limit))

    def newest_entries(self, target: str | None = None, limit: int = 100) -> tuple[Entry, ...]:
        return self.read(lambda c: desk_rows.newest_entries(c, target, limit))

    def _tell_incidents(self, connection: Connection, changes: Sequence[DeskChange]) -> None:
        """Store that people closed incidents; after the audit log's lock, as labels' changes are."""
        for change in changes:
            if isinstance(change, IncidentChange):
                stored = incident_rows.incident_by_id(connection, change.before.incident_id)
                if stored is not None:
                    told = telling.incident_changes(change.before, stored)
                    outbox_rows.add_changes(connection, self.dialect, told)
