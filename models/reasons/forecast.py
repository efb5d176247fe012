"""Reasons that policy rules state about a forecast; no feature speaks for them."""

from models.reasons.reason import Reason

_FAMILY = "forecast"

FORECAST_HARD_BOUNCES = Reason(
    "FORECAST_HARD_BOUNCES",
    _FAMILY,
    (),
    "Too many of the recipients are expected to bounce.",
    "Leave out the worst segments of the assessment, or confirm old addresses before you send.",
)
FORECAST_COMPLAINTS = Reason(
    "FORECAST_COMPLAINTS",
    _FAMILY,
    (),
    "Too many of the recipients are expected to report the mail as spam.",
    "Send only to people who engaged lately, and remind them where they signed up.",
)
