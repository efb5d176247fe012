"""How an account's mail fares over five windows, and how its volume compares with its own past."""

from typing import Final

import numpy as np

from features.catalogue import Array, Family, Feature, itself
from features.rates import (
    BLOCK_BOUNCE,
    CLICK,
    COMPLAINT,
    DEFERRED,
    HARD_BOUNCE,
    OPEN,
    SOFT_BOUNCE,
    TRAP_HIT,
    UNSUBSCRIBE,
    Prior,
    lower_bound,
    ratio,
    smoothed,
    upper_bound,
)
from features.records import Subject
from features.windows import WINDOWS

_ALL: Final = tuple(window.name for window in WINDOWS)
# The limits at which ESPs review or pause (Amazon SES 5 % and 0.1 % review, 0.5 % pause; Brevo 2 %).
_HARD_BOUNCE_LIMITS: Final = (0.02, 0.05)
_COMPLAINT_LIMITS: Final = (0.001, 0.005)
_HOURLY: Final = Prior(1 / 24, 100)


def _busier(now: Array, now_days: float, before: Array, before_days: Array) -> Array:
    """Return doublings of mails a day against before; 100 mails are added to either side."""
    days = np.maximum(before_days, 1)
    return np.log2(ratio(np.maximum(now, 0) / now_days + 100, np.maximum(before, 0) / days + 100))


def _days_before(age_days: Array, window_days: float, reach_days: float) -> Array:
    """Return for how many days before the window the account existed, within the reach."""
    return np.clip(age_days, window_days, reach_days) - window_days


def _spike(attempts_24h: Array, attempts_30d: Array, account_age_days: Array) -> Array:
    before = attempts_30d - attempts_24h
    return _busier(attempts_24h, 1, before, _days_before(account_age_days, 1, 30))


def _growth(attempts_7d: Array, attempts_30d: Array, account_age_days: Array) -> Array:
    before = attempts_30d - attempts_7d
    return _busier(attempts_7d, 7, before, _days_before(account_age_days, 7, 30))


def _just_under(k: Array, n: Array, limits: tuple[float, ...]) -> Array:
    """Return how closely a rate hugs a limit from below, 0 to 1.

    1 is a rate at the limit with enough mail to tell it from half of the limit; a rate above the
    limit, or one known too vaguely, is 0.
    """
    rate = ratio(k, n)
    vague = upper_bound(k, n) - lower_bound(k, n)
    close = [
        np.where(rate < limit, rate / limit, 0) * np.clip(1 - vague / limit, 0, 1)
        for limit in limits
    ]
    closest: Array = np.maximum.reduce(close)
    return closest


