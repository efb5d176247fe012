"""Reasons from sign-up facts, the account's age and how soon it sends."""

from typing import Final

from models.reasons.claim import above, apart, below, less, missing, more, where
from models.reasons.reason import Reason

_FAMILY = "signup"
_YOUNG: Final = less() | below(30)

ACCOUNT_NEW = Reason(
    "ACCOUNT_NEW",
    _FAMILY,
    ("account_age_days", "age_at_send_days"),
    "The account is younger than usual, or less than a month old.",
    "Start with small sends to people who asked for your mail; limits grow with every good send.",
    claim=_YOUNG,
    # 100 mails are added to these: of a young account that sends little they tell its age.
    steps_in={
        "mails_for_age": more() & where("account_age_days", _YOUNG),
        "recipients_for_age": more() & where("age_at_send_days", _YOUNG),
    },
)
ACCOUNT_UNPAID = Reason(
    "ACCOUNT_UNPAID",
    _FAMILY,
    ("paid", "plan_trial", "payment_known"),
    "The account is on a free or trial plan, or has no means of payment on record.",
    "Add a means of payment or choose a paid plan.",
    claim=below(0.5),
    claims={"plan_trial": above(0.5)},
)
ACCOUNT_PARENT = Reason(
    "ACCOUNT_PARENT",
    _FAMILY,
    ("subaccount",),
    "How the account relates to a parent account stands out.",
    "Ask the parent account to confirm that it knows what you send and to whom.",
    claim=apart(),
)
SIGNUP_INCOMPLETE = Reason(
    "SIGNUP_INCOMPLETE",
    _FAMILY,
    ("signup_facts_known", "website_known"),
    "Less than usual is known about the business behind the account.",
    "Complete the profile: website, country, phone, industry and where your recipients come from.",
    claim=less(),
)
OWNER_FREE_MAIL = Reason(
    "OWNER_FREE_MAIL",
    _FAMILY,
    ("owner_free_mail",),
    "The owner signed up with a free-mail address.",
    "Use an address at your organisation's own domain.",
    claim=above(0.5),
)
OWNER_DISPOSABLE = Reason(
    "OWNER_DISPOSABLE",
    _FAMILY,
    ("owner_disposable",),
    "The owner signed up with a throw-away address.",
    "Use a lasting address at your organisation's own domain.",
    claim=above(0.5),
)
OWNER_WEBSITE = Reason(
    "OWNER_WEBSITE",
    _FAMILY,
    ("owner_website_aligned",),
    "The owner's address and the website belong to different domains.",
    "Use an address at the domain of your website, or correct the website in your profile.",
    claim=below(0.5),
)
COUNTRY_MISMATCH = Reason(
    "COUNTRY_MISMATCH",
    _FAMILY,
    ("phone_country_differs",),
    "Countries in the profile disagree.",
    "Check country and phone number in your profile; tell support when both are right.",
    claim=above(0.5),
)
DECLARED_LIST_SOURCE = Reason(
    "DECLARED_LIST_SOURCE",
    _FAMILY,
    ("declared_bought_list",),
    "The declared source of the recipients is not one where they asked for your mail.",
    "Send only to people who signed up with you; bought, rented or collected lists are not accepted.",
    claim=above(0.5),
)
DECLARED_TRADE = Reason(
    "DECLARED_TRADE",
    _FAMILY,
    ("declared_watched_trade",),
    "The declared industry is one that mailbox providers watch closely.",
    "Check that the terms of service allow what you offer, and be ready to show permission.",
    claim=above(0.5),
)
VOLUME_OVER_DECLARED = Reason(
    "VOLUME_OVER_DECLARED",
    _FAMILY,
    ("sent_over_declared",),
    "The volume is above what was declared at sign-up.",
    "Correct the monthly volume in your profile, and announce larger sends beforehand.",
    claim=above(0),
)
SENDING_SOON_AFTER_SIGNUP = Reason(
    "SENDING_SOON_AFTER_SIGNUP",
    _FAMILY,
    ("hours_to_first_send", "hours_to_thousandth", "hours_first_to_thousandth"),
    "The first mails came sooner after sign-up, or faster, than usual.",
    "Grow in steps: begin with your most recent, most active subscribers.",
    hidden_value=True,
    claim=less(),
)
HISTORY_SHORT = Reason(
    "HISTORY_SHORT",
    _FAMILY,
    ("hours_since_first_send",),
    "The account has little sending history to judge by.",
    "Nothing is wrong with that; limits rise as good sends add up.",
    # Unknown where the account has sent nothing yet.
    claim=less() | missing(),
)
