"""Accounts: found by filters, the first by a count; and one by its id with decisions and cases."""

import re
from urllib.parse import urlencode

from features.records import ID_PATTERN
from service.accounts_found import (
    FIGURES,
    GROUPS,
    PERIODS,
    RISKS,
    TIES,
    Listed,
    listed,
    top,
    top_query,
    which_accounts,
)
from service.console.overview_charts import sparkline
from service.console.page import Page, Shown, Visit
from service.console.words import number, percent
from service.desk.cases import ACTIONS, VERDICTS
from service.desk.records import CaseQuery
from service.errors import UnknownAccount, Unreadable
from service.stores.contract import AccountQuery, DecisionQuery
from service.ties import network_of

_SIZE = 50
_TOP = 10
_WHICH = ("plan", "country", "last_action", "verdict", "provider", *TIES)
_NAMES = (*_WHICH, "counter", "by", "period", "cursor")
_CHOICES = {
    "last_action": ACTIONS, "verdict": VERDICTS, "counter": FIGURES, "by": GROUPS,
    "period": tuple(PERIODS),
}  # fmt: skip


def show(visit: Visit) -> Shown:
    wanted = visit.query.get("id", "").strip()
    return _one(visit, wanted) if re.fullmatch(ID_PATTERN, wanted) else _many(visit, wanted)


def _one(visit: Visit, wanted: str) -> Shown:
    try:
        account = visit.desk.warden.account(wanted, visit.at)
    except UnknownAccount:
        account = None
    store = visit.desk.warden.store
    query = DecisionQuery(account_id=wanted, limit=50)
    return Shown("accounts.html", {
        "wanted": wanted, "account": account, "decisions": store.decisions(query).decisions,
        "cases": visit.desk.cases.seen(
            CaseQuery(state=None, account_id=wanted), visit.person.name
        ),
    })  # fmt: skip


def _many(visit: Visit, wanted: str) -> Shown:
    store, asked = visit.desk.warden.store, _asked(visit)
    which = which_accounts({name: asked.get(name) for name in _WHICH})
    query = AccountQuery(which=which, cursor=asked.get("cursor"), limit=_SIZE)
    try:
        found, following = listed(store, query, visit.at, visit.person.name)
    except Unreadable:  # a cursor that somebody typed: the first page
        found, following = listed(
            store, AccountQuery(which=which, limit=_SIZE), visit.at, visit.person.name
        )
    ranking = {
        "counter": asked.get("counter", "hard_bounce"), "by": asked.get("by", "account"),
        "period": asked.get("period", "7d"),
    }  # fmt: skip
    if ranking["by"] == "provider" and ranking["counter"] in RISKS:
        ranking["by"] = "account"  # risk is not one of providers
    first = top(store, top_query(visit.at, **ranking, limit=_TOP, which=which))
    kept = {name: text for name, text in asked.items() if name in _WHICH} | ranking
    return Shown("account_table.html", {
        "wanted": wanted, "asked": {**asked, **ranking}, "choices": _CHOICES, "top": first,
        "figure": percent if ranking["counter"] == "risk" else number,
        "link": lambda name: "?" + urlencode({**kept, "by": "account", ranking["by"]: name}),
        "accounts": [(one, _chart(one)) for one in found],
        "next": following and "?" + urlencode({**asked, "cursor": following}),
    })  # fmt: skip


def _asked(visit: Visit) -> dict[str, str]:
    """Return the filters of the address, by the names that `GET /v1/accounts` has for them."""
    asked = {name: visit.query.get(name, "").strip()[:255] for name in _NAMES}
    if network_of(asked["network"].split("/")[0]) is None:
        del asked["network"]
    return {
        name: text
        for name, text in asked.items()
        # A database refuses text that no account can have.
        if text and text.isprintable() and text in _CHOICES.get(name, (text,))
    }


def _chart(one: Listed) -> str:
    return sparkline(one.sent_by_day, f"mails of {one.row.account.account_id}")


PAGE = Page("accounts", "/accounts", "Accounts", get=show, place=30)
