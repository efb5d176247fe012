"""How it stands: health, decisions, what got out and what waits, the queue, alerts, what decides."""

from collections.abc import Sequence

from service.console.overview_charts import health_chart, line, sparkline
from service.console.page import Page, Shown, Visit
from service.desk.overview import overview
from service.desk.records import CaseQuery


def show(visit: Visit) -> Shown:
    warden, at = visit.desk.warden, visit.at
    store = warden.store
    found = overview(store, at)
    awake = visit.desk.cases.seen(CaseQuery(awake_at=at, limit=100), visit.person.name)
    return Shown("overview.html", {
        "o": found,
        "decided": [(one, sparkline(one.days, f"{one.action} decisions", one.action)) for one in found.decided],
        "health": health_chart(found.health),
        "sent_chart": sparkline([sent for sent, _, _ in found.days], "mails sent"),
        "bounce_chart": line(_rates(found.days, 1), "Hard bounce rate by day, 28 days"),
        "complaint_chart": line(_rates(found.days, 2), "Complaint rate by day, 28 days"),
        "waiting": [case for case in awake if case.proposed_by is not None][:6],
        "top": awake[:6],
        "policy": warden.policy.current(), "published": warden.policy.published(),
        "model": warden.model.current(),
        "first": next((case for case in awake if case.holder(at) is None), None),
        "tour": visit.desk.tour,
    })  # fmt: skip


def _rates(days: Sequence[tuple[int, int, int]], which: int) -> list[float | None]:
    return [min(day[which] / day[0], 1.0) if day[0] else None for day in days]


PAGE = Page("overview", "/", "Overview", get=show, place=10)
