"""How it stands: decisions, the queue, what decides, what was done last."""

from datetime import timedelta

from service.console.page import Page, Shown, Visit
from service.desk.records import CaseQuery

_ACTIONS = ("allow", "throttle", "review", "terminate")


def show(visit: Visit) -> Shown:
    store, at = visit.desk.warden.store, visit.at
    counts = store.decisions_by_action(at - timedelta(hours=24))
    before = store.decisions_by_action(at - timedelta(hours=48))
    bundle = visit.desk.warden.model.current()
    awake = store.cases(CaseQuery(awake_at=at, limit=200))
    values = {
        "counts": [
            (name, counts.get(name, 0), before.get(name, 0) - counts.get(name, 0))
            for name in _ACTIONS
        ],
        "open_cases": store.count_cases(CaseQuery()),
        "snoozed": store.count_cases(CaseQuery()) - store.count_cases(CaseQuery(awake_at=at)),
        "oldest": min((case.opened_at for case in awake), default=None),
        "overdue": sum(case.due_at < at for case in awake),
        "waiting": [case for case in awake if case.proposed_by is not None],
        "top": awake[:6],
        "policy": visit.desk.warden.policy.current(),
        "model": bundle,
        "decided": store.count_cases(CaseQuery(state="decided")),
    }
    return Shown("overview.html", values)


PAGE = Page("overview", "/", "Overview", get=show, place=10)
