"""Alerts, block listings and abuse reports: what is open, the worst first, with its evidence."""

from typing import Final

from service.console.page import Group, Page, Shown, Visit
from service.stores.contract import IncidentQuery

KINDS: Final = ("alert", "listing", "report", "drift")
SHOWN: Final = 200


def show(visit: Visit) -> Shown:
    kind = visit.query.get("kind", "")
    kind = kind if kind in KINDS else ""
    past = visit.query.get("past") == "1"
    query = IncidentQuery(kind=kind or None, is_open=not past, limit=SHOWN)
    found = visit.desk.warden.store.incidents(query)
    return Shown("incidents.html", {
        "incidents": sorted(found, key=lambda one: (one.severity, -one.updated_at.timestamp())),
        "kinds": KINDS, "chosen": kind, "past": past, "most": SHOWN,
    })  # fmt: skip


PAGE = Page("incidents", "/incidents", "Incidents", get=show, place=20, group=Group.PLATFORM)
