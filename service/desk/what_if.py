"""What follows if a reviewer puts an action in force: to the mail, the standing, the customer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from features.records import Stream
from models.decide import Question, decide
from models.decision import Action, Decision, Limits
from models.policy.policy import Context, Lane, Policy
from service.advice import IN_FORCE
from service.desk.cases import ACTIONS
from service.desk.running import Running
from service.standing import Standing
from service.warden import Warden

_ENDED: Final = ("stopped", "dropped", "done")
_HOLDING: Final = (Action.REVIEW.label, Action.TERMINATE.label)


@dataclass(frozen=True)
class Effect:
    """What an action does. `goes`, `waits`, `ends` are mails of the account that were not handed over.

    `next_action` is what the policy in force answers if the same is asked again then, None where it
    cannot be told. `told` is the first line of the customer's card.
    """

    action: str
    standing: str
    next_action: str | None
    limits: Limits | None
    goes: int
    waits: int
    ends: int
    told: str
    two_people: bool


def effects(
    warden: Warden, decision: Decision, mail: Sequence[Running], standing: Standing
) -> tuple[Effect, ...]:
    """Return the effect of each action, as things stand now."""
    policy = warden.policy.of(decision.account_id)
    return tuple(_effect(warden, policy, decision, mail, standing, action) for action in ACTIONS)


def _effect(
    warden: Warden,
    policy: Policy,
    decision: Decision,
    mail: Sequence[Running],
    standing: Standing,
    action: str,
) -> Effect:
    again = asked_again(warden, policy, decision, action)
    sums = {"goes": 0, "waits": 0, "ends": 0}
    for one in mail:
        if one.state not in _ENDED:
            sums[_fate(one, policy, decision, action, again)] += one.left
    return Effect(
        action=action,
        standing=action,
        next_action=again.action if again else None,
        limits=again.limits if again else None,
        told=IN_FORCE[action],
        two_people=action == Action.TERMINATE.label and standing.action != action,
        **sums,
    )


def _fate(
    one: Running, policy: Policy, decision: Decision, action: str, again: Decision | None
) -> str:
    """Return what becomes of a campaign's mail under an action in force on its account."""
    held = policy.standing.get(action)
    if action in _HOLDING and held is not None and Lane(one.plan.lane) in held.lanes:
        return "ends" if action == Action.TERMINATE.label else "waits"
    own = one.campaign_id == decision.subject.id
    answer = again.action if own and again is not None else one.plan.action
    if answer == Action.TERMINATE.label:
        return "ends"
    return "waits" if answer == Action.REVIEW.label else "goes"


def asked_again(warden: Warden, policy: Policy, decision: Decision, action: str) -> Decision | None:
    """Return what would be decided on the same numbers with an action in force and the case closed.

    None where the numbers are those of another model or are not kept.
    """
    bundle, subject = warden.model.current(), decision.subject.type
    seen = decision.seen
    if bundle is None or seen is None or not decision.vector:
        return None
    if decision.feature_set != bundle.feature_sets[subject]:
        return None
    context = Context(
        stream=None if seen.stream is None else Stream(seen.stream),
        recipients=seen.recipients,
        paid=seen.paid,
        standing=action,
        account_age_days=float("nan") if seen.account_age_days is None else seen.account_age_days,
        case_open=False,
        tied_case_open=seen.tied_case_open,
        exemptions=warden.policy.exempt(decision.account_id, decision.as_of),
    )
    question = Question(
        decision_id=decision.decision_id,
        subject=decision.subject,
        account_id=decision.account_id,
        as_of=decision.as_of,
        names=warden.catalogue.names(subject),
        row=np.array(decision.vector, dtype=np.float64),
        context=context,
        missing=seen.missing,
    )
    return decide(question, bundle, policy)
