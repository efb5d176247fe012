"""Who shares what with an account, as a graph that is walked from account to account."""

import re
from typing import Final
from urllib.parse import urlencode

from features.records import ID_PATTERN
from service.console.graph_chart import graph_chart
from service.console.page import Page, Shown, Visit
from service.desk.blind import told_standing
from service.desk.graph import graph_of
from service.desk.records import CaseQuery

_STEPS_KEPT: Final = 6


def show(visit: Visit) -> Shown:
    wanted = visit.query.get("id", "").strip()
    if not re.fullmatch(ID_PATTERN, wanted):
        return Shown("ties.html", {"wanted": "", "graph": None, "chart": "", "via": ()})
    store = visit.desk.warden.store
    with store.snapshot():
        graph = graph_of(store, wanted)
        name, cases_of = visit.person.name, CaseQuery(state=None, account_id=wanted, limit=5)
        account, standing = store.account(wanted), told_standing(store, wanted, name)
        cases = visit.desk.cases.seen(cases_of, name)
    via = steps(visit.query.get("via", ""), wanted)
    return Shown("ties.html", {
        "wanted": wanted, "graph": graph, "account": account, "standing": standing,
        "cases": cases, "via": via,
        "chart": graph_chart(graph, lambda name: around(name, (*via, wanted))),
        "around": lambda name: around(name, (*via, wanted)),
        "back": lambda place: around(via[place], via[:place]),
    })  # fmt: skip


def around(account_id: str, via: tuple[str, ...] = ()) -> str:
    """Return the address of the graph around an account, and how one came there."""
    kept = [one for one in via if one != account_id][-_STEPS_KEPT:]
    query = {"id": account_id, **({"via": ",".join(kept)} if kept else {})}
    return f"/console/ties?{urlencode(query)}"


def steps(text: str, here: str) -> tuple[str, ...]:
    """Return the accounts that one walked through; anything else in the text is left out."""
    named = text[:1_000].split(",")[-_STEPS_KEPT:]
    return tuple(one for one in named if one != here and re.fullmatch(ID_PATTERN, one))


PAGE = Page("ties", "/ties", "Ties", get=show)
