"""What is said of a push that no reason may name: its own reason would say what is not so."""

from models.reasons.claim import ALWAYS, missing
from models.reasons.reason import Reason

_FAMILY = "general"

FACTS_UNKNOWN = Reason(
    "FACTS_UNKNOWN",
    _FAMILY,
    (),
    "Some facts that help to judge are not known, or do not exist yet.",
    "Complete your profile, import lists with the times and sources of opt-in, and send the message along.",
    claim=missing(),
)
FACTS_TOGETHER = Reason(
    "FACTS_TOGETHER",
    _FAMILY,
    (),
    "Facts that say nothing bad by themselves raise the risk together with the others.",
    "None of them has to be changed; tell support who you are and what you plan to send.",
    claim=ALWAYS,
)
# Asked in this order of a push whose own reasons do not hold; the last one always does.
GENERAL = (FACTS_UNKNOWN, FACTS_TOGETHER)
