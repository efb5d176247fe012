"""One decision: score, policy, reasons. Pure: the same question, bundle and policy, the same answer."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec
import numpy as np
import numpy.typing as npt

from features.records import Subject
from models.bundle import Bundle
from models.decision import Action, Decision, ReasonGiven, Seen, Shadowed, SubjectRef
from models.explain import MAX_REASONS
from models.policy.policy import Case, Context, Judgement, Missing, Policy
from models.reasons.registry import load_reasons
from models.scores import Scores

__all__ = ["Context", "Question", "VectorMismatch", "decide", "explain_decision"]

Array = npt.NDArray[np.float64]


class VectorMismatch(ValueError):
    """A stored feature row cannot be explained: the features have changed since."""


@dataclass(frozen=True)
class Question:
    """What is to be decided. `row` is `(n_columns,)` in the order of `names`; None is unknown.

    `missing` holds `models.policy.policy.Missing` values: what could not be had.
    """

    decision_id: str
    subject: SubjectRef
    account_id: str
    as_of: datetime
    names: tuple[str, ...]
    row: Array | None
    context: Context
    missing: tuple[str, ...] = ()


def decide(
    question: Question, bundle: Bundle | None, policy: Policy, shadow: Policy | None = None
) -> Decision:
    """Return the decision. Without a model or a row the policy's fallback decides.

    A policy in `shadow` judges the same case; what it would have done is noted, no more.
    """
    subject = question.subject.type
    row, missing = question.row, _missing(question, bundle)
    scores = _scores(bundle, subject, question.names, row)
    values = {} if row is None else dict(zip(question.names, row.tolist(), strict=True))
    case = Case(subject, question.context, scores, values, missing)
    judgement = policy.judge(case)
    shown = scores or Scores(policy.risk_unknown, 0.0, policy.risk_unknown)
    action = judgement.kind.action
    return Decision(
        decision_id=question.decision_id,
        subject=question.subject,
        account_id=question.account_id,
        as_of=question.as_of,
        action=action.label,
        limits=judgement.limits,
        risk=shown.risk,
        malicious=shown.malicious,
        careless=shown.careless,
        forecast=shown.forecast,
        reasons=_reasons(judgement, bundle if scores else None, subject, row),
        rules=judgement.fired,
        policy_version=policy.version,
        model_version=bundle.version if bundle else "none",
        feature_set=policy.feature_sets[subject],
        valid_until=_valid_until(question, policy.valid_for[action]),
        degraded=bool(missing),
        vector=() if row is None else tuple(row.tolist()),
        seen=_seen(question.context, missing),
        shadow=None if shadow is None else _shadowed(shadow, case),
    )


@dataclass(frozen=True)
class Beside:
    """What another bundle would have said: its scores, and the action the policy makes of them."""

    scores: Scores
    action: str


def judge_beside(question: Question, bundle: Bundle, policy: Policy) -> Beside:
    """Return what a bundle would have said of a question that has a row; nothing is explained.

    Raises `VectorMismatch` where the bundle was made for other features.
    """
    subject, row = question.subject.type, question.row
    scores = _scores(bundle, subject, question.names, row)
    if scores is None or row is None:
        raise VectorMismatch("the challenger was made for other features")
    values = dict(zip(question.names, row.tolist(), strict=True))
    missing = _missing(question, bundle)
    kind = policy.judge(Case(subject, question.context, scores, values, missing)).kind
    return Beside(scores, kind.action.label)


def _valid_until(question: Question, valid_for: timedelta) -> datetime:
    """Return until when an answer may be kept: not beyond an exemption that it rests on."""
    ends = (one.expires_at for one in question.context.exemptions)
    return min([question.as_of + valid_for, *ends])


def _seen(context: Context, missing: tuple[str, ...]) -> Seen:
    age = context.account_age_days
    return Seen(
        stream=None if context.stream is None else context.stream.value,
        recipients=context.recipients,
        paid=context.paid,
        standing=context.standing,
        case_open=context.case_open,
        tied_case_open=context.tied_case_open,
        account_age_days=None if math.isnan(age) else age,
        missing=missing,
    )


def _shadowed(policy: Policy, case: Case) -> Shadowed:
    kind = policy.judge(case).kind
    return Shadowed(policy_version=policy.version, action=kind.action.label)


def explain_decision(decision: Decision, bundle: Bundle) -> tuple[ReasonGiven, ...]:
    """Return the reasons of a stored decision from its vector.

    Those already given come back as they are. Raises `VectorMismatch` when the vector was made
    by another set of features than this code's.
    """
    subject = decision.subject.type
    if decision.reasons and decision.action != Action.ALLOW.label:
        return decision.reasons
    if not decision.vector:
        return decision.reasons
    if decision.feature_set != bundle.feature_sets[subject]:
        raise VectorMismatch(
            f"decision {decision.decision_id} rests on feature set {decision.feature_set}, "
            f"this code has {bundle.feature_sets[subject]}"
        )
    explained = bundle.explain(subject, np.array(decision.vector, dtype=np.float64))
    return _merged(decision.reasons, explained)


def _missing(question: Question, bundle: Bundle | None) -> tuple[str, ...]:
    found = dict.fromkeys(question.missing)
    if bundle is None:
        found[Missing.MODEL.value] = None
    if question.row is None:
        found[Missing.STORE.value] = None
    return tuple(found)


def _scores(
    bundle: Bundle | None, subject: Subject, names: tuple[str, ...], row: Array | None
) -> Scores | None:
    if bundle is None or row is None:
        return None
    if names != bundle.catalogue.names(subject):
        raise ValueError(f"the row's names are not the catalogue's for a {subject.value}")
    return bundle.score(subject, row)


def _reasons(
    judgement: Judgement, bundle: Bundle | None, subject: Subject, row: Array | None
) -> tuple[ReasonGiven, ...]:
    """Return what the policy states first, then what moved the model, unless mail may go."""
    stated = tuple(stated_reason(code) for code in judgement.reasons)
    if judgement.kind.action is Action.ALLOW or bundle is None or row is None:
        return stated
    given = _merged(stated, bundle.explain(subject, row))
    # A band can decide while nothing pushes up: what applies then is the policy itself.
    return given or (stated_reason("POLICY_RULE"),)


def _merged(
    stated: tuple[ReasonGiven, ...], explained: tuple[ReasonGiven, ...]
) -> tuple[ReasonGiven, ...]:
    measured = {reason.code: reason for reason in explained}
    first = [
        given if given.code not in measured else _weighted(measured[given.code]) for given in stated
    ]
    codes = {reason.code for reason in first}
    rest = [reason for reason in explained if reason.code not in codes]
    return tuple([*first, *rest][:MAX_REASONS])


def stated_reason(code: str) -> ReasonGiven:
    """Return a reason that a rule, a gap or a release gives: it decided by itself, so its weight is 1."""
    reason = load_reasons().by_code[code]
    return ReasonGiven(
        code=code,
        family=reason.family,
        weight=1.0,
        value=None,
        typical=None,
        message=reason.message,
        advice=reason.advice,
    )


def _weighted(reason: ReasonGiven) -> ReasonGiven:
    return msgspec.structs.replace(reason, weight=1.0)
