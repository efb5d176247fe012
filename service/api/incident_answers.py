"""What the API answers about incidents."""

from datetime import datetime
from typing import Any, Final

from msgspec import structs

from service.api.answers import Answer
from service.deliverability.listed import ListState
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
    """A page of incidents, the newest first or the worst; `more`: there is a next page."""

    incidents: tuple[IncidentAnswer, ...]
    more: bool = False


class LookedAnswer(Answer, frozen=True, kw_only=True):
    """What a look opened and closed."""

    opened: tuple[IncidentAnswer, ...]
    closed: tuple[IncidentAnswer, ...]


class BlockListAnswer(Answer, frozen=True, kw_only=True):
    """A block list: what it holds (`ip`, `domain`, null where it is not `watched` any more), who takes
    removal requests, and the listings, IPs first. `wrong`: it answers its test points wrongly."""

    name: str
    kind: str | None
    procedure: str
    terms: str
    watched: bool
    wrong: IncidentAnswer | None
    listings: tuple[IncidentAnswer, ...]


class BlockListsAnswer(Answer, frozen=True, kw_only=True):
    """Block lists that are watched or have said something, those that list us first; 500 listings at most."""

    lists: tuple[BlockListAnswer, ...]


INCIDENT_ANSWERS: Final[tuple[type[Answer], ...]] = (
    NoteAnswer,
    HandlingAnswer,
    IncidentAnswer,
    IncidentsAnswer,
    LookedAnswer,
    BlockListAnswer,
    BlockListsAnswer,
)


def incident_answer(incident: Incident) -> IncidentAnswer:
    return IncidentAnswer(
        **structs.asdict(incident)
        | {"account_id": incident.account_id or None, "handling": _handling(incident.handling)}
    )


def block_list_answer(state: ListState) -> BlockListAnswer:
    return BlockListAnswer(
        name=state.name,
        kind=state.kind,
        procedure=state.procedure,
        terms=state.terms,
        watched=state.watched,
        wrong=None if state.wrong is None else incident_answer(state.wrong),
        listings=tuple(map(incident_answer, state.listings)),
    )


def _handling(found: Handling) -> HandlingAnswer:
    notes = tuple(NoteAnswer(at=one.at, by=one.by, text=one.text) for one in found.notes)
    return HandlingAnswer(**structs.asdict(found) | {"notes": notes})
