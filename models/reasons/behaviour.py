"""Reasons from how the account's mail has fared so far."""

from typing import Final

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
)
from models.reasons.claim import above, apart, below, less, more, where
from models.reasons.reason import Reason

_FAMILY = "behaviour"
# Standard deviations of a last day that is not chance.
_SURPRISING: Final = 1.0
# Doublings within which readers open as they did.
_TREND: Final = 0.2
# log10 of 100 mails.
_HUNDRED: Final = 2.0

HARD_BOUNCES = Reason(
    "HARD_BOUNCES",
    _FAMILY,
    (
        "hard_bounce_rate_*",
        "hard_bounce_z_*",
        "hard_bounce_lower_*",
        "hard_bounce_surprise",
        "hard_share_of_bounces_*",
        "worst_provider_hard_bounce_rate",
    ),
    "More mails than usual bounced because the address does not exist.",
    "Remove addresses that bounced or have not engaged for a year; confirm new sign-ups by mail.",
    claim=more(HARD_BOUNCE.rate),
    claims={
        "hard_bounce_z_*": more(0),
        "hard_bounce_lower_*": more(0),
        "hard_bounce_surprise": more(_SURPRISING),
        # Of few bounces, all may be hard.
        "hard_share_of_bounces_*": more() & where("hard_bounce_rate_30d", more(HARD_BOUNCE.rate)),
    },
)
SOFT_BOUNCES = Reason(
    "SOFT_BOUNCES",
    _FAMILY,
    ("soft_bounce_rate_*",),
    "Mailboxes that are full or away are unusually many or few.",
    "Remove addresses that keep bouncing over several sends.",
    claim=apart(SOFT_BOUNCE.rate),
)
BLOCKED_BY_PROVIDERS = Reason(
    "BLOCKED_BY_PROVIDERS",
    _FAMILY,
    (
        "block_rate_*",
        "block_z_*",
        "block_lower_*",
        "block_surprise",
        "block_share_of_bounces_*",
        "worst_provider_block_rate",
    ),
    "Mailbox providers refused mail because of its sender or content.",
    "Pause, read the bounce texts, send first to readers who opened lately, and check authentication.",
    claim=more(BLOCK_BOUNCE.rate),
    claims={
        "block_z_*": more(0),
        "block_lower_*": more(0),
        "block_surprise": more(_SURPRISING),
        "block_share_of_bounces_*": more() & where("block_rate_30d", more(BLOCK_BOUNCE.rate)),
    },
)
DEFERRED_BY_PROVIDERS = Reason(
    "DEFERRED_BY_PROVIDERS",
    _FAMILY,
    ("deferral_rate_*", "deferral_z_*", "deferral_surprise", "worst_provider_deferral_rate"),
    "Mailbox providers slowed the mail down.",
    "Send more slowly and grow in steps; begin with your most active readers.",
    claim=more(DEFERRED.rate),
    claims={"deferral_z_*": more(0), "deferral_surprise": more(_SURPRISING)},
)
COMPLAINTS = Reason(
    "COMPLAINTS",
    _FAMILY,
    (
        "complaint_rate_*",
        "complaint_z_*",
        "complaint_lower_*",
        "complaint_surprise",
        "complaints_per_open",
        "worst_provider_complaint_rate",
    ),
    "Readers reported the mail as spam.",
    "Write only to people who asked for it, remind them where they signed up, and make leaving easy.",
    claim=more(COMPLAINT.rate),
    claims={
        "complaint_z_*": more(0),
        "complaint_lower_*": more(0),
        "complaint_surprise": more(_SURPRISING),
        # What no complaint and no open give.
        "complaints_per_open": more(0.001),
    },
)
SPAM_TRAPS = Reason(
    "SPAM_TRAPS",
    _FAMILY,
    ("trap_rate_*", "trap_lower_*"),
    "Mail reached addresses that never sign up for anything.",
    "Remove everyone who has not opened or clicked for six months, and confirm new sign-ups by mail.",
    hidden_value=True,
    claim=more(TRAP_HIT.rate),
    claims={"trap_lower_*": above(0)},
)
RATES_NEAR_LIMITS = Reason(
    "RATES_NEAR_LIMITS",
    _FAMILY,
    ("hard_bounce_just_under_*", "complaint_just_under_*"),
    "Rates stay unusually close to the usual limits.",
    "Clean the list: a well-kept one stays far below every limit.",
    hidden_value=True,
    claim=more(0.5),
)
UNSUBSCRIBES = Reason(
    "UNSUBSCRIBES",
    _FAMILY,
    ("unsubscribe_rate_*", "unsubscribes_per_click"),
    "The number of readers who leave is unusual.",
    "Send less often, and what people signed up for.",
    claim=apart(UNSUBSCRIBE.rate),
    # What no unsubscription and no click give.
    claims={"unsubscribes_per_click": apart(0.1)},
)
ENGAGEMENT = Reason(
    "ENGAGEMENT",
    _FAMILY,
    ("open_rate_*", "click_rate_*", "engagement_trend"),
    "How readers open and click is unlike that of wanted mail.",
    "Send to people who engaged in the last months, and ask the others once whether they want to stay.",
    claim=less(OPEN.rate),
    claims={
        "click_rate_*": apart(CLICK.rate),
        "engagement_trend": above(_TREND) | below(-_TREND),
    },
)
VOLUME_JUMP = Reason(
    "VOLUME_JUMP",
    _FAMILY,
    ("spike_24h", "growth_7d", "burst_1h"),
    "The volume grew faster than usual.",
    "Spread large sends over several days; double at most from one to the next.",
    claim=more(0),
    claims={"burst_1h": more(1 / 24)},
)
VOLUME = Reason(
    "VOLUME",
    _FAMILY,
    ("mails_*", "mails_for_age"),
    "The amount of mail so far stands out.",
    "Tell support what you plan to send; a steady rhythm is easiest to trust.",
    claim=apart(),
    # 100 mails are added, so as many must be real before the number says anything.
    claims={"mails_for_age": less() | more(by=1) & where("mails_30d", above(_HUNDRED))},
)
PROVIDER_MIX = Reason(
    "PROVIDER_MIX",
    _FAMILY,
    ("providers", "top_provider_share"),
    "The spread of recipients over mailbox providers is unusual.",
    "Check where the addresses come from; lists that people join themselves have a natural mix.",
    claim=apart(),
)
