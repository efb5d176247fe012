"""Lets a scored campaign out in stages, and stops it at the first sound moment."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import msgspec

from models.decide import stated_reason
from models.decision import Action, ReasonGiven
from models.inflight import Answer, Evidence, Plan, Progress, State, release, withhold
from models.inflight.sample import SampleCheck
from models.inflight.volume import Room, Sent, room, taken
from models.policy.plans import MAX_REASONS
from models.policy.policy import Lane, Policy
from service.deliverability.warmup import room_for
from service.parts import Parts
from service.standing import standing_of
from service.stores.contract import Asked, Store
from service.volume import Volume, VolumeToday, caps_of, sample_of, sent_today, volume_of

# What the evidence of each signal is called among the reasons.
REASONS: Final = {
    "hard_bounce": "HARD_BOUNCES",
    "block_bounce": "BLOCKED_BY_PROVIDERS",
    "trap_hit": "SPAM_TRAPS",
    "complaint": "COMPLAINTS",
    "deferred": "DEFERRED_BY_PROVIDERS",
}
_STANDING: Final = "ACCOUNT_STANDING"
_VOLUME: Final = "VOLUME_USED_UP"
_UNLIKE: Final = "SAMPLE_UNLIKE_LIST"
_PAST_USE: Final = "PAST_ITS_USE"


@dataclass(frozen=True)
class Release:
    """What a sender may hand over now, and why not more."""

    campaign_id: str
    account_id: str
    answer: Answer
    reasons: tuple[ReasonGiven, ...]
    today: VolumeToday | None = None
    sample: SampleCheck | None = None


def release_more(parts: Parts, campaign_id: str, want: int, at: datetime) -> Release:
    """Grant up to `want` more mails of a campaign.

    Raises `UnknownCampaign`, and `Unavailable` when the store cannot be used: then nothing was
    granted.
    """
    policy = _policy_of(parts, campaign_id)
    bounds = _bounds(parts.store, policy, campaign_id, want, at)
    told: list[Told] = []

    def ask(asked: Asked) -> tuple[Progress, Sent, Answer]:
        told[:] = [_tell(asked, bounds, policy, at)]
        return told[0].progress, told[0].sent, told[0].answer

    answer = parts.store.release(campaign_id, ask, bounds.volume.fleet)
    last = told[0]
    return Release(
        campaign_id,
        last.plan.account_id,
        answer,
        _reasons(last.plan, answer, last.because),
        _today(last),
        bounds.sample,
    )


def _policy_of(parts: Parts, campaign_id: str) -> Policy:
    """Return the policy of the campaign's account; who that is matters only to a canary."""
    if parts.policy.published().canary is None:
        return parts.policy.current()
    known = parts.store.find_release(campaign_id)
    return parts.policy.current() if known is None else parts.policy.of(known[0].account_id)


@dataclass(frozen=True)
class _Bounds:
    """What is known of a release before it is asked for."""

    want: int
    barred: Action | None = None
    volume: Volume = field(default_factory=lambda: Volume(Lane.BROADCAST.value))
    sample: SampleCheck | None = None


@dataclass(frozen=True)
class Told:
    """What came of one ask. `others_today`: mails that the accounts of the fleet were granted."""

    plan: Plan
    progress: Progress
    sent: Sent
    answer: Answer
    because: tuple[str, ...]
    others_today: int
    others: int


def _bounds(store: Store, policy: Policy, campaign_id: str, want: int, at: datetime) -> _Bounds:
    """Read what bounds a release; its own row is read again, and locked, when it is moved on."""
    with store.snapshot():
        known = store.find_release(campaign_id)
        if known is None:
            return _Bounds(want)
        plan, progress = known
        return _Bounds(
            _within_warm_up(store, plan, want, at),
            _barred(store, policy, plan),
            volume_of(store, policy, plan, at),
            sample_of(store, plan, progress, at),
        )


def _tell(asked: Asked, bounds: _Bounds, policy: Policy, at: datetime) -> Told:
    plan, others = asked.plan, asked.others
    sent = sent_today(asked.sent, policy, bounds.volume, at)
    today = sum(other.today for other in others if other.day == sent.day)
    if bounds.barred is not None:
        progress, answer = withhold(
            plan, asked.progress, asked.counts, bounds.barred, at, policy.release
        )
        return Told(plan, progress, sent, answer, (_STANDING,), today, len(others))
    caps = caps_of(plan, sent, bounds.volume, keep_limits=policy.release.keep_limits)
    left = room(sent, others, caps, at)
    want = bounds.want if left.mails is None else min(bounds.want, left.mails)
    like_list = bounds.sample is None or bounds.sample.like_list
    progress, answer = release(
        plan, asked.progress, asked.counts, want, at, policy.release, like_list=like_list
    )
    answer, because = _bounded(answer, left)
    sent = taken(sent, answer.granted)
    if not like_list:
        because = (*because, _UNLIKE)
    return Told(plan, progress, sent, answer, because, today, len(others))


def _bounded(answer: Answer, left: Room) -> tuple[Answer, tuple[str, ...]]:
    """Say so when an hour's or a day's volume is used up and the stage would let more go."""
    if left.mails != 0 or answer.state is not State.RUNNING or left.again_at is None:
        return answer, ()
    held = msgspec.structs.replace(answer, state=State.HOLDING, check_again_at=left.again_at)
    return held, (_VOLUME,)


def _today(told: Told) -> VolumeToday | None:
    if told.sent.allowance is None:
        return None
    granted = told.sent.today + told.others_today
    return VolumeToday(told.sent.allowance, granted, told.others, told.sent.slowed)


def _within_warm_up(store: Store, plan: Plan, want: int, at: datetime) -> int:
    """Cut what is wanted to what the account's IPs may still send today while they warm up.

    Transactional mail is never made to wait for that.
    """
    if plan.lane == Lane.TRANSACTIONAL.value:
        return want
    left = room_for(store, plan.account_id, at)
    return want if left is None else min(want, left)


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


def _reasons(plan: Plan, answer: Answer, because: Sequence[str]) -> tuple[ReasonGiven, ...]:
    """Return why a campaign waits or was stopped: what its mail shows, then what was known before."""
    if answer.state not in (State.STOPPED, State.HOLDING):
        return tuple(stated_reason(code) for code in because)
    if answer.dropped:
        because = (_PAST_USE, *because)
    shown = sorted(answer.evidence, key=_strength, reverse=True)
    codes = [REASONS[one.signal] for one in shown if one.log_e_value > 0]
    return tuple(stated_reason(code) for code in dict.fromkeys([*because, *codes, *plan.reasons]))[
        :MAX_REASONS
    ]


def _strength(evidence: Evidence) -> float:
    return evidence.log_e_value
