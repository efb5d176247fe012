"""The filters of the pages of campaigns and lists, by the names that the API has for them."""

import re
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlencode

from features.records import ID_PATTERN, Subject
from service.console.page import Visit
from service.desk.cases import ACTIONS, VERDICTS
from service.stores.contract import SubjectQuery
from service.subjects_found import ORDERS

SIZE: Final = 50
CHOICES: Final = {
    "action": ACTIONS, "verdict": VERDICTS, "order": ORDERS, "least_risk": ("0.25", "0.5", "0.75"),
    "since": ("24h", "7d", "30d"),
}  # fmt: skip
_HOURS: Final = {"24h": 24, "7d": 168, "30d": 720}


def asked_of(visit: Visit, own_id: str) -> dict[str, str]:
    """Return the filters of an address; what nothing can be called is left out."""
    asked = {name: visit.query.get(name, "").strip() for name in (*CHOICES, "account_id", own_id)}
    return {
        name: text
        for name, text in asked.items()
        if (text in CHOICES[name] if name in CHOICES else re.fullmatch(ID_PATTERN, text))
    }


def query_of(
    subject: Subject, asked: dict[str, str], own_id: str, cursor: str | None, at: datetime
) -> SubjectQuery:
    """Return the question that the filters ask at a time."""
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
        cursor=cursor,
        limit=SIZE,
    )


def link(asked: dict[str, str], **change: str | None) -> str:
    """Return the address of the same filters with some changed; None takes one out."""
    return "?" + urlencode({name: text for name, text in {**asked, **change}.items() if text})
