"""What the shipped policy does on the shipped catalogue, rule by rule."""

import math

import pytest

from features.catalogue import Catalogue, load_catalogue
from features.records import Stream, Subject
from models.decision import Forecast, Interval
from models.policy import Context, Policy, default_policy_text, load_policy
from models.policy.policy import Case
from models.scores import Scores, split_risk

ZERO = Interval(mean=0.0, low=0.0, high=0.0)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="module")
def policy(catalogue: Catalogue) -> Policy:
    return load_policy(default_policy_text(), catalogue)


def case(
    risk: float = 0.02, malice: float = 0.0, subject: Subject = Subject.CAMPAIGN, **facts: float
) -> Case:
    """A campaign of an old, paying account; `facts` are features, or facts beside them."""
    low = facts.pop("forecast_low", 0.0), facts.pop("forecast_complaint_low", 0.0)
    forecast = Forecast(
        hard_bounce_rate=Interval(mean=low[0], low=low[0], high=1.0),
        complaint_rate=Interval(mean=low[1], low=low[1], high=1.0),
    )
    stream = Stream.TRANSACTIONAL if facts.pop("transactional", 0) else Stream.BROADCAST
    context = Context(
        stream=stream,
        recipients=int(facts.pop("recipients", 5_000)),
        paid=bool(facts.pop("paid", 1)),
        account_age_days=facts.pop("account_age_days", 900.0),
        tied_case_open=bool(facts.pop("tied_case_open", 0)),
    )
    return Case(subject, context, Scores(risk, *split_risk(risk, malice), forecast), facts)


@pytest.mark.parametrize(
    ("given", "action", "rule"),
    [
        (case(), "allow", None),
        (case(hard_bounce_lower_7d=0.049), "allow", None),
        (case(hard_bounce_lower_7d=0.06), "throttle", "bounces_over_review"),
        (case(hard_bounce_lower_7d=0.11), "throttle", "bounces_over_review"),
        (case(0.25, hard_bounce_lower_7d=0.11), "review", "bounces_over_pause"),
        (case(0.25, hard_bounce_lower_7d=0.11, transactional=1), "allow", None),
        (case(math.nan, math.nan, hard_bounce_lower_7d=0.11), "review", "bounces_over_pause"),
        (case(complaint_lower_7d=0.0012), "throttle", "complaints_over_review"),
        (case(0.25, complaint_lower_7d=0.006), "review", "complaints_over_pause"),
        (case(block_lower_24h=0.2), "throttle", "blocked_by_providers"),
        (case(trap_lower_30d=0.001), "throttle", "traps_hit"),
        (case(forecast_low=0.06), "throttle", "forecast_bounces_over_review"),
        (case(0.25, forecast_low=0.11), "review", "forecast_bounces_over_pause"),
        (
            case(0.25, subject=Subject.LIST, forecast_low=0.11),
            "review",
            "forecast_bounces_over_pause",
        ),
        (case(forecast_complaint_low=0.004), "throttle", "forecast_complaints"),
        (case(list_overlap_bad_list_max=0.3), "review", "known_bad_list"),
        (case(subject=Subject.LIST, list_overlap_bad_list_max=0.3), "review", "known_bad_list"),
        (case(list_overlap_bad_list_max=0.2), "allow", None),
        (case(list_overlap_bad_list_max=0.3, transactional=1), "allow", None),
        (case(list_no_mail_share=0.12), "review", "domains_without_mail"),
        (case(subject=Subject.LIST, list_no_mail_share=0.12), "review", "domains_without_mail"),
        (case(list_no_mail_share=0.08), "allow", None),
        (case(list_no_mail_share=math.nan), "allow", None),
        (case(0.3, tied_case_open=1), "review", "tied_case_open"),
        (case(0.1, tied_case_open=1), "allow", None),
        (case(0.3, tied_case_open=1, transactional=1), "allow", None),
        (case(account_age_days=1.0, paid=0), "throttle", "new_and_unpaid"),
        (case(account_age_days=1.0, paid=0, recipients=100), "allow", None),
        (case(account_age_days=1.0), "allow", None),
        (case(0.99, 0.99), "review", None),
        (case(0.99, 0.99, close_flagged=2.0), "terminate", "certain_and_corroborated"),
        (case(0.99, 0.90, close_flagged=2.0), "review", None),
        (
            case(0.99, 0.99, subject=Subject.ACCOUNT, complaint_lower_30d=0.01),
            "terminate",
            "certain_and_corroborated",
        ),
    ],
)
def test_rules(policy: Policy, given: Case, action: str, rule: str | None) -> None:
    judged = policy.judge(given)
    assert judged.kind.name == action
    named = [name for name in judged.fired if "." not in name]
    assert (rule in named) if rule else named == []


def test_one_bounce_of_thirteen_does_nothing(policy: Policy) -> None:
    import numpy as np

    from features.rates import lower_bound

    bound = float(lower_bound(np.array(1.0), np.array(13.0)))
    assert policy.judge(case(hard_bounce_lower_7d=bound)).kind.name == "allow"
