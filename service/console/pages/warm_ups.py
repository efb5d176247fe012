"""Warm-ups of sending IPs: the stage, what may go today, and what the last day did."""

from service.console.page import Group, Page, Shown, Visit


def show(visit: Visit) -> Shown:
    return Shown("warm_ups.html", {"found": visit.desk.warden.deliverability.warm_ups(visit.at)})


PAGE = Page("warm_ups", "/warm-ups", "Warm-up", get=show, place=30, group=Group.PLATFORM)
