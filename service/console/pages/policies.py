"""Policies: what is in force, the versions on their way, and exemptions of accounts."""

from datetime import timedelta
from typing import Final

from models.policy.exemptions import ExemptionKind
from service.console.page import Gone, Group, Page, Shown, Visit
from service.desk.records import Role
from service.errors import ServiceError
from service.policies.acts import PolicyActs

HERE: Final = "/console/policies"
_DAYS: Final = {"1": 1, "7": 7, "30": 30, "90": 90}


def lab(visit: Visit) -> PolicyActs:
    """Return what can be done with policies. Raises `ServiceError` where there is no such thing."""
    if visit.desk.lab is None:
        raise ServiceError("This server keeps no policies in its database.")
    return visit.desk.lab


def lead(visit: Visit) -> None:
    """Raise `ServiceError` unless the person may change what is in force."""
    if visit.person.rank < Role.LEAD:
        raise ServiceError("This needs the role lead.")


def show(visit: Visit) -> Shown:
    acts = lab(visit)
    return Shown("policies.html", {
        "in_force": acts.policies.current(), "now_": acts.policies.published(),
        "versions": acts.versions(), "kinds": [kind.value for kind in ExemptionKind],
        "exemptions": [one for one in acts.exemptions() if one.counts(visit.at)][:200],
        "days": list(_DAYS), "may_publish": visit.person.rank >= Role.LEAD,
    })  # fmt: skip


def act(visit: Visit) -> Gone:
    chosen = ACTS.get(visit.form.get("act", ""))
    return chosen(visit) if chosen else Gone(HERE, "Nothing was done: that is no act.")


def _new(visit: Visit) -> Gone:
    acts = lab(visit)
    made = acts.create(acts.policies.current().text, "", visit.person.name, visit.at)
    return Gone(f"{HERE}/{made.policy_id}", "A draft of the policy in force.")


def _roll_back(visit: Visit) -> Gone:
    lead(visit)
    acts = lab(visit)
    acts.roll_back(visit.person.name, visit.at, visit.form.get("why", "")[:4_000])
    return Gone(HERE, f"Rolled back: {acts.policies.current().version} is in force.")


def _exempt(visit: Visit) -> Gone:
    lead(visit)
    form = visit.form
    rules = tuple(form.get("rules", "").split())[:50]
    made = lab(visit).exempt(
        form.get("account_id", "").strip()[:128], _kind(form.get("kind", "")),
        visit.at + timedelta(days=_DAYS.get(form.get("days", ""), 1)), visit.person.name, visit.at,
        at_most=form.get("at_most") or None, rules=rules, note=form.get("note", "")[:4_000],
    )  # fmt: skip
    return Gone(HERE, f"Set aside for {made.account_id} until {made.expires_at:%d %b %Y, %H:%M}.")


def _kind(text: str) -> ExemptionKind:
    if text not in list(ExemptionKind):
        raise ServiceError(f"an exemption is one of {', '.join(ExemptionKind)}")
    return ExemptionKind(text)


def _end(visit: Visit) -> Gone:
    lead(visit)
    ended = lab(visit).end_exemption(
        visit.form.get("exemption_id", ""), visit.person.name, visit.at
    )
    return Gone(HERE, f"Ended for {ended.account_id}.")


ACTS: Final = {"new": _new, "roll_back": _roll_back, "exempt": _exempt, "end": _end}
PAGE = Page(
    "policies",
    "/policies",
    "Policy lab",
    get=show,
    post=act,
    role=Role.REVIEWER,
    place=10,
    group=Group.LEARN,
)
