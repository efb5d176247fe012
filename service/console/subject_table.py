"""The tables of campaigns and lists on their pages, filtered by the names that the API has."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from msgspec.structs import replace

from features.records import ID_PATTERN, Subject
from service.console.page import Visit
from service.desk.cases import ACTIONS, VERDICTS
from service.errors import Unreadable
from service.stores.contract import Store, SubjectQuery
from service.subjects_found import ORDERS

SIZE: Final = 50
CHOICES: Final = {
    "action": ACTIONS, "verdict": VERDICTS, "order": ORDERS, "least_risk": ("0.25", "0.5", "0.75"),
    "since": ("24h", "7d", "30d"),
}  # fmt: skip
FoundBy = Callable[[Store, SubjectQuery, str], tuple[tuple[Any, ...], str | None]]
_HOURS: Final = {"24h": 24, "7d": 168, "30d": 720}


def asked_of(visit: Visit, own_id: str) -> dict[str, str]:
    """Return the filters of an address; what nothing can be called is left out."""
    asked = {name: visit.query.get(name, "").strip() for name in (*CHOICES, "account_id", own_id)}
    return {
        name: text
        for name, text in asked.items()
        if (text in CHOICES[name] if name in CHOICES else re.fullmatch(ID_PATTERN, text))
    }


def table(visit: Visit, subject: Subject, own_id: str, found_by: FoundBy) -> dict[str, Any]:
    """Return what a page of campaigns or lists shows: `rows`, and how they were asked for.

    `own_id` is what the address calls the id of one.
    """
    store, asked, name = visit.desk.warden.store, asked_of(visit, own_id), visit.person.name
    query = _query(subject, asked, own_id, visit.at)
    try:
        rows, following = found_by(store, replace(query, cursor=visit.query.get("cursor")), name)
    except Unreadable:  # a cursor that somebody typed: the first page
        rows, following = found_by(store, query, name)
    return {
        "rows": rows, "asked": asked, "choices": CHOICES, "order": query.order,
        "link": lambda **change: _link(asked, **change),
        "next": following and _link(asked, cursor=following),
    }  # fmt: skip


def _query(subject: Subject, asked: dict[str, str], own_id: str, at: datetime) -> SubjectQuery:
    since = asked.get("since")
    return SubjectQuery(
        subject=subject,
        account_id=asked.get("account_id"),
        id=asked.get(own_id),
        action=asked.get("action"),
        verdict=asked.get("verdict"),
        least_risk=float(asked["least_risk"]) if "least_risk" in asked else None,
        since=at - timedelta(hours=_HOURS[since]) if since else None,
        order=asked.get("order", "newest"),
        limit=SIZE,
    )


def _link(asked: dict[str, str], **change: str | None) -> str:
    """Return the address of the same filters with some changed; None takes one out."""
    return "?" + urlencode({name: text for name, text in {**asked, **change}.items() if text})
