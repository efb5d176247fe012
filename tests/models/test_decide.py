"""A decision is a pure function of question, bundle and policy."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import numpy as np
import pytest

from features.records import Stream, Subject
from models.bundle import Bundle
from models.calibration import Calibration
from models.decide import Context, Question, VectorMismatch, decide, explain_decision
from models.decision import Action, Decision, SubjectRef
from models.heads import RISK, head_name
from models.policy import Policy

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
GOOD = (0.0, 1.0, 0.0, 1.0, 1.0)
BAD = (1.0, 0.0, 1.0, 0.0, 0.0)


@pytest.fixture
def policy(toy_policy: Policy) -> Policy:
    return toy_policy


def asked(
    bundle: Bundle,
    row: tuple[float, ...] | None = GOOD,
    subject: Subject = Subject.CAMPAIGN,
    missing: tuple[str, ...] = (),
    **context: Any,
) -> Question:
    return Question(
        decision_id="d1",
        subject=SubjectRef(type=subject, id="s1"),
        account_id="a1",
        as_of=NOW,
        names=bundle.catalogue.names(subject),
        row=None if row is None else np.array(row),
        context=Context(
            **(
                {
                    "stream": Stream.BROADCAST,
                    "recipients": 1_000,
                    "paid": True,
                    "account_age_days": 400.0,
                }
                | context
            )
        ),
        missing=missing,
    )


def test_a_good_campaign_is_allowed_without_reasons(toy_bundle: Bundle, policy: Policy) -> None:
    decision = decide(asked(toy_bundle), toy_bundle, policy)
    assert (decision.action, decision.limits, decision.reasons) == ("allow", None, ())
    assert decision.rules == ()
    assert decision.forecast is not None
    assert decision.valid_until == NOW + timedelta(hours=1)
    assert decision.vector == GOOD
    assert not decision.degraded
    assert decision.malicious + decision.careless == decision.risk


def test_a_bad_campaign_is_held_and_explained(toy_bundle: Bundle, policy: Policy) -> None:
    decision = decide(asked(toy_bundle, BAD), toy_bundle, policy)
    assert decision.action in {"review", "terminate"}
    assert decision.limits is None
    assert "broadcast.risk.review" in decision.rules
    assert sum(reason.weight for reason in decision.reasons) > 0
    weights = [reason.weight for reason in decision.reasons]
    assert weights == sorted(weights, reverse=True)


def test_the_same_question_has_the_same_answer(toy_bundle: Bundle, policy: Policy) -> None:
    first = decide(asked(toy_bundle, BAD), toy_bundle, policy)
    assert decide(asked(toy_bundle, BAD), toy_bundle, policy) == first
    packed = msgspec.json.encode(first)
    assert msgspec.json.decode(packed, type=Decision) == first


@pytest.mark.parametrize("subject", Subject)
@pytest.mark.parametrize("row", [GOOD, None])
def test_without_a_model_the_fallback_decides(
    toy_bundle: Bundle, policy: Policy, subject: Subject, row: tuple[float, ...] | None
) -> None:
    decision = decide(asked(toy_bundle, row, subject), None, policy)
    assert decision.degraded
    assert decision.risk == policy.risk_unknown
    assert decision.malicious + decision.careless == decision.risk
    assert decision.model_version == "none"
    codes = [reason.code for reason in decision.reasons]
    assert "MODEL_UNAVAILABLE" in codes
    assert ("STORE_UNAVAILABLE" in codes) == (row is None)
    assert decision.action == ("allow" if subject is Subject.LIST else "throttle")


def test_unknown_list_facts_alone_do_not_stop_good_mail(toy_bundle: Bundle, policy: Policy) -> None:
    decision = decide(asked(toy_bundle, missing=("list_facts",)), toy_bundle, policy)
    assert decision.action == "allow"
    assert decision.degraded
    assert [reason.code for reason in decision.reasons] == ["LIST_FACTS_UNKNOWN"]


def test_an_unknown_gap_is_a_programming_error(toy_bundle: Bundle, policy: Policy) -> None:
    with pytest.raises(ValueError, match="moon"):
        decide(asked(toy_bundle, missing=("moon",)), toy_bundle, policy)


def test_names_of_another_catalogue_are_refused(toy_bundle: Bundle, policy: Policy) -> None:
    question = asked(toy_bundle)
    odd = Question(**(vars(question) | {"names": tuple(reversed(question.names))}))
    with pytest.raises(ValueError, match="not the catalogue's"):
        decide(odd, toy_bundle, policy)


def test_explaining_later_equals_explaining_at_once(toy_bundle: Bundle, policy: Policy) -> None:
    decision = decide(asked(toy_bundle, GOOD), toy_bundle, policy)
    later = explain_decision(decision, toy_bundle)
    assert later == toy_bundle.explain(Subject.CAMPAIGN, np.array(GOOD))
    changed = msgspec.structs.replace(decision, feature_set="other")
    with pytest.raises(VectorMismatch, match="feature set other"):
        explain_decision(changed, toy_bundle)


def test_a_verdict_that_nothing_pushed_to_still_has_a_reason(
    toy_bundle: Bundle, policy: Policy
) -> None:
    """All that is known of the row lowers the risk, and the base rate alone is in the band."""
    name = head_name(Subject.CAMPAIGN, RISK)
    certain = replace(toy_bundle.heads[name], calibration=Calibration.platt(0.01, 3.0))
    bundle = replace(toy_bundle, heads={**toy_bundle.heads, name: certain})
    assert bundle.explain(Subject.CAMPAIGN, np.array(GOOD)) == ()
    decision = decide(asked(bundle, GOOD), bundle, policy)
    assert decision.action != "allow"
    assert [reason.code for reason in decision.reasons] == ["POLICY_RULE"]


def test_limits_come_with_a_throttle_only(toy_bundle: Bundle, policy: Policy) -> None:
    for share in np.linspace(0, 1, 40):
        row = (float(share), 1 - float(share), float(share), 0.5, 1.0)
        decision = decide(asked(toy_bundle, row), toy_bundle, policy)
        assert (decision.limits is not None) == (decision.action == Action.THROTTLE.label)
