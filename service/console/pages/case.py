"""One case: what the account is and did, why it was flagged, and the reviewer's word."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from service.console.case_charts import (
    evidence_chart,
    path_chart,
    rates_chart,
    segments_chart,
    shares_chart,
)
from service.console.charts import days_chart, waterfall_chart
from service.console.graph_chart import graph_chart
from service.console.guide import GUIDE, guide_step
from service.console.page import Gone, Page, Shown, Visit
from service.console.pages.ties import around
from service.desk.cases import ACTIONS, SNOOZES, VERDICTS, Ruling
from service.desk.dossier import dossier
from service.desk.insight import evidence, insight
from service.desk.records import Case, Person, Role
from service.desk.running import Weighed
from service.desk.second_looks import UNDO_WITHIN

RATES: Final = {"hard_bounce": "Hard bounces", "complaint": "Complaints"}

CATEGORIES = (
    "phishing", "malware", "purchased list", "scraped list", "snowshoe", "account takeover",
    "cold outreach", "stale list", "list bombing", "other",
)  # fmt: skip


def show(visit: Visit) -> Shown:
    warden, at, name = visit.desk.warden, visit.at, visit.person.name
    found = dossier(warden, visit.desk.cases.find(visit.path["case_id"], name), at, name)
    case = found.case
    with warden.store.snapshot():
        more = insight(warden, case, found.decision, at, name)
    providers = found.account.mail.providers if found.account else {}
    return Shown("case.html", {
        "d": found, "case": case, "holder": case.holder(at), "more": more,
        "waterfall": waterfall_chart(found.steps or ()), "days_chart": days_chart(found.days),
        "rates": {name: rates_chart(providers, name, words) for name, words in RATES.items()},
        "graph": graph_chart(more.graph, around), "around": around,
        "found": drawn(more.running), "lists": [(one, shares_chart(one.numbers), segments_chart(one.segments)) for one in found.imports],
        "verdicts": VERDICTS, "actions": ACTIONS, "categories": CATEGORIES, "snoozes": SNOOZES,
        "may_decide": visit.person.rank >= Role.REVIEWER,
        "may_undo": may_undo(case, visit.person, at),
        "messages": warden.store.held_messages(case.case_id) if case.state == "open" else (),
        "step": guide_step(visit.query.get("guide", "")), "guide": GUIDE,
    })  # fmt: skip


def evidence_part(visit: Visit) -> Shown:
    """The part of the page that grows while mail goes out."""
    case = visit.desk.cases.find(visit.path["case_id"], visit.person.name)
    found = evidence(visit.desk.warden, case, visit.person.name)
    return Shown("evidence.html", {"found": drawn(found), "alone": True})


def drawn(found: Sequence[Weighed]) -> list[dict[str, object]]:
    return [
        {"weighed": one, "chart": evidence_chart(one), "path": path_chart(one)} for one in found
    ]


def may_undo(case: Case, person: Person, at: datetime) -> bool:
    """Return whether a person may take back the verdict on a case now."""
    if case.state != "decided" or case.decided_at is None or at - case.decided_at > UNDO_WITHIN:
        return False
    return person.rank >= Role.LEAD or (person.rank >= Role.REVIEWER and case.decided_by == person.name)  # fmt: skip


def act(visit: Visit) -> Gone:
    chosen = ACTS.get(visit.form.get("act", ""))
    here = f"/console/cases/{visit.path['case_id']}"
    return chosen(visit, here) if chosen else Gone(here, "Nothing was done: that is no act.")


def _claim(visit: Visit, here: str) -> Gone:
    visit.desk.cases.claim(visit.path["case_id"], visit.person, visit.at)
    return Gone(here, "The case is yours for 15 minutes.")


def _release(visit: Visit, _: str) -> Gone:
    visit.desk.cases.release(visit.path["case_id"], visit.person, visit.at)
    return Gone("/console/queue", "Released.")


def _snooze(visit: Visit, _: str) -> Gone:
    how_long = visit.form.get("how_long", "")
    visit.desk.cases.snooze(visit.path["case_id"], visit.person, how_long, visit.at)
    return Gone("/console/queue", "Snoozed.")


def _assign(visit: Visit, here: str) -> Gone:
    to = visit.form.get("to", "").strip() or None
    visit.desk.cases.assign(visit.path["case_id"], visit.person, to, visit.at)
    return Gone(here, "Assigned.")


def _undo(visit: Visit, here: str) -> Gone:
    visit.desk.cases.undo(visit.path["case_id"], visit.person, visit.at)
    return Gone(here, "Undone: the case is open again.")


def _decide(visit: Visit, here: str) -> Gone:
    form = visit.form
    ruling = Ruling(
        form.get("verdict", ""), form.get("action") or None, form.get("category") or None,
        form.get("note", "").strip()[:4_000] or None,
    )  # fmt: skip
    after = visit.desk.cases.decide(visit.path["case_id"], visit.person, ruling, visit.at)
    if after.state == "open":
        return Gone(here, "Terminate is proposed; a second reviewer has to confirm it.")
    return Gone(here, f"Decided: {after.outcome}. You can undo this for 10 minutes.")


ACTS: Final = {
    "claim": _claim, "release": _release, "snooze": _snooze, "assign": _assign, "undo": _undo,
    "decide": _decide,
}  # fmt: skip
PAGE = Page("case", "/cases/{case_id}", "Case", get=show, post=act)
EVIDENCE = Page("evidence", "/cases/{case_id}/evidence", "Evidence", get=evidence_part)
