"""What a draft changes of the policy in force."""

import difflib

from models.decision import Action
from models.policy.policy import Policy

Signature = tuple[object, ...]


def changes_terminate(draft: Policy, live: Policy) -> bool:
    """Whether the two differ in anything that cuts senders off: two people have to want that."""
    return _terminates(draft) != _terminates(live)


def _terminates(policy: Policy) -> Signature:
    bands = frozenset(
        (lane, band.score, band.at_least)
        for lane, found in policy.bands.items()
        for band in found
        if band.kind.action is Action.TERMINATE
    )
    rules = frozenset(
        (" ".join(rule.when.split()), rule.lanes)
        for rule in policy.rules
        if rule.kind.action is Action.TERMINATE and not rule.shadow
    )
    standings = frozenset(
        (name, one.lanes, None if one.lifts_below is None else frozenset(one.lifts_below.items()))
        for name, one in policy.standing.items()
        if one.kind.action is Action.TERMINATE
    )
    fallbacks = frozenset(
        (missing, lane)
        for missing, lanes in policy.fallbacks.items()
        for lane, kind in lanes.items()
        if kind.action is Action.TERMINATE
    )
    return bands, rules, standings, fallbacks


def text_difference(before: str, after: str, context: int = 2) -> list[str]:
    """Return the lines of a unified difference, without file names."""
    lines = difflib.unified_diff(
        before.splitlines(), after.splitlines(), n=context, lineterm="", fromfile="", tofile=""
    )
    return [line for line in lines if not line.startswith(("---", "+++"))]
