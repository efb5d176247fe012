"""Alerts, block listings and abuse reports: what is open, the worst first, with its evidence."""

import re
from typing import Final
from urllib.parse import urlencode

from msgspec.structs import replace

from features.records import ID_PATTERN
from service.console import incident_forms
from service.console.page import Gone, Group, Page, Shown, Visit
from service.stores.contract import IncidentQuery

HERE: Final = "/console/incidents"
KINDS: Final = ("alert", "listing", "report", "drift")
SEVERITIES: Final = ("1", "2", "3")
SHOWN: Final = 50
_MOST_PAGES: Final = 10_000


def show(visit: Visit) -> Shown:
    asked, number = _asked(visit), _page(visit)
    query = IncidentQuery(
        kind=asked.get("kind"), account_id=asked.get("account_id"),
        severity=int(asked["severity"]) if "severity" in asked else None,
        is_open="past" not in asked, worst_first=True,
    )  # fmt: skip
    # One more than is shown tells whether there is a next page.
    query = replace(query, limit=SHOWN + 1, offset=(number - 1) * SHOWN)
    found = visit.desk.warden.store.incidents(query)
    return Shown("incidents.html", {
        "incidents": found[:SHOWN], "more": len(found) > SHOWN, "number": number,
        "kinds": KINDS, "severities": SEVERITIES, "asked": asked,
        "link": lambda page: "?" + urlencode({**asked, "page": page}),
        "may_act": incident_forms.may_act(visit),
    })  # fmt: skip


def _asked(visit: Visit) -> dict[str, str]:
    """Return the filters of the address; what nothing can be called is left out."""
    asked = {
        name: visit.query.get(name, "").strip()
        for name in ("kind", "severity", "account_id", "past")
    }
    good = {
        "kind": asked["kind"] in KINDS, "severity": asked["severity"] in SEVERITIES,
        "account_id": re.fullmatch(ID_PATTERN, asked["account_id"]), "past": asked["past"] == "1",
    }  # fmt: skip
    return {name: text for name, text in asked.items() if good[name]}


def _page(visit: Visit) -> int:
    text = visit.query.get("page", "")
    return min(max(int(text), 1), _MOST_PAGES) if re.fullmatch(r"[0-9]{1,9}", text) else 1


def act(visit: Visit) -> Gone:
    return incident_forms.act(visit, HERE)


PAGE = Page(
    "incidents", "/incidents", "Incidents", get=show, post=act, place=20, group=Group.PLATFORM
)
