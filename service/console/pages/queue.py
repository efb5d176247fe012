"""The queue: what to look at next, ordered by harm averted a minute."""

from service.console.page import Gone, Page, Shown, Visit
from service.desk.records import CaseQuery, Role

_SIZE = 50


def show(visit: Visit) -> Shown:
    store = visit.desk.warden.store
    view = visit.query.get("view", "open")
    action = visit.query.get("action") or None
    text = visit.query.get("page", "1")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 1
    number = max(number, 1)
    query = CaseQuery(
        state="decided" if view == "decided" else "open",
        action=action,
        assigned_to=visit.person.name if view == "mine" else None,
        awake_at=None if view in ("decided", "all") else visit.at,
        limit=_SIZE,
        offset=(number - 1) * _SIZE,
    )
    total = store.count_cases(query)
    return Shown("queue.html", {
        "cases": store.cases(query), "total": total, "view": view, "action": action or "",
        "number": number, "more": number * _SIZE < total,
    })  # fmt: skip


def take(visit: Visit) -> Gone:
    case = visit.desk.cases.next(visit.person, visit.at)
    if case is None:
        return Gone("/console/queue", "Nothing waits for you.")
    return Gone(f"/console/cases/{case.case_id}")


PAGE = Page("queue", "/queue", "Queue", get=show, place=20)
NEXT = Page("next", "/queue/next", "Next case", post=take, role=Role.REVIEWER)
