"""What people do about incidents: note, ask a list for removal, close. Each act is in the audit log."""

from datetime import datetime
from typing import Final

from msgspec import structs

from service.desk.cases import NotAllowed
from service.desk.records import Actor, Deed, Role
from service.errors import IncidentMoved, NotFound, ServiceError
from service.scrub import scrub
from service.stores.contract import Incident, IncidentChange, Note, Store

LISTING: Final = "listing"
# Notes that stay with an incident; older ones are in the audit log.
MOST_NOTES: Final = 50
MAX_TEXT: Final = 4_000


class UnknownIncident(NotFound):
    """No incident has that id."""


class BadNote(ServiceError):
    """A note says nothing, or too much."""


class IncidentActs:
    """The acts over one store. `key` seals the audit log; each act is stored with its entry."""

    def __init__(self, store: Store, key: bytes) -> None:
        self._store, self._key = store, key

    def find(self, incident_id: str) -> Incident:
        """Return an incident. Raises `UnknownIncident`."""
        incident = self._store.incident(incident_id)
        if incident is None:
            raise UnknownIncident(f"no incident {incident_id!r}")
        return incident

    def note(self, incident_id: str, actor: Actor, text: str, at: datetime) -> Incident:
        """Write a note, also on what is closed. Raises `BadNote`, `UnknownIncident`."""
        said = scrub(_checked(text))
        if not said:
            raise BadNote("a note says something")
        before = self._for(incident_id, actor)
        notes = (*before.handling.notes, Note(at=at, by=actor.name, text=said))[-MOST_NOTES:]
        handling = structs.replace(before.handling, notes=notes)
        after = structs.replace(before, handling=handling, updated_at=max(at, before.updated_at))
        return self._put("incident.note", before, after, actor, at, note=said)

    def request_removal(self, incident_id: str, actor: Actor, at: datetime) -> Incident:
        """Mark that a list was asked to remove a subject. Raises `IncidentMoved` for what is no open listing."""
        before = self._for(incident_id, actor)
        if before.kind != LISTING or before.facts.get("subject") is None:
            raise IncidentMoved("only a listing can be asked to be removed")
        if before.closed_at is not None:
            raise IncidentMoved("this listing is closed")
        if before.handling.removal_requested_at is not None:
            by = before.handling.removal_requested_by
            raise IncidentMoved(f"{by} has marked the removal as requested already")
        handling = structs.replace(
            before.handling, removal_requested_at=at, removal_requested_by=actor.name
        )
        after = structs.replace(before, handling=handling, updated_at=max(at, before.updated_at))
        return self._put("incident.request_removal", before, after, actor, at)

    def close(self, incident_id: str, actor: Actor, reason: str, at: datetime) -> Incident:
        """Close an incident by a person's word; one that is closed stays as it is. Raises `UnknownIncident`."""
        said = scrub(_checked(reason))
        before = self._for(incident_id, actor)
        if before.closed_at is not None:
            return before
        handling = structs.replace(before.handling, closed_by=actor.name, closed_reason=said)
        after = structs.replace(before, handling=handling, closed_at=at, updated_at=at)
        return self._put("incident.close", before, after, actor, at, reason=said)

    def _for(self, incident_id: str, actor: Actor) -> Incident:
        if actor.rank < Role.REVIEWER:
            raise NotAllowed("this needs the role reviewer")
        return self.find(incident_id)

    def _put(
        self, act: str, before: Incident, after: Incident, actor: Actor, at: datetime, **says: str
    ) -> Incident:
        deed = Deed(
            at=at, actor=actor.name, act=act, target=before.incident_id,
            after={"kind": before.kind, "key": before.key, **{k: v for k, v in says.items() if v}},
        )  # fmt: skip
        self._store.record(self._key, deed, IncidentChange(before=before, after=after))
        return after


def _checked(text: str) -> str:
    if len(text) > MAX_TEXT:
        raise BadNote(f"a text has {MAX_TEXT:,} characters at most")
    return text.replace("\x00", "").strip()
