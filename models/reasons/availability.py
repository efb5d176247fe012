"""Reasons for a decision taken without something, or under a standing action."""

from models.reasons.reason import Reason

MODEL_UNAVAILABLE = Reason(
    "MODEL_UNAVAILABLE",
    "availability",
    (),
    "The risk model could not be reached, so a cautious default was used.",
    "Ask again in a few minutes; nothing in the mail itself caused this.",
)
STORE_UNAVAILABLE = Reason(
    "STORE_UNAVAILABLE",
    "availability",
    (),
    "The history of the account could not be read, so a cautious default was used.",
    "Ask again in a few minutes; nothing in the mail itself caused this.",
)
LIST_FACTS_UNKNOWN = Reason(
    "LIST_FACTS_UNKNOWN",
    "availability",
    (),
    "Nothing is known about the list that this campaign goes to.",
    "Import the list, or name its list_ids with the campaign, so that it can be assessed.",
)
CONTENT_UNKNOWN = Reason(
    "CONTENT_UNKNOWN",
    "availability",
    (),
    "The message was not given or could not be read.",
    "Send the message along with the request.",
)
ACCOUNT_STANDING = Reason(
    "ACCOUNT_STANDING",
    "availability",
    (),
    "An earlier decision on this account is still in force.",
    "Settle the earlier decision first: answer its reasons, or appeal against it.",
)
VOLUME_USED_UP = Reason(
    "VOLUME_USED_UP",
    "policy",
    (),
    "The volume that the account may send in this hour or day is used up.",
    "Wait for the time given. The volume grows from day to day while the mail is wanted; related trial accounts share one.",
)
SAMPLE_UNLIKE_LIST = Reason(
    "SAMPLE_UNLIKE_LIST",
    "policy",
    (),
    "The mail sent so far goes to other mailbox providers than the list as a whole.",
    "Pick the recipients of each stage at random from the whole list.",
)
PAST_ITS_USE = Reason(
    "PAST_ITS_USE",
    "policy",
    (),
    "The rest of this campaign was held for so long that it is no longer worth sending.",
    "If it still is, send it as a new campaign.",
)
POLICY_RULE = Reason(
    "POLICY_RULE",
    "policy",
    (),
    "A rule of this platform's sending policy applies.",
    "Ask support which rule it is and what it needs.",
)
