"""The queue: what to look at next, ordered by harm averted a minute."""

from urllib.parse import urlencode

from service.console.page import Gone, Page, Shown, Visit
from service.desk.records import CaseQuery, Role

_SIZE = 50


_SUBJECTS = ("account", "list", "campaign")
_ACTIONS = ("review", "terminate")


def show(visit: Visit) -> Shown:
    cases, name = visit.desk.cases, visit.person.name
    asked = _asked(visit)
    text = visit.query.get("page", "1")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 1
    number = max(number, 1)
    query = _query(visit, asked, number)
    total = cases.count_seen(query, name)
    return Shown("queue.html", {
        "cases": cases.seen(query, name), "total": total, "view": asked.get("view", "open"),
        "asked": asked, "link": lambda **change: _link(asked, change),
        "number": number, "more": number * _SIZE < total,
    })  # fmt: skip


def _asked(visit: Visit) -> dict[str, str]:
    """Return the filters of the address, by the names that `GET /v1/cases` has for them."""
    names = ("view", "action", "subject", "due", "plan", "country", "unassigned")
    asked = {name: visit.query.get(name, "").strip()[:255] for name in names}
    # A database refuses text that no account can have.
    return {name: text for name, text in asked.items() if text and text.isprintable()}


def _query(visit: Visit, asked: dict[str, str], number: int) -> CaseQuery:
    view = asked.get("view", "open")
    return CaseQuery(
        state="decided" if view == "decided" else "open",
        action=_one_of(_ACTIONS, asked.get("action")),
        assigned_to=visit.person.name if view == "mine" else None,
        awake_at=None if view in ("decided", "all") else visit.at,
        subject=_one_of(_SUBJECTS, asked.get("subject")),
        due_before=visit.at if asked.get("due") == "overdue" else None,
        unassigned=asked.get("unassigned") == "true",
        plan=asked.get("plan"),
        country=asked.get("country"),
        limit=_SIZE,
        offset=(number - 1) * _SIZE,
    )


def _one_of(known: tuple[str, ...], text: str | None) -> str | None:
    return text if text in known else None


def _link(asked: dict[str, str], change: dict[str, object]) -> str:
    """Return the address of the same filters with some changed; an empty value takes one out."""
    return "?" + urlencode({name: text for name, text in {**asked, **change}.items() if text})


def take(visit: Visit) -> Gone:
    case = visit.desk.cases.next(visit.person, visit.at)
    if case is None:
        return Gone("/console/queue", "Nothing waits for you.")
    return Gone(f"/console/cases/{case.case_id}")


PAGE = Page("queue", "/queue", "Queue", get=show, place=20)
NEXT = Page("next", "/queue/next", "Next case", post=take, role=Role.REVIEWER)
