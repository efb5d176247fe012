"""Decisions behind a number of the first page, and the mail behind its estimates."""

from collections.abc import Mapping
from datetime import timedelta
from math import isnan
from typing import Final

from msgspec import structs

from service.console.page import Page, Shown, Visit
from service.desk.blind import told_verdicts
from service.desk.estimate import DELAYED, LEAKED, delayed, leaked
from service.labelling import estimate_by_audit
from service.stores.contract import CampaignMail, DecisionQuery

_SIZE: Final = 100
_MOST: Final = 3_000
SINCE: Final = {"24h": timedelta(hours=24), "48h": timedelta(hours=48), "7d": timedelta(days=7), "28d": timedelta(days=28)}  # fmt: skip
ACTIONS: Final = ("allow", "throttle", "review", "terminate")
AUDIT_SINCE: Final = timedelta(days=28)
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
    mail = store.campaign_mail(visit.at - timedelta(hours=24), _MOST)
    known = told_verdicts(store, {one.account_id for one in mail}, visit.person.name)
    found = ESTIMATES[chosen]([_told(one, known) for one in mail])
    audit = estimate_by_audit(store, visit.at - AUDIT_SINCE, visit.at)
    looked = audit if audit.drawn and not isnan(audit.missed.value) else None
    return Shown("estimate.html", {
        "what": chosen, "e": found, "audit": looked if chosen == LEAKED else None,
        "recall": looked if looked and not isnan(looked.recall.value) else None,
    })  # fmt: skip


def _told(one: CampaignMail, known: Mapping[str, str | None]) -> CampaignMail:
    """Return a campaign with the verdict on its account that the person may know."""
    if one.account_id not in known:
        return one
    return structs.replace(one, verdict=known[one.account_id])


PAGE = Page("decisions", "/decisions", "Decisions", get=show)
ESTIMATE = Page("estimate", "/estimates/{what}", "Estimate", get=estimate)
