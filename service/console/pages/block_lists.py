"""Block lists: which of our IPs and domains are listed where, since when, and getting them removed."""

from typing import Final

from service.console import incident_forms
from service.console.page import Gone, Group, Page, Shown, Visit
from service.deliverability.listed import ListState, is_ip

HERE: Final = "/console/block-lists"


def show(visit: Visit) -> Shown:
    past = visit.query.get("past") == "1"
    states = visit.desk.warden.deliverability.block_lists(is_open=not past)
    return Shown("block_lists.html", {
        "states": states, "past": past, "counts": _counts(states),
        "may_act": incident_forms.may_act(visit),
    })  # fmt: skip


def _counts(states: tuple[ListState, ...]) -> dict[str, int]:
    listings = [one for state in states for one in state.listings]
    ips = sum(is_ip(str(one.facts["subject"])) for one in listings)
    return {
        "ips": ips,
        "domains": len(listings) - ips,
        "asked": sum(one.handling.removal_requested_at is not None for one in listings),
        "watched": sum(state.watched for state in states),
        "wrong": sum(state.wrong is not None for state in states),
    }


def act(visit: Visit) -> Gone:
    return incident_forms.act(visit, HERE)


PAGE = Page(
    "block_lists", "/block-lists", "Block lists", get=show, post=act, place=25, group=Group.PLATFORM
)
