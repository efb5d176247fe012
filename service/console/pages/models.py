"""Models: the one that serves and the challenger, side by side, and what people do with them."""

from datetime import timedelta
from typing import Any, Final

from service.console.model_charts import (
    changes_chart,
    figures_chart,
    gates_in_order,
    reliability_chart,
)
from service.console.page import Gone, Group, Page, Shown, Visit
from service.console.pages.policies import lead
from service.desk.records import Role
from service.errors import ServiceError
from service.model_learning import Learned, last_learned
from service.model_shadow import ShadowReport, shadow_report
from service.promotion import ModelActs, Standing

HERE: Final = "/console/models"
_SHADOW_DAYS: Final = 7
_EXAMPLES: Final = 15
_GUILTY: Final = 12


def acts_of(visit: Visit) -> ModelActs:
    """Return what can be done with models. Raises `ServiceError` where this server has no shelf."""
    if visit.desk.models is None:
        raise ServiceError("This server has no shelf of models.")
    return visit.desk.models


def show(visit: Visit) -> Shown:
    acts = acts_of(visit)
    bundles = acts.bundles()
    roles = {one.role: one for one in bundles if one.role}
    challenger = roles.get("challenger")
    trial = challenger.trial if challenger else None
    current = visit.desk.warden.model.current()
    drift = acts.reports.drift()
    learned = last_learned(acts, current.manifest.note if current else {})
    return Shown("models.html", {
        "current": current, "champion": roles.get("champion"), "challenger": challenger,
        "previous": roles.get("previous"), "others": [one for one in bundles if not one.role][:20],
        "trial": trial, "gates": gates_in_order(trial) if trial else (),
        "learned": learned, "charts": _charts(learned), "calibration": _calibration(learned),
        "moved": changes_chart(learned.changes) if learned else "",
        "cards": {role: _card(one) for role, one in roles.items()},
        "drift": drift, "guilty": _guilty(drift), "shadow": _shadow(visit, challenger),
        "may_act": visit.person.rank >= Role.LEAD, "shadow_days": _SHADOW_DAYS,
    })  # fmt: skip


def _charts(learned: Learned | None) -> list[tuple[str, Any]]:
    told = learned.trial.figures.items() if learned else ()
    found = [(name, figures_chart(figures)) for name, figures in told]
    return [(name, chart) for name, chart in found if chart]


def _calibration(learned: Learned | None) -> list[tuple[str, Any, Any]]:
    """Return by subject the chart of both models' calibration, and what it draws."""
    told = learned.trial.reliability.items() if learned else ()
    found = [(name, reliability_chart(sides), sides) for name, sides in told]
    return [one for one in found if one[1]]


def _card(one: Standing) -> dict[str, Any]:
    """Return what a bundle was made from, and its own figures by subject."""
    report = one.note.get("report") or {}
    subjects = report.get("subjects") or {}
    return {
        "made_from": report.get("made_from") or {},
        "simulated": bool(one.note.get("simulated")),
        "figures": {name: part.get("figures") or {} for name, part in subjects.items()},
        "strongest": {name: (part.get("strongest") or [])[:6] for name, part in subjects.items()},
    }


def _guilty(drift: Any) -> list[Any]:
    return [] if drift is None else [c for c in drift.columns if c.level != "ok"][:_GUILTY]


def _shadow(visit: Visit, challenger: Standing | None) -> ShadowReport | None:
    if challenger is None:
        return None
    since = visit.at - timedelta(days=_SHADOW_DAYS)
    store = visit.desk.warden.store
    return shadow_report(store, challenger.version, since, visit.at, _EXAMPLES, visit.person.name)


def act(visit: Visit) -> Gone:
    lead(visit)
    acts, name, why = acts_of(visit), visit.person.name, visit.form.get("why", "")[:4_000]
    chosen = visit.form.get("act", "")
    if chosen == "promote":
        made = acts.promote(visit.form.get("digest", "")[:64], name, visit.at, why)
        return Gone(HERE, f"{made.digest[:12]} is champion; servers take it up within seconds.")
    if chosen == "roll_back":
        made = acts.roll_back(name, visit.at, why)
        return Gone(HERE, f"{made.digest[:12]} is champion again.")
    return Gone(HERE, "Nothing was done: that is no act.")


PAGE = Page(
    "models", "/models", "Models", get=show, post=act, role=Role.REVIEWER, place=20,
    group=Group.LEARN,
)  # fmt: skip
