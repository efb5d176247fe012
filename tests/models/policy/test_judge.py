"""What a policy calls for: severities, lanes, standing, fallbacks, limits."""

import math
import threading
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.records import Stream, Subject
from models.decision import Forecast
from models.policy import Context, Policy
from models.policy.action import action_kinds
from models.policy.policy import Case, Lane, Missing
from models.scores import Scores, split_risk

ROW = {
    "trap_share": 0.0,
    "domain_age_days": 400.0,
    "bounce_lower": 0.0,
    "open_share": 0.3,
    "is_paid": 1.0,
}


@pytest.fixture(scope="module")
def default(toy_policy: Policy) -> Policy:
    """The default policy but for its rules."""
    return toy_policy


@pytest.fixture(scope="module")
def with_rules(policy_with: Callable[..., Policy]) -> Callable[..., Policy]:
    return policy_with


def case(
    risk: float = 0.0,
    malice: float = 0.0,
    subject: Subject = Subject.CAMPAIGN,
    forecast: Forecast | None = None,
    values: dict[str, float] | None = None,
    missing: tuple[str, ...] = (),
    **context: object,
) -> Case:
    known = {"stream": Stream.BROADCAST, "recipients": 500, "paid": True, "account_age_days": 900.0}
    return Case(
        subject,
        Context(**(known | context)),  # type: ignore[arg-type]
        Scores(risk, *split_risk(risk, malice), forecast),
        ROW | (values or {}),
        missing,
    )


@pytest.mark.parametrize(
    ("given_", "action", "fired"),
    [
        (case(0.0), "allow", ()),
        (case(0.12), "throttle", ("broadcast.risk.throttle",)),
        (case(0.11999), "allow", ()),
        (case(0.40), "trickle", ("broadcast.risk.trickle",)),
        (case(0.87), "review", ("broadcast.risk.review",)),
        (case(0.82, 1.0), "review", ("broadcast.risk.trickle", "broadcast.malicious.review")),
        (case(0.60, stream=Stream.TRANSACTIONAL), "throttle", ("transactional.risk.throttle",)),
        (case(0.87, stream=None), "review", ("broadcast.risk.review",)),
        (case(0.60, subject=Subject.LIST), "throttle", ("list.risk.throttle",)),
        (
            case(0.99, 1.0, subject=Subject.LIST),
            "review",
            ("list.risk.review", "list.malicious.review"),
        ),
        (
            case(0.99, 1.0),
            "terminate",
            ("broadcast.risk.review", "broadcast.malicious.review", "certain_malice"),
        ),
        (case(math.nan, math.nan), "allow", ()),
    ],
)
def test_bands_and_lanes(
    default: Policy, given_: Case, action: str, fired: tuple[str, ...]
) -> None:
    judged = default.judge(given_)
    assert (judged.kind.name, judged.fired) == (action, fired)


@pytest.mark.parametrize(
    ("when", "holds"),
    [
        ("trap_share > 0.5", False),
        ("trap_share >= 0", True),
        ("!known(trap_share)", False),
        ("known(open_share) && open_share < 1", True),
        ("recipients == 500", True),
        ("recipients > 499 && recipients < 5e2 + 1", True),
        ("paid && !unpaid", True),
        ("stream == 'broadcast' && subject == 'campaign'", True),
        ("standing == ''", True),
        ("stream in ['a', 'b']", False),
        ("account_age_days > 100", True),
        ("forecast_hard_bounce_low > 0 || true", True),
        ("known(forecast_hard_bounce_low)", False),
    ],
)
def test_what_rules_see(with_rules: Callable[..., Policy], when: str, holds: bool) -> None:
    judged = with_rules({"when": f'"{when}"'}).judge(case())
    assert ("rule_0" in judged.fired) == holds


@pytest.mark.parametrize(
    "when", ["bounce_lower > 0.05", "bounce_lower < 0.05", "bounce_lower == 0"]
)
def test_a_comparison_with_something_unknown_is_false(
    with_rules: Callable[..., Policy], when: str
) -> None:
    unknown = case(values={"bounce_lower": math.nan})
    assert with_rules({"when": when}).judge(unknown).fired == ()
    missing = replace(unknown, values={})
    assert with_rules({"when": when}).judge(missing).fired == ()


def test_unknown_facts_are_unknown_to_rules(with_rules: Callable[..., Policy]) -> None:
    policy = with_rules({"when": "paid || unpaid || known(recipients)"})
    assert policy.judge(case(paid=None, recipients=None)).fired == ()


def test_a_shadow_rule_only_says_so(with_rules: Callable[..., Policy]) -> None:
    policy = with_rules({"when": "recipients > 1", "shadow": "true"})
    judged = policy.judge(case())
    assert (judged.kind.name, judged.fired) == ("allow", ("shadow:rule_0",))


def test_a_rule_that_cannot_be_evaluated_is_named_and_does_nothing(
    with_rules: Callable[..., Policy],
) -> None:
    policy = with_rules({"when": "\"{'a': true}[stream]\""}, {"when": "paid", "action": "throttle"})
    judged = policy.judge(case())
    assert judged.fired == ("rule_1", "error:rule_0")


