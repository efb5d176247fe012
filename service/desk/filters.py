"""Which cases one asks for, by the words of the queue's page and of the API. Pure."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from service.desk.records import CaseQuery

# Of the risk in [0, 1]: from the first number on, below the second.
BANDS: Final = {"high": (0.5, 2.0), "mid": (0.15, 0.5), "low": (0.0, 0.15)}
ORDERS: Final = {
    "harm": "most harm averted a minute first", "due": "what is due soonest first",
    "age": "the oldest first", "risk": "the highest risk first",
}  # fmt: skip
VIEWS: Final = ("open", "mine", "all", "decided")
# What can be asked for by a closed set of words; the rest is any text of one line.
CHOICES: Final[dict[str, tuple[str, ...]]] = {
    "view": VIEWS,
    "action": ("review", "terminate"),
    "subject": ("account", "list", "campaign"),
    "due": ("overdue",),
    "unassigned": ("true",),
    "band": tuple(BANDS),
    "order": tuple(ORDERS),
}
NAMES: Final = (*CHOICES, "plan", "country", "reason")
REASON: Final = r"^[A-Z][A-Z0-9_]{0,63}$"
_LONGEST: Final = 255


def filters_of(given: Mapping[str, str]) -> dict[str, str]:
    """Return the filters among what is given; those that ask for nothing that there is are left out."""
    found = {name: given.get(name, "").strip()[:_LONGEST] for name in NAMES}
    return {name: text for name, text in found.items() if text and _is_good(name, text)}


def _is_good(name: str, text: str) -> bool:
    if name == "reason":
        return re.fullmatch(REASON, text) is not None
    # A database refuses text that no account can have.
    return text in CHOICES[name] if name in CHOICES else text.isprintable()


def query_of(
    filters: Mapping[str, str], name: str, at: datetime, *, limit: int, offset: int = 0
) -> CaseQuery:
    """Return the question that filters are, asked by a person at a time.

    The views: `open` leaves out what is snoozed, `mine` is assigned to who asks, `all` is what is
    open, `decided` the rest.
    """
    view = filters.get("view", "open")
    return CaseQuery(
        state="decided" if view == "decided" else "open",
        action=filters.get("action"),
        assigned_to=name if view == "mine" else None,
        awake_at=None if view in ("decided", "all") else at,
        subject=filters.get("subject"),
        due_before=at if filters.get("due") == "overdue" else None,
        unassigned=filters.get("unassigned") == "true",
        plan=filters.get("plan"),
        country=filters.get("country"),
        band=filters.get("band"),
        reason=filters.get("reason"),
        order=filters.get("order", "harm"),
        limit=limit,
        offset=offset,
    )
