"""So many reviewers: this threshold, this wait."""

from math import isfinite

from models.capacity import Shift
from service.console.capacity_charts import minutes, waits_chart, week_chart
from service.console.page import Group, Page, Shown, Visit
from service.desk.capacity import MOST_REVIEWERS, capacity
from service.desk.records import Role


def show(visit: Visit) -> Shown:
    warden, shift = visit.desk.warden, _asked(visit)
    found = capacity(warden.store, warden.policy.current(), shift, visit.at)
    return Shown("capacity.html", {
        "c": found, "shift": shift, "minutes": minutes,
        "chosen": found.today.waits[shift.reviewers], "most": MOST_REVIEWERS,
        "chart": waits_chart(found), "week": week_chart(found.rates),
    })  # fmt: skip


def _asked(visit: Visit) -> Shift:
    """Return the shift of the address; what is none is as it usually is."""
    usual = Shift(2)
    return Shift(
        reviewers=int(_number(visit, "reviewers", usual.reviewers, 1, MOST_REVIEWERS)),
        hours=_number(visit, "hours", usual.hours, 0.5, 24),
        starts=_number(visit, "starts", usual.starts, 0, 23.75),
        days=int(_number(visit, "days_a_week", usual.days, 1, 7)),
        in_turn=visit.query.get("in_turn") == "true",
    )


def _number(visit: Visit, name: str, usual: float, least: float, most: float) -> float:
    try:
        value = float(visit.query.get(name, "")[:16])
    except ValueError:
        return usual
    return min(max(value, least), most) if isfinite(value) else usual


PAGE = Page(
    "capacity", "/capacity", "Capacity", get=show, role=Role.REVIEWER, place=45, group=Group.LEARN,
)  # fmt: skip
