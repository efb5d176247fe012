"""Alerts, block listings and abuse reports: what is open, the worst first, with its evidence."""

from typing import Final

from service.console import incident_forms
from service.console.page import Gone, Group, Page, Shown, Visit
from service.stores.contract import IncidentQuery

HERE: Final = "/console/incidents"
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
        "may_act": incident_forms.may_act(visit),
    })  # fmt: skip


def act(visit: Visit) -> Gone:
    return incident_forms.act(visit, HERE)


PAGE = Page(
    "incidents", "/incidents", "Incidents", get=show, post=act, place=20, group=Group.PLATFORM
)
