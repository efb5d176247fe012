"""Warm-ups of sending IPs: the plan against what was sent; a lead starts, holds, resumes and ends them."""

from datetime import timedelta
from typing import Any, Final

from models.warmup import FIRST_PER_DAY, STAGES
from service.console.page import Gone, Group, Page, Shown, Visit
from service.console.pages.policies import lead
from service.console.warm_up_charts import plan_chart, warm_up_chart
from service.deliverability.warm_up_acts import BadWarmUp
from service.deliverability.warmup import WarmUpStatus, status_of
from service.desk.records import Role
from service.stores.contract import WarmUp

HERE: Final = "/console/warm-ups"
SHOWN: Final = 200
_ENTRIES: Final = 20
_PROVIDERS: Final = 30


def show(visit: Visit) -> Shown:
    """Show all warm-ups, one of them, or what a plan would do."""
    ip, provider = visit.query.get("ip", "").strip(), visit.query.get("provider", "").strip()
    if "target_per_day" in visit.query:
        return _plan(visit)
    if ip and provider:
        return _one(visit, ip, provider)
    mail = visit.desk.warden.deliverability
    found = mail.warm_ups(visit.at)
    return Shown("warm_ups.html", {
        "found": found[:SHOWN], "more": max(len(found) - SHOWN, 0), "may_act": _may(visit),
        "asked": dict.fromkeys(_FIELDS, "") | {"stages": STAGES, "first_per_day": FIRST_PER_DAY}, "fault": "",
        "providers": [view.subject for view in mail.providers(visit.at, _PROVIDERS)],
    })  # fmt: skip


def _one(visit: Visit, ip: str, provider: str) -> Shown:
    warden = visit.desk.warden
    made = warden.warm_up_acts.find(ip[:64], provider[:128])
    found = status_of(warden.store, made, visit.at)
    return Shown("warm_up.html", {
        "one": found, "chart": warm_up_chart(found), "may_act": _may(visit),
        "days": found.days[:-15:-1], "soonest": _soonest(found),
        "entries": [e for e in warden.store.newest_entries(made.ip, _ENTRIES)
                    if e.deed.after.get("provider") == provider],
    })  # fmt: skip


def _plan(visit: Visit) -> Shown:
    """Show what a start or a change would do, or what is wrong with it beside the form."""
    lead(visit)
    asked = {name: visit.query.get(name, "").strip()[:128] for name in _FIELDS}
    try:
        preview = visit.desk.warden.warm_up_acts.preview(_wanted(asked, visit), visit.at)
    except BadWarmUp as error:
        return Shown("warm_ups.html", {
            "found": [], "more": 0, "may_act": True, "asked": asked, "providers": [],
            "fault": f"{error}.",
        })  # fmt: skip
    return Shown("warm_up_plan.html", {
        "preview": preview, "asked": asked, "chart": plan_chart(preview.after.steps),
        "soonest": _soonest(preview.after),
    })  # fmt: skip


def _soonest(found: WarmUpStatus) -> Any:
    """Return the day on which the target is reached if each day from now on is good."""
    left = len(found.steps) - found.standing.stage
    return found.days[-1].day + timedelta(days=left)


_FIELDS: Final = ("ip", "provider", "target_per_day", "stages", "first_per_day")


def _wanted(asked: dict[str, str], visit: Visit) -> WarmUp:
    """Return the plan that a form asks for. Raises `BadWarmUp`."""
    return WarmUp(
        ip=asked["ip"], provider=asked["provider"], started_at=visit.at,
        target_per_day=_number(asked["target_per_day"], None),
        stages=_number(asked["stages"], STAGES),
        first_per_day=_number(asked["first_per_day"], FIRST_PER_DAY),
    )  # fmt: skip


def _number(text: str, usual: int | None) -> int:
    if not text and usual is not None:
        return usual
    if not (text.isascii() and text.isdigit() and len(text) <= 12):
        raise BadWarmUp("mails a day and stages are whole numbers")
    return int(text)


def act(visit: Visit) -> Gone:
    lead(visit)
    acts, form = visit.desk.warden.warm_up_acts, visit.form
    ip, provider = form.get("ip", "")[:64], form.get("provider", "")[:128]
    who, chosen = visit.person, form.get("act", "")
    if chosen == "start":
        asked = {name: form.get(name, "").strip()[:128] for name in _FIELDS}
        found = acts.start(_wanted(asked, visit), who, visit.at)
        return Gone(HERE, f"{found.warm_up.ip} may send {found.standing.today:,} mails today.")
    if chosen == "hold":
        found = acts.hold(ip, provider, who, visit.at)
        return Gone(HERE, f"{ip} stays at stage {found.standing.stage} at {provider}.")
    if chosen == "resume":
        acts.resume(ip, provider, who, visit.at)
        return Gone(HERE, f"{ip} climbs again at {provider}.")
    if chosen == "end":
        acts.end(ip, provider, who, visit.at)
        return Gone(HERE, f"{ip} is warmed up at {provider} no more: nothing limits it there.")
    return Gone(HERE, "Nothing was done: that is no act.")


def _may(visit: Visit) -> bool:
    return visit.person.rank >= Role.LEAD


PAGE = Page("warm_ups", "/warm-ups", "Warm-up", get=show, post=act, place=30, group=Group.PLATFORM)
