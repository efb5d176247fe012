"""Decisions behind a number of the first page, and the mail behind its estimates."""

from datetime import timedelta
from typing import Final

from service.console.page import Page, Shown, Visit
from service.desk.estimate import DELAYED, LEAKED, delayed, leaked
from service.stores.contract import DecisionQuery

_SIZE: Final = 100
_MOST: Final = 3_000
SINCE: Final = {"24h": timedelta(hours=24), "48h": timedelta(hours=48), "7d": timedelta(days=7), "28d": timedelta(days=28)}  # fmt: skip
ACTIONS: Final = ("allow", "throttle", "review", "terminate")
ESTIMATES: Final = {LEAKED: leaked, DELAYED: delayed}


def show(visit: Visit) -> Shown:
    action, since = visit.query.get("action", ""), visit.query.get("since", "24h")
    action = action if action in ACTIONS else ""
    since = since if since in SINCE else "24h"
    page = visit.desk.warden.decisions(
        DecisionQuery(
            action=action or None,
            since=visit.at - SINCE[since],
            cursor=visit.query.get("cursor") or None,
            limit=_SIZE,
        )
    )
    return Shown("decisions.html", {
        "page_of": page, "action": action, "since": since, "actions": ACTIONS, "spans": tuple(SINCE),
    })  # fmt: skip


def estimate(visit: Visit) -> Shown:
    what = visit.path["what"]
    chosen = what if what in ESTIMATES else LEAKED
    store = visit.desk.warden.store
    found = ESTIMATES[chosen](store.campaign_mail(visit.at - timedelta(hours=24), _MOST))
    return Shown("estimate.html", {"what": chosen, "e": found})


PAGE = Page("decisions", "/decisions", "Decisions", get=show)
ESTIMATE = Page("estimate", "/estimates/{what}", "Estimate", get=estimate)
