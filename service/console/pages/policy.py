"""One policy version: its text with every fault at its line, what it would do, its way into force."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from models.policy.differences import text_difference
from models.policy.edit import with_thresholds
from models.policy.load import load_policy, vocabularies
from models.policy.policy import Policy
from service.console.page import Gone, Group, Page, Shown, Visit
from service.console.pages.policies import HERE, lab, lead
from service.console.policy_charts import FIGURES, backtest_chart, frontier_chart, shown
from service.desk.records import Role
from service.errors import ServiceError
from service.policies.acts import EDITABLE, PolicyActs
from service.policies.records import PolicyVersion, Stage
from service.policies.weighing import PRICES, Weighing, prices_of, weighed

_SINCE: Final = {"7": 7, "30": 30, "90": 90}
_SHARES: Final = ("0.01", "0.05", "0.1", "0.25", "0.5")
_SEGMENTS: Final = ("leaked_share", "delayed_share", "false_stops", "cost")
_STEP: Final = 2.0


def show(visit: Visit) -> Shown:
    acts = lab(visit)
    version = acts.find(visit.path["policy_id"])
    text = version.text
    live = acts.policies.current()
    checked = acts.checked(text)
    return Shown("policy.html", {
        "version": version, "faults": checked.faults, "two": checked.changes_terminate,
        "text": text, "live": live, "names": _names(acts), "difference": _difference(live, text),
        "editable": version.stage in EDITABLE, "may_publish": visit.person.rank >= Role.LEAD,
        "since": list(_SINCE), "shares": _SHARES, "stages": Stage,
        "compared": acts.compared(version.policy_id) if version.version else None,
        **_backtest(version), **_frontier(version, live if checked.faults else _loaded(acts, text), visit),
    })  # fmt: skip


def check(visit: Visit) -> Shown:
    """Say what is wrong with a text that nobody has saved yet."""
    checked = lab(visit).checked(visit.form.get("text", ""))
    return Shown("policy_faults.html", {
        "faults": checked.faults, "two": checked.changes_terminate,
    })  # fmt: skip


def act(visit: Visit) -> Gone:
    chosen = ACTS.get(visit.form.get("act", ""))
    here = f"{HERE}/{visit.path['policy_id']}"
    return chosen(visit, here) if chosen else Gone(here, "Nothing was done: that is no act.")


def _loaded(acts: PolicyActs, text: str) -> Policy:
    return load_policy(text, acts.catalogue)


def _names(acts: PolicyActs) -> list[str]:
    found = vocabularies(acts.catalogue).values()
    return sorted(frozenset().union(*(words.names for words in found)))


def _difference(live: Policy, text: str) -> list[tuple[str, str]]:
    """Return the lines that differ from the policy in force, each with its kind."""
    kinds = {"+": "new", "-": "gone", "@": "place"}
    return [(kinds.get(line[:1], "same"), line) for line in text_difference(live.text, text)][:800]


def _backtest(version: PolicyVersion) -> dict[str, Any]:
    report = json.loads(version.backtest) if version.backtest else None
    if report is None or "figures" not in report:
        return {"report": None, "chart": "", "rows": (), "segments": ()}
    figures = report["figures"]
    rows = [
        (title, *(_with_interval(figures[name][side], kind) for side in ("live", "draft", "change")))
        for name, title, kind in (*FIGURES, ("unseen_mail", "Mail that no log tells the fate of", "count"))
    ]  # fmt: skip
    segments = [
        (one["by"], one["value"], one["accounts"],
         *((shown(one["figures"][name]["live"][0], kind), shown(one["figures"][name]["draft"][0], kind))
           for name, kind in zip(_SEGMENTS, ("share", "share", "count", "count"), strict=True)))
        for one in report["segments"]
    ]  # fmt: skip
    chart = backtest_chart(figures)
    return {"report": report, "chart": chart, "rows": rows, "segments": segments}


def _with_interval(interval: list[float], kind: str) -> str:
    value, low, high = (_signed(number, kind) for number in interval)
    return f"{value} ({low} to {high})"


def _signed(value: float, kind: str) -> str:
    return f"−{shown(-value, kind)}" if value < 0 else shown(value, kind)


def _frontier(version: PolicyVersion, policy: Policy, visit: Visit) -> dict[str, Any]:
    base = prices_of(policy.costs)
    moved = {name: _slider(visit.query, name) for name in PRICES}
    reviewers = min(max(_number(visit.query, "reviewers", 1.0), 0.0), 1_000.0)
    sliders = [
        (name, name.replace("_", " "), moved[name], base[name], base[name] * _STEP ** moved[name])
        for name in PRICES
    ]
    found = _weighed(version, sliders, reviewers)
    return {
        "sliders": sliders,
        "reviewers": reviewers,
        "weighing": found,
        "frontier": frontier_chart(found) if found else "",
        "moved_thresholds": _moved(found),
    }


def _weighed(version: PolicyVersion, sliders: Any, reviewers: float) -> Weighing | None:
    if not version.frontier:
        return None
    prices = {name: price for name, _, _, _, price in sliders}
    return weighed(json.loads(version.frontier), prices, reviewers)


def _moved(found: Weighing | None) -> list[tuple[str, float, float]]:
    if found is None or found.best is None:
        return []
    now = found.now.thresholds
    return [(str(k), now[k], v) for k, v in found.best.thresholds.items() if v != now[k]]


def _slider(query: Mapping[str, str], name: str) -> float:
    """Return where a slider stands: how often its price is doubled."""
    return min(max(_number(query, name, 0.0), -5.0), 5.0)


def _number(query: Mapping[str, str], name: str, instead: float) -> float:
    try:
        value = float(query.get(name, ""))
    except ValueError:
        return instead
    return value if value == value and abs(value) < 1e6 else instead  # noqa: PLR0124 - not NaN


def _save(visit: Visit, here: str) -> Gone:
    text = visit.form.get("text", "").replace("\r\n", "\n")
    note = visit.form.get("note", "")[:4_000]
    saved = lab(visit).edit(visit.path["policy_id"], text, note, visit.person.name, visit.at)
    return Gone(here, "Saved." if saved.version else "Saved with faults; see below.")


def _try(visit: Visit, here: str) -> Gone:
    since = visit.at - timedelta(days=_SINCE.get(visit.form.get("since", ""), 30))
    lab(visit).backtest(visit.path["policy_id"], since, visit.person.name, visit.at)
    return Gone(here, "Backtested; see below.")


def _search(visit: Visit, here: str) -> Gone:
    since = visit.at - timedelta(days=_SINCE.get(visit.form.get("since", ""), 30))
    lab(visit).search(visit.path["policy_id"], since, visit.person.name, visit.at)
    return Gone(f"{here}#frontier", "Other thresholds were tried; move the sliders.")


def _take(visit: Visit, _: str) -> Gone:
    """Make a draft of the thresholds that cost least at the prices that the sliders show."""
    acts = lab(visit)
    version = acts.find(visit.path["policy_id"])
    policy = acts.usable(version)
    base = prices_of(policy.costs)
    prices = {n: base[n] * _STEP ** _slider(visit.form, n) for n in PRICES}
    found = weighed(
        json.loads(version.frontier or b"{}"), prices, _number(visit.form, "reviewers", 1.0)
    )
    if found is None or found.best is None:
        raise ServiceError("Nothing that was tried needs so little review.")
    text = with_thresholds(version.text, found.best.thresholds, "proposed")
    made = acts.create(text, "from the frontier", visit.person.name, visit.at)
    return Gone(f"{HERE}/{made.policy_id}", "A draft with these thresholds; backtest it next.")


def _shadow(visit: Visit, here: str) -> Gone:
    lab(visit).shadow(visit.path["policy_id"], visit.person.name, visit.at)
    return Gone(here, "In shadow: it judges beside the policy in force.")


def _canary(visit: Visit, here: str) -> Gone:
    lead(visit)
    share = _number(visit.form, "share", 0.0)
    after = lab(visit).canary(
        visit.path["policy_id"], share, visit.person.name, visit.at, _why(visit)
    )
    return Gone(here, _asked(after) or f"{share:.0%} of the accounts have it.")


def _publish(visit: Visit, here: str) -> Gone:
    lead(visit)
    after = lab(visit).publish(visit.path["policy_id"], visit.person.name, visit.at, _why(visit))
    return Gone(here, _asked(after) or "In force; every server takes it up within seconds.")


def _withdraw(visit: Visit, here: str) -> Gone:
    lead(visit)
    after = lab(visit).withdraw(visit.path["policy_id"], visit.person.name, visit.at)
    return Gone(here, f"Now {after.stage.value}.")


def _why(visit: Visit) -> str:
    return visit.form.get("why", "").strip()[:4_000]


def _asked(after: PolicyVersion) -> str:
    if after.asked_by is None:
        return ""
    return "It changes what terminates: another person has to confirm it."


ACTS: Final = {
    "save": _save, "try": _try, "search": _search, "take": _take, "shadow": _shadow,
    "canary": _canary, "publish": _publish, "withdraw": _withdraw,
}  # fmt: skip
PAGE = Page(
    "policy",
    "/policies/{policy_id}",
    "Policy",
    get=show,
    post=act,
    role=Role.REVIEWER,
    group=Group.LEARN,
)
CHECK = Page("policy-check", "/policy-check", "Check", post=check, role=Role.REVIEWER)
