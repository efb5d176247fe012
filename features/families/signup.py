"""What an account says of itself, how old it is, and how soon it sends."""

import numpy as np

from features.catalogue import Family, Feature, itself
from features.rates import ratio
from features.records import Subject

SIGNUP = Family(
    name="signup",
    meaning="Sign-up facts: owner, plan, payment, countries, what was declared, age, first mails.",
    subjects=frozenset(Subject),
    features=(
        Feature(
            "account_age_days",
            itself,
            "days",
            "Days since the account was created.",
            direction=-1,
            takes=("account_age_days",),
        ),
        Feature(
            "paid",
            itself,
            "0 or 1",
            "Whether the account pays.",
            direction=-1,
            takes=("paid",),
        ),
        Feature(
            "plan_trial",
            itself,
            "0 or 1",
            "Whether the plan is a trial, free or test plan.",
            direction=1,
            takes=("plan_trial",),
        ),
        Feature(
            "payment_known",
            itself,
            "0 or 1",
            "Whether a means of payment is on record.",
            takes=("payment_known",),
        ),
        Feature(
            "subaccount",
            itself,
            "0 or 1",
            "Whether the account belongs to a parent account.",
            takes=("subaccount",),
        ),
        Feature(
            "signup_facts_known",
            itself,
            "share",
            "Share of the optional sign-up facts that are given.",
            takes=("signup_facts_known",),
        ),
        Feature(
            "owner_free_mail",
            itself,
            "0 or 1",
            "Whether the owner signed up with a free-mail address.",
            takes=("owner_free_mail",),
        ),
        Feature(
            "owner_disposable",
            itself,
            "0 or 1",
            "Whether the owner signed up with a throw-away address.",
            direction=1,
            takes=("owner_disposable",),
        ),
        Feature(
            "owner_website_aligned",
            itself,
            "0 or 1",
            "Whether the owner's own mail domain is that of the website.",
            direction=-1,
            takes=("owner_website_aligned",),
        ),
        Feature(
            "website_known",
            itself,
            "0 or 1",
            "Whether a website is given.",
            takes=("website_known",),
        ),
        Feature(
            "phone_country_differs",
            itself,
            "0 or 1",
            "Whether the phone number's country is not the account's.",
            direction=1,
            takes=("phone_country_differs",),
        ),
        Feature(
            "declared_bought_list",
            itself,
            "0 or 1",
            "Whether the declared source of the list is bought, rented, scraped or third-party.",
            direction=1,
            takes=("declared_bought_list",),
        ),
        Feature(
            "declared_watched_trade",
            itself,
            "0 or 1",
            "Whether the declared industry is one that ESPs' terms refuse or watch.",
            direction=1,
            takes=("declared_watched_trade",),
        ),
        Feature(
            "sent_over_declared",
            lambda attempts_30d, declared_monthly_volume: np.log2(
                ratio(attempts_30d + 100, np.maximum(declared_monthly_volume, 0) + 100)
            ),
            "doublings",
            "Mails tried in 30 days against the declared monthly volume, 100 added to both.",
        ),
        Feature(
            "hours_to_first_send",
            itself,
            "hours",
            "Hours from sign-up to the first mail; most spammers are quick (Mailgun).",
            takes=("hours_to_first_send",),
        ),
        Feature(
            "hours_to_thousandth",
            itself,
            "hours",
            "Hours from sign-up to the 1,000th mail.",
            takes=("hours_to_thousandth",),
        ),
        Feature(
            "hours_first_to_thousandth",
            itself,
            "hours",
            "Hours from the first to the 1,000th mail.",
            takes=("hours_first_to_thousandth",),
        ),
        Feature(
            "hours_since_first_send",
            itself,
            "hours",
            "Hours since the first mail: how long there was time for complaints to come.",
            takes=("hours_since_first_send",),
        ),
    ),
)
