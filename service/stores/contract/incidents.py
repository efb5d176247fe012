"""Incidents, and IPs that warm up."""

from datetime import date, datetime
from typing import Any, Protocol

import msgspec

from service.stores.contract.row import Row


class Note(Row, frozen=True, kw_only=True):
    """What a person wrote about an incident."""

    at: datetime
    by: str
    text: str


class Handling(Row, frozen=True, kw_only=True):
    """What people did about an incident; it changes with `record` alone. `notes` are the newest, oldest first.

    `closed_by` is None while it is open, and where it closed itself.
    """

    notes: tuple[Note, ...] = ()
    removal_requested_at: datetime | None = None
    removal_requested_by: str | None = None
    closed_by: str | None = None
    closed_reason: str = ""


class Incident(Row, frozen=True, kw_only=True):
    """Something wrong that somebody has to look at: an alert, a listing or an abuse report.

    `kind` is `alert`, `drift`, `listing` or `report`. While it is open, `key` is its alone. `severity` 1 is the worst.
    `account_id` is empty where no account is known. `facts` are the incident's own.
    """

    incident_id: str
    kind: str
    key: str
    severity: int
    opened_at: datetime
    updated_at: datetime
    closed_at: datetime | None = None
    account_id: str = ""
    facts: dict[str, Any] = msgspec.field(default_factory=dict)
    handling: Handling = Handling()


class IncidentQuery(Row, frozen=True, kw_only=True):
    """`key` finds the open incident of that key. `worst_first`: by severity, then the newest first."""

    key: str | None = None
    kind: str | None = None
    account_id: str | None = None
    severity: int | None = None
    is_open: bool | None = None
    worst_first: bool = False
    limit: int = 100
    offset: int = 0


class WarmUp(Row, frozen=True, kw_only=True):
    """An IP that is brought up to `target_per_day` mails at a mailbox provider.

    It stays at its stage from `held_since` on, and did so on the days of `holds`, each from its
    first day (UTC) to the one before its second.
    """

    ip: str
    provider: str
    target_per_day: int
    started_at: datetime
    stages: int = 30
    first_per_day: int = 200
    held_since: datetime | None = None
    holds: tuple[tuple[date, date], ...] = ()


class IncidentChange(Row, frozen=True, kw_only=True):
    """What people did about an incident, as `after`, if it is still what it is in `before`."""

    before: Incident
    after: Incident


class WarmUpChange(Row, frozen=True, kw_only=True):
    """A warm-up as `after` (None: it ends), if the stored one is still `before` (None: there is none)."""

    before: WarmUp | None
    after: WarmUp | None


class Incidents(Protocol):
    def put_incident(self, incident: Incident) -> Incident:
        """Store an incident by its id. A new one whose key is open already is not stored; the open one is returned.

        What people did about it is kept; one that is closed stays as it is and is returned.
        """
        ...

    def incident(self, incident_id: str) -> Incident | None: ...
    def incidents(self, query: IncidentQuery) -> tuple[Incident, ...]:
        """Incidents, the newest first or the worst."""
        ...

    def warm_ups(self, ip: str | None = None) -> tuple[WarmUp, ...]:
        """By IP and provider. They change with `record` alone, so that nothing changes unseen."""
        ...
