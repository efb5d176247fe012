"""Lets a scored campaign out in stages, and stops it at the first sound moment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from models.decide import stated_reason
from models.decision import Action, ReasonGiven
from models.inflight import Answer, Evidence, Plan, Progress, State, release, withhold
from models.policy.plans import MAX_REASONS
from models.policy.policy import Lane, Policy
from service.deliverability.warmup import room_for
from service.parts import Parts
from service.standing import standing_of
from service.stores.contract import Store

# What the evidence of each signal is called among the reasons.
REASONS: Final = {
    "hard_bounce": "HARD_BOUNCES",
    "block_bounce": "BLOCKED_BY_PROVIDERS",
    "trap_hit": "SPAM_TRAPS",
    "complaint": "COMPLAINTS",
    "deferred": "DEFERRED_BY_PROVIDERS",
}
_STANDING: Final = "ACCOUNT_STANDING"


@dataclass(frozen=True)
class Release:
    """What a sender may hand over now, and why not more."""

    campaign_id: str
    account_id: str
    answer: Answer
    reasons: tuple[ReasonGiven, ...]


def release_more(parts: Parts, campaign_id: str, want: int, at: datetime) -> Release:
    """Grant up to `want` more mails of a campaign.

    Raises `UnknownCampaign`, and `Unavailable` when the store cannot be used: then nothing was
    granted.
    """
    known = parts.store.find_release(campaign_id)
    policy = parts.policy.current() if known is None else parts.policy.of(known[0].account_id)
    barred = None if known is None else _barred(parts.store, policy, known[0])
    want = _within_warm_up(parts.store, known[0], want, at) if known is not None else want
    plans: list[Plan] = []

    def ask(plan: Plan, progress: Progress, counts: Mapping[str, int]) -> tuple[Progress, Answer]:
        plans[:] = [plan]
        if barred is not None:
            return progress, withhold(plan, progress, counts, barred, at, policy.release)
        return release(plan, progress, counts, want, at, policy.release)

    answer = parts.store.release(campaign_id, ask)
    because = [] if barred is None else [_STANDING]
    return Release(campaign_id, plans[0].account_id, answer, _reasons(plans[0], answer, because))


def _within_warm_up(store: Store, plan: Plan, want: int, at: datetime) -> int:
    """Cut what is wanted to what the account's IPs may still send today while they warm up.

    Transactional mail is never made to wait for that.
    """
    if plan.lane == Lane.TRANSACTIONAL.value:
        return want
    with store.snapshot():
        room = room_for(store, plan.account_id, at)
    return want if room is None else min(want, room)


def _barred(store: Store, policy: Policy, plan: Plan) -> Action | None:
    """Return the action in force on the account that keeps its running campaigns back, if any.

    That is one which only a person lifts, or which a person imposed, in the lanes that the policy
    has it hold. What the machine holds and lifts by itself acts on the next score instead.
    """
    found = standing_of(store, plan.account_id)
    standing = policy.standing.get(found.action or "")
    if standing is None or Lane(plan.lane) not in standing.lanes:
        return None
    for_good = standing.lifts_below is None or found.by == "person"
    return standing.kind.action if for_good and standing.kind.action >= Action.REVIEW else None


def _reasons(plan: Plan, answer: Answer, because: list[str]) -> tuple[ReasonGiven, ...]:
    """Return why a campaign waits or was stopped: what its mail shows, then what was known before."""
    if answer.state not in (State.STOPPED, State.HOLDING):
        return ()
    shown = sorted(answer.evidence, key=_strength, reverse=True)
    codes = [REASONS[one.signal] for one in shown if one.log_e_value > 0]
    return tuple(stated_reason(code) for code in dict.fromkeys([*because, *codes, *plan.reasons]))[
        :MAX_REASONS
    ]


def _strength(evidence: Evidence) -> float:
    return evidence.log_e_value