BEHAVIOUR = Family(
    name="behaviour",
    meaning="Rates over five windows, smoothed towards the population, and volume against the past.",
    subjects=frozenset(Subject),
    features=(
        Feature(
            "hard_bounce_rate",
            lambda hard_bounce, attempts: smoothed(hard_bounce, attempts, HARD_BOUNCE),
            "share",
            "Hard bounces per mail tried, smoothed.",
            direction=1,
            windows=_ALL,
        ),
        Feature(
            "soft_bounce_rate",
            lambda soft_bounce, attempts: smoothed(soft_bounce, attempts, SOFT_BOUNCE),
            "share",
            "Soft bounces per mail tried, smoothed.",
            windows=_ALL,
        ),
        Feature(
            "block_rate",
            lambda block_bounce, attempts: smoothed(block_bounce, attempts, BLOCK_BOUNCE),
            "share",
            "Mails that providers blocked per mail tried, smoothed.",
            direction=1,
            windows=_ALL,
        ),
        Feature(
            "deferral_rate",
            lambda deferred, attempts: smoothed(deferred, attempts, DEFERRED),
            "share",
            "Deferrals per mail tried, smoothed.",
            windows=_ALL,
        ),
        Feature(
            "complaint_rate",
            lambda complaint, accepted: smoothed(complaint, accepted, COMPLAINT),
            "share",
            "Complaints per mail accepted, smoothed.",
            direction=1,
            windows=_ALL,
        ),
        Feature(
            "trap_rate",
            lambda trap_hit, attempts: smoothed(trap_hit, attempts, TRAP_HIT),
            "share",
            "Spam-trap hits per mail tried, smoothed.",
            direction=1,
            windows=_ALL,
        ),
        Feature(
            "unsubscribe_rate",
            lambda unsubscribe, accepted: smoothed(unsubscribe, accepted, UNSUBSCRIBE),
            "share",
            "Unsubscriptions per mail accepted, smoothed.",
            windows=_ALL,
        ),
        Feature(
            "open_rate",
            lambda opened, accepted: smoothed(opened, accepted, OPEN),
            "share",
            "Opens per mail accepted, smoothed.",
            direction=-1,
            windows=_ALL,
            takes=("open", "accepted"),
        ),
        Feature(
            "click_rate",
            lambda click, accepted: smoothed(click, accepted, CLICK),
            "share",
            "Clicks per mail accepted, smoothed.",
            windows=_ALL,
        ),
        Feature(
            "mails",
            lambda attempts: np.log10(np.maximum(attempts, 0) + 1),
            "log10 mails",
            "Mails tried: how much evidence there is.",
            windows=("24h", "30d"),
        ),
        Feature(
            "spike_24h",
            _spike,
            "doublings",
            "Mails of the last day against the daily mean of the 29 days before, 100 added to both.",
        ),
        Feature(
            "growth_7d",
            _growth,
            "doublings",
            "Mails a day of the last week against the 23 days before, 100 added to both.",
        ),
        Feature(
            "burst_1h",
            lambda attempts_1h, attempts_24h: smoothed(attempts_1h, attempts_24h, _HOURLY),
            "share",
            "Share of the last day's mail that was tried within its last hour, smoothed.",
        ),
        Feature(
            "mails_for_age",
            lambda attempts_30d, account_age_days: np.log2(
                (np.maximum(attempts_30d, 0) + 100) / (np.maximum(account_age_days, 0) + 1)
            ),
            "log2 mails a day",
            "Mails of the last 30 days, and 100 more, for each day that the account is old.",
        ),
        Feature(
            "hard_bounce_just_under",
            lambda hard_bounce, attempts: _just_under(hard_bounce, attempts, _HARD_BOUNCE_LIMITS),
            "0 to 1",
            "How closely the hard-bounce rate stays under the nearest limit, 2 % or 5 %.",
            windows=("7d", "30d"),
        ),
        Feature(
            "complaint_just_under",
            lambda complaint, accepted: _just_under(complaint, accepted, _COMPLAINT_LIMITS),
            "0 to 1",
            "How closely the complaint rate stays under the nearest limit, 0.1 % or 0.5 %.",
            windows=("7d", "30d"),
        ),
        Feature(
            "engagement_trend",
            lambda open_7d, accepted_7d, open_90d, accepted_90d: np.log2(
                smoothed(open_7d, accepted_7d, OPEN) / smoothed(open_90d, accepted_90d, OPEN)
            ),
            "doublings",
            "Open rate of the last week against the last 90 days, both smoothed.",
        ),
        Feature(
            "unsubscribes_per_click",
            lambda unsubscribe_30d, click_30d: ratio(
                np.maximum(unsubscribe_30d, 0) + 0.1, np.maximum(click_30d, 0) + 1
            ),
            "ratio",
            "Unsubscriptions for each click in 30 days, smoothed: did readers want it?",
        ),
        Feature(
            "complaints_per_open",
            lambda complaint_30d, open_30d: ratio(
                np.maximum(complaint_30d, 0) + 0.001, np.maximum(open_30d, 0) + 1
            ),
            "ratio",
            "Complaints for each open in 30 days, smoothed: it does not depend on how much reached the inbox.",
            direction=1,
        ),
        Feature(
            "providers",
            itself,
            "providers",
            "Mailbox providers that got mail in 7 days.",
            takes=("providers",),
        ),
        Feature(
            "top_provider_share",
            itself,
            "share",
            "Share of the 7 days' mail that went to the largest mailbox provider.",
            takes=("top_provider_share",),
        ),
    ),
)
