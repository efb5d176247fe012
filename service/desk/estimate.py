"""How much abusive mail got out and how much good mail waits, estimated with intervals. Pure.

A campaign is abusive with its calibrated risk, or for certain where a person judged its sender.
The sum over independent campaigns has a mean and a variance; the interval is the mean and 1.645
standard deviations either way (90 %), within what was sent at all. What the models do not see, the
estimate does not see either: the audit share is there for that.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from models.decision import Action
from service.stores.contract import CampaignMail

_Z90: Final = 1.645
_LET_OUT: Final = (Action.ALLOW.label, Action.THROTTLE.label)
LEAKED: Final = "leaked"
DELAYED: Final = "delayed"


@dataclass(frozen=True)
class Share:
    """One campaign's part: `mails` at stake, of which `expected` are what is estimated."""

    campaign: CampaignMail
    mails: int
    expected: float


@dataclass(frozen=True)
class Estimate:
    """`mean` of `mails` with a 90 % interval; `parts` hold the largest first."""

    mean: float
    low: float
    high: float
    mails: int
    judged: int
    parts: tuple[Share, ...]


def leaked(campaigns: Sequence[CampaignMail]) -> Estimate:
    """Estimate the abusive mail that was handed over."""
    return _sum([(one, let_out(one), abusive(one)) for one in campaigns])


def delayed(campaigns: Sequence[CampaignMail]) -> Estimate:
    """Estimate the good mail that was held, stopped or refused."""
    return _sum([(one, kept_back(one), 1.0 - abusive(one)) for one in campaigns])


def abusive(one: CampaignMail) -> float:
    """Return the probability that a campaign is abusive, 0 or 1 where a person judged its sender."""
    if one.verdict is not None:
        return float(one.verdict != "legitimate")
    return one.risk


def let_out(one: CampaignMail) -> int:
    """Return the mails handed over: what a release granted, all of an allow that never asks."""
    if one.granted is not None:
        return one.granted
    return one.recipients if one.action in _LET_OUT else 0


def kept_back(one: CampaignMail) -> int:
    """Return the mails held by a review, a terminate or a stop; a stage that waits holds nothing."""
    held = one.stopped or one.action not in _LET_OUT
    return max(one.recipients - let_out(one), 0) if held else 0


def _sum(found: Sequence[tuple[CampaignMail, int, float]]) -> Estimate:
    counted = [(one, mails, p) for one, mails, p in found if mails]
    mean = sum(mails * p for _, mails, p in counted)
    spread = _Z90 * math.sqrt(sum(mails**2 * p * (1 - p) for _, mails, p in counted))
    mails = sum(mails for _, mails, _ in counted)
    sure = sum(mails * p for one, mails, p in counted if one.verdict is not None)
    parts = sorted((Share(one, m, m * p) for one, m, p in counted), key=lambda s: -s.expected)
    return Estimate(
        mean=mean,
        low=max(mean - spread, sure, 0.0),
        high=min(mean + spread, float(mails)),
        mails=mails,
        judged=sum(one.verdict is not None for one, *_ in counted),
        parts=tuple(parts[:50]),
    )
