"""Bounces, blocks and complaints as surprises: beyond chance, beyond the account's own past."""

from typing import Final

import numpy as np

from features.catalogue import Array, Family, Feature, itself
from features.rates import (
    BLOCK_BOUNCE,
    COMPLAINT,
    DEFERRED,
    HARD_BOUNCE,
    Prior,
    lower_bound,
    smoothed,
    z_difference,
    z_score,
)
from features.records import Subject

_DAYS_AND_UP: Final = ("24h", "7d", "30d")
# Of all mail that bounced, half are hard where nothing is known (Mailchimp, 2018: 0.39 of 1.0 %).
_HARD_OF_BOUNCES: Final = Prior(0.4, 10)
_BLOCK_OF_BOUNCES: Final = Prior(0.15, 10)


def _surprise(
    prior: Prior, bad_24h: Array, mails_24h: Array, bad_30d: Array, mails_30d: Array
) -> Array:
    """Return how far the last day's rate lies above the rate of the 29 days before."""
    before = np.maximum(bad_30d - bad_24h, 0), np.maximum(mails_30d - mails_24h, 0)
    return z_difference(bad_24h, mails_24h, *before, prior)


BOUNCES = Family(
    name="bounces",
    meaning="Bounces, blocks, deferrals and complaints beyond chance and beyond the own past.",
    subjects=frozenset(Subject),
    features=(
        Feature(
            "hard_bounce_z",
            lambda hard_bounce, attempts: z_score(hard_bounce, attempts, HARD_BOUNCE.rate),
            "standard deviations",
            "Hard bounces above what the population's rate makes likely.",
            direction=1,
            windows=_DAYS_AND_UP,
        ),
        Feature(
            "block_z",
            lambda block_bounce, attempts: z_score(block_bounce, attempts, BLOCK_BOUNCE.rate),
            "standard deviations",
            "Blocked mails above what the population's rate makes likely.",
            direction=1,
            windows=_DAYS_AND_UP,
        ),
        Feature(
            "complaint_z",
            lambda complaint, accepted: z_score(complaint, accepted, COMPLAINT.rate),
            "standard deviations",
            "Complaints above what the population's rate makes likely.",
            direction=1,
            windows=_DAYS_AND_UP,
        ),
        Feature(
            "deferral_z",
            lambda deferred, attempts: z_score(deferred, attempts, DEFERRED.rate),
            "standard deviations",
            "Deferrals above what the population's rate makes likely.",
            windows=_DAYS_AND_UP,
        ),
        Feature(
            "hard_bounce_lower",
            lower_bound,
            "share",
            "The hard-bounce rate that is certain at 95 %: the lower bound of the rate.",
            direction=1,
            windows=_DAYS_AND_UP,
            takes=("hard_bounce", "attempts"),
        ),
        Feature(
            "block_lower",
            lower_bound,
            "share",
            "The block rate that is certain at 95 %: the lower bound of the rate.",
            direction=1,
            windows=_DAYS_AND_UP,
            takes=("block_bounce", "attempts"),
        ),
        Feature(
            "complaint_lower",
            lower_bound,
            "share",
            "The complaint rate that is certain at 95 %: the lower bound of the rate.",
            direction=1,
            windows=_DAYS_AND_UP,
            takes=("complaint", "accepted"),
        ),
        Feature(
            "trap_lower",
            lower_bound,
            "share",
            "The trap rate that is certain at 95 %: the lower bound of the rate.",
            direction=1,
            windows=_DAYS_AND_UP,
            takes=("trap_hit", "attempts"),
        ),
        Feature(
            "hard_bounce_surprise",
            lambda hard_bounce_24h, attempts_24h, hard_bounce_30d, attempts_30d: _surprise(
                HARD_BOUNCE, hard_bounce_24h, attempts_24h, hard_bounce_30d, attempts_30d
            ),
            "standard deviations",
            "Hard bounces of the last day above the own rate of the 29 days before.",
        ),
        Feature(
            "block_surprise",
            lambda block_bounce_24h, attempts_24h, block_bounce_30d, attempts_30d: _surprise(
                BLOCK_BOUNCE, block_bounce_24h, attempts_24h, block_bounce_30d, attempts_30d
            ),
            "standard deviations",
            "Blocks of the last day above the own rate of the 29 days before.",
        ),
        Feature(
            "deferral_surprise",
            lambda deferred_24h, attempts_24h, deferred_30d, attempts_30d: _surprise(
                DEFERRED, deferred_24h, attempts_24h, deferred_30d, attempts_30d
            ),
            "standard deviations",
            "Deferrals of the last day above the own rate of the 29 days before.",
        ),
        Feature(
            "complaint_surprise",
            lambda complaint_24h, accepted_24h, complaint_30d, accepted_30d: _surprise(
                COMPLAINT, complaint_24h, accepted_24h, complaint_30d, accepted_30d
            ),
            "standard deviations",
            "Complaints of the last day above the own rate of the 29 days before.",
        ),
        Feature(
            "hard_share_of_bounces",
            lambda hard_bounce, soft_bounce, block_bounce: smoothed(
                hard_bounce, hard_bounce + soft_bounce + block_bounce, _HARD_OF_BOUNCES
            ),
            "share",
            "Hard bounces out of all bounces, smoothed: dead addresses rather than full ones.",
            windows=("7d", "30d"),
        ),
        Feature(
            "block_share_of_bounces",
            lambda hard_bounce, soft_bounce, block_bounce: smoothed(
                block_bounce, hard_bounce + soft_bounce + block_bounce, _BLOCK_OF_BOUNCES
            ),
            "share",
            "Blocks out of all bounces, smoothed: refused for what is sent rather than to whom.",
            windows=("7d", "30d"),
        ),
        Feature(
            "worst_provider_hard_bounce_rate",
            itself,
            "share",
            "The largest smoothed hard-bounce rate at any one mailbox provider in 7 days.",
            direction=1,
            takes=("worst_provider_hard_bounce_rate",),
        ),
        Feature(
            "worst_provider_block_rate",
            itself,
            "share",
            "The largest smoothed block rate at any one mailbox provider in 7 days.",
            direction=1,
            takes=("worst_provider_block_rate",),
        ),
        Feature(
            "worst_provider_complaint_rate",
            itself,
            "share",
            "The largest smoothed complaint rate at any one mailbox provider in 7 days.",
            direction=1,
            takes=("worst_provider_complaint_rate",),
        ),
        Feature(
            "worst_provider_deferral_rate",
            itself,
            "share",
            "The largest smoothed deferral rate at any one mailbox provider in 7 days.",
            takes=("worst_provider_deferral_rate",),
        ),
    ),
)
