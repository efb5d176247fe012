"""What only the simulator knows. The rule for `abusive` is in docs/simulator.md."""

from typing import Any

import numpy as np

from training.simulate.lists import ListRows
from training.simulate.moments import rfc3339
from training.simulate.outcomes import Fates
from training.simulate.persona import Origin, Side
from training.simulate.plan import Plan, PlannedCampaign, PlannedList
from training.simulate.senders import Sender
from training.simulate.universe import Kind, Universe

UNASKED_LIMIT = 0.25
"""A campaign is abusive from this share of recipients who never asked."""


def campaign_abusive(sender: Sender, planned: PlannedCampaign, rows: ListRows) -> bool | None:
    """Return whether a campaign is abusive; None for an abuser's mail to willing readers."""
    if planned.genre.deceit:
        return True
    victim = any(sender_list == Origin.BOMBED for sender_list in _origins(sender))
    if not victim and len(rows) and 1 - float(rows.asked.mean()) >= UNASKED_LIMIT:
        return True
    if sender.persona.side is Side.ABUSIVE:
        borrowed = sender.host is not sender.persona and not planned.strike
        return False if borrowed else None
    return False


def _origins(sender: Sender) -> set[Origin]:
    return {origin for phase in sender.phases for origin in phase.sources}


def campaign_truth(
    campaign_id: str, sender: Sender, abusive: bool | None, fates: Fates
) -> dict[str, Any]:
    """Return a campaign's line; the probabilities are means over its recipients."""
    return {
        "type": "campaign",
        "campaign_id": campaign_id,
        "account_id": sender.account_id,
        "abusive": abusive,
        "kind": sender.persona.name,
        "p_hard": round(float(fates.p_hard.mean()), 6),
        "p_complaint": round(float(fates.p_complaint.mean()), 7),
    }


def account_truth(sender: Sender, plan: Plan, first_abusive_s: int | None) -> dict[str, Any]:
    """Return an account's line: abusive if it sent abusive mail or was opened to."""
    abusive = first_abusive_s is not None or sender.persona.side is Side.ABUSIVE
    since = first_abusive_s if first_abusive_s is not None else plan.strike_s
    label = "legitimate"
    if abusive:
        label = "malicious" if sender.conceals else "careless"
    elif sender.persona.careless:
        label = "careless"
    return {
        "type": "account",
        "account_id": sender.account_id,
        "kind": sender.persona.name,
        "label": label,
        "abusive": abusive,
        "bad_from": rfc3339(since) if abusive else None,
        "actor": sender.actor,
    }


def list_truth(
    sender: Sender, list_id: str, rows: ListRows, planned: PlannedList, universe: Universe
) -> dict[str, Any]:
    """Return a list's line; shares are of its usable rows at import."""
    n = max(len(rows), 1)
    kind = universe.kind[rows.person]
    recycled = universe.recycled_at[rows.person] <= planned.at_s
    closed = (universe.gone_at[rows.person] <= planned.at_s) & ~recycled
    traps = recycled | (kind == Kind.PRISTINE_TRAP) | (kind == Kind.TYPO_TRAP)
    dead = closed | (kind == Kind.TYPO) | (kind == Kind.NEVER_EXISTED)
    return {
        "type": "list",
        "account_id": sender.account_id,
        "list_id": list_id,
        "origin": planned.origin.value,
        "unasked": round(float(np.sum(~rows.asked)) / n, 6),
        "would_bounce": round(float(dead.sum()) / n, 6),
        "traps": round(float(traps.sum()) / n, 6),
    }
