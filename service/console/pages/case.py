"""One case: what the account is and did, why it was flagged, and the reviewer's word."""

from typing import Final

from service.console.charts import days_chart, waterfall_chart
from service.console.page import Gone, Page, Shown, Visit
from service.desk.cases import ACTIONS, SNOOZES, VERDICTS, Ruling
from service.desk.dossier import dossier
from service.desk.records import Role

CATEGORIES = (
    "phishing", "malware", "purchased list", "scraped list", "snowshoe", "account takeover",
    "cold outreach", "stale list", "list bombing", "other",
)  # fmt: skip


def show(visit: Visit) -> Shown:
    found = dossier(visit.desk.warden, visit.desk.cases.find(visit.path["case_id"]), visit.at)
    return Shown("case.html", {
        "d": found, "case": found.case, "holder": found.case.holder(visit.at),
        "waterfall": waterfall_chart(found.steps or ()), "days_chart": days_chart(found.days),
        "verdicts": VERDICTS, "actions": ACTIONS, "categories": CATEGORIES, "snoozes": SNOOZES,
        "may_decide": visit.person.rank >= Role.REVIEWER,
        "messages": visit.desk.warden.store.held_messages(found.case.case_id),
        "baseline": found.account.windows["90d"] if found.account else None,
    })  # fmt: skip


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
