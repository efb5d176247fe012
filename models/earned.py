"""Earned volume: how much mail a day an account's record supports. Pure.

An account's harm is the share of its mail that is harmful. What is believed of it is a beta
posterior: before any mail the calibrated risk, which counts for `trust_mails` mails; after that its
own mail, of which bounces over the accepted rate, complaints, blocks and trap hits are harm by
their weights. The most that may go in a day is the volume whose expected harm is within the
policy's budget. From one day to the next it grows by `growth` at most and only when it is used, and
it falls by `fall` at a bad sign; it never jumps.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from features.rates import lower_bound

# How certain a bad sign is, one-sided: 99.9 %, for it is looked at with every ask of a day.
_Z: float = 3.090232306167813


@dataclass(frozen=True)
class Harm:
    """A counter that does harm above its accepted rate; each such mail weighs as `weight` harmful ones."""

    name: str
    limit: float
    weight: float


@dataclass(frozen=True)
class Earning:
    """What a policy says about earned volume.

    `harm_per_day`: harmful mails a day that may be expected of one account. `start` and
    `start_paid`: mails on the first day at most. `least`: no account falls below it. Unpaid accounts
    younger than `shared_below_days` that are tied share one volume.
    """

    harm_per_day: float
    trust_mails: float
    growth: float
    fall: float
    start: int
    start_paid: int
    least: int
    shared_below_days: float
    harms: tuple[Harm, ...]


@dataclass(frozen=True)
class TrackRecord:
    """An account's mail of 30 days and of its busiest day, and what is going on right now.

    `counts` and `recent` map counters to events of 30 days, and of yesterday and today.
    """

    risk: float
    paid: bool
    counts: Mapping[str, int]
    recent: Mapping[str, int]
    busiest_day: int


def handed(counts: Mapping[str, int]) -> int:
    """Return how many mails were handed over: sent, or answered where senders report no more."""
    answered = sum(counts.get(k, 0) for k in ("delivered", "hard_bounce", "soft_bounce", "block_bounce"))  # fmt: skip
    return max(counts.get("sent", 0), answered)


def expected_harm(record: TrackRecord, rules: Earning) -> float:
    """Return the posterior mean share of harmful mail, in (0, 1]."""
    mails = handed(record.counts)
    harm = sum(
        max(record.counts.get(one.name, 0) - one.limit * mails, 0) * one.weight
        for one in rules.harms
    )
    share = (record.risk * rules.trust_mails + harm) / (rules.trust_mails + mails)
    return float(min(max(share, 1e-9), 1.0))


def most(record: TrackRecord, rules: Earning) -> int:
    """Return the largest daily volume whose expected harm is within the budget."""
    return max(int(rules.harm_per_day / expected_harm(record, rules)), rules.least)


def bad_sign(record: TrackRecord, rules: Earning) -> bool:
    """Return whether mail of yesterday and today surely passed an accepted rate."""
    mails = handed(record.recent)
    n = np.array(float(mails))
    # A rate that is not over its limit is not surely over it: most asks end here, cheaply.
    return any(
        record.recent.get(one.name, 0) > one.limit * mails
        and float(lower_bound(np.array(float(record.recent.get(one.name, 0))), n, _Z)) > one.limit
        for one in rules.harms
    )


def first_allowance(record: TrackRecord, rules: Earning) -> int:
    """Return the volume of an account's first day here; what it sent before is its own record."""
    start = rules.start_paid if record.paid else rules.start
    return min(most(record, rules), max(start, int(rules.growth * record.busiest_day)))


def next_allowance(before: int, record: TrackRecord, rules: Earning) -> int:
    """Return the volume of a day after one of `before`."""
    used = max(before, int(rules.growth * record.busiest_day))
    wanted = min(most(record, rules), used)
    return int(max(min(wanted, before * rules.growth), fallen(before, rules)))


def fallen(before: int, rules: Earning) -> int:
    """Return the volume after a bad sign."""
    return max(int(before * (1 - rules.fall)), rules.least)
