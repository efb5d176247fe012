"""Appeals: the customer's words beside what was known, a word on them, and who is overturned."""

from service.console.page import Gone, Page, Shown, Visit
from service.desk.appeals import Outcome, overturn_rates
from service.desk.blind import told, told_standing
from service.desk.records import CaseQuery, Role

_SHOWN = 50
_COUNTED = 1_000
_RATES = 10
# The choices of the form: what they mean as outcome and verdict.
CHOICES = {
    "overturned": ("overturned", None),
    "careless": ("upheld", "careless"),
    "abusive": ("upheld", "abusive"),
}


def show(visit: Visit) -> Shown:
    store = visit.desk.warden.store
    judged = store.appeals(waiting=False, limit=_COUNTED)
    rates = {by: found[:_RATES] for by, found in overturn_rates(judged).items()}
    return Shown("appeals.html", {
        "waiting": store.appeals(waiting=True, limit=_SHOWN), "total": store.count_appeals(),
        "judged": judged[:_SHOWN], "rates": rates, "counted": len(judged),
    })  # fmt: skip


def show_one(visit: Visit) -> Shown:
    warden = visit.desk.warden
    appeal = warden.appeals.find(visit.path["appeal_id"])
    store, name, account_id = warden.store, visit.person.name, appeal.account_id
    cases = visit.desk.cases.seen(CaseQuery(state=None, account_id=account_id, limit=5), name)
    return Shown("appeal.html", {
        "appeal": appeal, "decision": warden.decision(appeal.decision_id), "cases": cases,
        "standing": told_standing(store, account_id, name),
        "labels": told(store, store.labels(account_id), account_id, name)[::-1],
        "may_decide": visit.person.rank >= Role.REVIEWER,
    })  # fmt: skip


def judge(visit: Visit) -> Gone:
    appeal_id, form = visit.path["appeal_id"], visit.form
    outcome, verdict = CHOICES.get(form.get("choice", ""), ("", None))
    word = Outcome(outcome, verdict, form.get("note", "").strip()[:4_000] or None)
    after = visit.desk.warden.appeals.judge(appeal_id, visit.person, word, visit.at)
    return Gone("/console/appeals", f"Judged: {after.outcome}.")


PAGE = Page("appeals", "/appeals", "Appeals", get=show, place=40)
ONE = Page("appeal", "/appeals/{appeal_id}", "Appeal", get=show_one, post=judge)
