"""One account by its id: its decisions and its open case."""

import re

from features.records import ID_PATTERN
from service.console.page import Page, Shown, Visit
from service.desk.records import CaseQuery
from service.errors import UnknownAccount
from service.stores.contract import DecisionQuery


def show(visit: Visit) -> Shown:
    wanted = visit.query.get("id", "").strip()
    if not re.fullmatch(ID_PATTERN, wanted):
        page = visit.desk.warden.decisions(DecisionQuery(limit=50))
        return Shown("accounts.html", {
            "wanted": wanted, "account": None, "decisions": page.decisions, "cases": (),
        })  # fmt: skip
    try:
        account = visit.desk.warden.account(wanted, visit.at)
    except UnknownAccount:
        account = None
    store = visit.desk.warden.store
    query = DecisionQuery(account_id=wanted, limit=50)
    return Shown("accounts.html", {
        "wanted": wanted, "account": account, "decisions": store.decisions(query).decisions,
        "cases": store.cases(CaseQuery(state=None, account_id=wanted)),
    })  # fmt: skip


PAGE = Page("accounts", "/accounts", "Accounts", get=show, place=30)