@pytest.mark.parametrize(
    ("standing", "risk", "stream", "action"),
    [
        (None, 0.3, Stream.BROADCAST, "throttle"),
        ("allow", 0.3, Stream.BROADCAST, "throttle"),
        ("review", 0.41, Stream.BROADCAST, "review"),
        ("review", 0.39, Stream.BROADCAST, "trickle"),
        ("review", 0.05, Stream.BROADCAST, "allow"),
        ("review", 0.41, Stream.TRANSACTIONAL, "throttle"),
        ("terminate", 0.0, Stream.TRANSACTIONAL, "terminate"),
        ("throttle", 0.11, Stream.BROADCAST, "throttle"),
        ("throttle", 0.09, Stream.BROADCAST, "allow"),
    ],
)
def test_standing_lifts_only_below_a_lower_limit(
    default: Policy, standing: str | None, risk: float, stream: Stream, action: str
) -> None:
    judged = default.judge(case(risk, standing=standing, stream=stream))
    assert judged.kind.name == action
    assert ("ACCOUNT_STANDING" in judged.reasons) == any("standing" in f for f in judged.fired)


@pytest.mark.parametrize("missing", Missing)
@pytest.mark.parametrize("lane", Lane)
def test_every_gap_has_a_fallback_in_every_lane(
    default: Policy, missing: Missing, lane: Lane
) -> None:
    campaign = lane in (Lane.BROADCAST, Lane.TRANSACTIONAL)
    asked = case(
        subject=Subject.CAMPAIGN if campaign else Subject(lane.value),
        stream=Stream(lane.value) if campaign else None,
        missing=(missing.value,),
    )
    assert asked.lane is lane
    judged = default.judge(asked)
    assert judged.kind is default.fallbacks[missing][lane]
    assert judged.fired == (f"fallback.{missing.value}",)
    assert judged.kind.severity < action_kinds()["review"].severity


@pytest.mark.parametrize(
    ("age", "risk", "per_day"),
    [
        (0.5, 0.2, 500),
        (math.nan, 0.2, 500),
        (2.0, 0.2, 2_000),
        (30.0, 0.2, 10_000),
        (900.0, 0.2, 50_000),
        (900.0, 0.34, 50_000),
        (900.0, 0.45, 1_000),
    ],
)
def test_limits_by_age_and_risk(default: Policy, age: float, risk: float, per_day: int) -> None:
    judged = default.judge(case(risk, account_age_days=age))
    assert judged.limits is not None
    assert judged.limits.per_day == per_day


SCORES = st.floats(0, 1)
CONTEXTS = st.fixed_dictionaries(
    {
        "stream": st.sampled_from([*Stream, None]),
        "recipients": st.one_of(st.none(), st.integers(0, 10**9)),
        "paid": st.sampled_from([True, False, None]),
        "standing": st.sampled_from([None, "allow", "throttle", "review", "terminate"]),
        "account_age_days": st.one_of(st.just(math.nan), st.floats(0, 5_000)),
    }
)
GAPS = st.sets(st.sampled_from([missing.value for missing in Missing])).map(tuple)


@settings(max_examples=300, deadline=None)
@given(SCORES, SCORES, SCORES, SCORES, st.sampled_from(Subject), CONTEXTS, GAPS)
def test_a_lower_risk_never_gets_a_more_severe_action(
    default: Policy,
    risk: float,
    malicious: float,
    less: float,
    malice: float,
    subject: Subject,
    context: dict[str, object],
    gaps: tuple[str, ...],
) -> None:
    high = replace(
        case(subject=subject, missing=gaps, **context), scores=Scores(risk, malicious * risk, 0.0)
    )
    lower = Scores(risk * less, malicious * risk * less * malice, 0.0)
    low = replace(high, scores=lower)
    assert default.judge(low).kind.severity <= default.judge(high).kind.severity


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(["allow", "throttle", "trickle", "review", "terminate"]), max_size=6),
    st.data(),
)
def test_the_most_severe_of_what_fires_wins(
    with_rules: Callable[..., Policy], actions: list[str], data: st.DataObject
) -> None:
    holds = [data.draw(st.booleans()) for _ in actions]
    rules = [
        {"when": "true" if h else "false", "action": action}
        for action, h in zip(actions, holds, strict=True)
    ]
    judged = with_rules(*rules).judge(case())
    called = [action for action, h in zip(actions, holds, strict=True) if h]
    kinds = action_kinds()
    assert judged.kind.severity == max((kinds[name].severity for name in called), default=0)
    assert len(judged.fired) == len(called)


def test_one_policy_serves_many_threads(default: Policy) -> None:
    wrong: list[str] = []

    def work() -> None:
        for turn in range(300):
            risk = (turn % 10) / 10
            wanted = (
                "allow"
                if risk < 0.12
                else ("throttle" if risk < 0.35 else "trickle" if risk < 0.87 else "review")
            )
            found = default.judge(case(risk)).kind.name
            if found != wanted:
                wrong.append(found)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
