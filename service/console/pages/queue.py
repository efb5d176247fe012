"""The queue: what to look at next, by filters that can be kept under a name."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl, urlencode

from models.reasons.registry import load_reasons
from service.console.page import Gone, Page, Shown, Visit
from service.desk.cases import SNOOZES
from service.desk.filters import CHOICES, ORDERS, filters_of, query_of
from service.desk.records import CaseView, Role
from service.desk.views import LONGEST_NAME
from service.errors import Conflict

SIZE: Final = 50


def show(visit: Visit) -> Shown:
    cases, name = visit.desk.cases, visit.person.name
    asked, number = filters_of(visit.query), _number(visit.query.get("page", "1"))
    query = query_of(asked, name, visit.at, limit=SIZE, offset=(number - 1) * SIZE)
    total, works = cases.count_seen(query, name), visit.person.rank >= Role.REVIEWER
    return Shown("queue.html", {
        "cases": cases.seen(query, name), "total": total, "view": asked.get("view", "open"),
        "asked": asked, "link": lambda **change: link({**asked, **change}),
        "number": number, "more": number * SIZE < total, "works": works,
        "people": assignees(visit) if works else (), "snoozes": tuple(SNOOZES),
        "views": [(one, link(one.filters), _may_drop(visit, one)) for one in _views(visit)],
        "shares": visit.person.rank >= Role.LEAD, "longest": LONGEST_NAME,
        "order": ORDERS[asked.get("order", "harm")], "choices": choices(asked),
    })  # fmt: skip


def choices(asked: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Return what each filter can be set to; a reason that is asked for is among them."""
    known = {reason.code for reason in load_reasons().reasons} | {asked.get("reason", "")}
    return {**CHOICES, "reason": tuple(sorted(known - {""}))}


def assignees(visit: Visit) -> tuple[str, ...]:
    """Return the names of those whom a case can be given to, and who can work on it."""
    found = visit.desk.warden.store.people()
    return tuple(one.name for one in found if one.disabled_at is None and one.rank >= Role.REVIEWER)


def link(filters: Mapping[str, object]) -> str:
    """Return the part of an address that asks for filters; an empty one takes nothing out."""
    return "?" + urlencode({name: text for name, text in filters.items() if text})


def back_to(visit: Visit) -> str:
    """Return the queue as it was filtered where a form of it came from."""
    asked = filters_of(dict(parse_qsl(visit.form.get("back", "").lstrip("?")[:4_000])))
    return f"/console/queue{link(asked)}" if asked else "/console/queue"


def _number(text: str) -> int:
    return max(int(text), 1) if text.isascii() and text.isdigit() and len(text) < 6 else 1


def _views(visit: Visit) -> tuple[CaseView, ...]:
    return visit.desk.warden.views.seen(visit.person)


def _may_drop(visit: Visit, view: CaseView) -> bool:
    wanted = Role.REVIEWER if view.owner == visit.person.name else Role.LEAD
    return visit.person.rank >= wanted


def take(visit: Visit) -> Gone:
    case = visit.desk.cases.next(visit.person, visit.at)
    if case is None:
        return Gone("/console/queue", "Nothing waits for you.")
    return Gone(f"/console/cases/{case.case_id}")


def act(visit: Visit) -> Gone:
    """Do what a row's buttons say, and come back to the same rows."""
    case_id, what = visit.form.get("case_id", ""), visit.form.get("act", "")
    try:
        said = _act(visit, case_id, what)
    except Conflict as error:
        said = f"Nothing was done: {error}."
    return Gone(back_to(visit), said)


def _act(visit: Visit, case_id: str, what: str) -> str:
    cases, me = visit.desk.cases, visit.person
    if what in ("mine", "nobody", "assign"):
        named = {"mine": me.name, "nobody": "", "assign": visit.form.get("to", "").strip()}
        after = cases.assign(case_id, me, named[what] or None, visit.at)
        return f"{after.account_id} is {after.assigned_to or 'nobody'}'s now."
    if what in SNOOZES:
        after = cases.snooze(case_id, me, what, visit.at)
        return f"{after.account_id} is snoozed for {what}."
    return "Nothing was done: that is no act."


def keep_or_drop(visit: Visit) -> Gone:
    """Keep the filters that the form comes with under a name, or give a view up."""
    views, form = visit.desk.warden.views, visit.form
    try:
        if form.get("act") == "drop":
            gone = views.drop(visit.person, form.get("view_id", ""), visit.at)
            return Gone(back_to(visit), f"{gone.name} is deleted.")
        asked = dict(parse_qsl(form.get("back", "").lstrip("?")[:4_000]))
        shared = form.get("shared") == "true"
        kept = views.keep(visit.person, form.get("name", ""), asked, shared, visit.at)
    except Conflict as error:
        return Gone(back_to(visit), f"Nothing was done: {error}.")
    return Gone(back_to(visit), f"{kept.name} is kept.")


PAGE = Page("queue", "/queue", "Queue", get=show, place=20)
NEXT = Page("next", "/queue/next", "Next case", post=take, role=Role.REVIEWER)
ROW = Page("row", "/queue/row", "Act on a row", post=act, role=Role.REVIEWER)
VIEWS = Page("views", "/queue/views", "Saved views", post=keep_or_drop, role=Role.REVIEWER)
