"""What the API answers about incidents."""

from datetime import datetime
from typing import Any, Final

from msgspec import structs

from service.api.answers import Answer
from service.stores.contract import Handling, Incident


class NoteAnswer(Answer, frozen=True, kw_only=True):
    """What somebody wrote about an incident."""

    at: datetime
    by: str
    text: str


class HandlingAnswer(Answer, frozen=True, kw_only=True):
    """What people did about an incident: the newest 50 notes, oldest first; whether a block list was asked
    to remove the subject; who closed it (null: nobody, or it closed itself) and why."""

    notes: tuple[NoteAnswer, ...]
    removal_requested_at: datetime | None
    removal_requested_by: str | None
    closed_by: str | None
    closed_reason: str


class IncidentAnswer(Answer, frozen=True, kw_only=True):
    """An alert, a listing or an abuse report. `severity` 1 is the worst; `facts` are the kind's own."""

    incident_id: str
    kind: str
    key: str
    severity: int
    opened_at: datetime
    updated_at: datetime
    closed_at: datetime | None
    account_id: str | None
    facts: dict[str, Any]
    handling: HandlingAnswer


class IncidentsAnswer(Answer, frozen=True, kw_only=True):
    """Cases, the newest first."""

    incidents: tuple[IncidentAnswer, ...]


class LookedAnswer(Answer, frozen=True, kw_only=True):
    """What a look opened and closed."""

    opened: tuple[IncidentAnswer, ...]
    closed: tuple[IncidentAnswer, ...]


INCIDENT_ANSWERS: Final[tuple[type[Answer], ...]] = (
    NoteAnswer,
    HandlingAnswer,
    IncidentAnswer,
    IncidentsAnswer,
    LookedAnswer,
)


def incident_answer(incident: Incident) -> IncidentAnswer:
    return IncidentAnswer(
        **structs.asdict(incident)
        | {"account_id": incident.account_id or None, "handling": _handling(incident.handling)}
    )


def _handling(found: Handling) -> HandlingAnswer:
    notes = tuple(NoteAnswer(at=one.at, by=one.by, text=one.text) for one in found.notes)
    return HandlingAnswer(**structs.asdict(found) | {"notes": notes})
