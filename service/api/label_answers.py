"""What the API answers about labels and the estimates that rest on them."""

import math
from datetime import datetime
from typing import Final

from models.audit_estimate import AuditEstimate, Bounded
from models.labels import Heard, Statement
from service.api.answers import Answer
from service.labelling import Labelled


class StatementAnswer(Answer, frozen=True, kw_only=True):
    """One thing that speaks for a label. `state`: `won`, `agrees`, `overruled`, `immature` (believed from
    `known_at` on) or `out_of_reach` (of another time, or censored)."""

    source: str
    verdict: str
    says: str
    at: datetime
    known_at: datetime
    weight: float
    decision_id: str | None
    state: str


class LabelAnswer(Answer, frozen=True, kw_only=True):
    """The label of a decision: null while there is none, with `why` either way.

    `chance` is the probability with which it was drawn to be looked at: a label found by a draw stands
    for one over it. `disputed`: something that could be believed says otherwise.
    """

    decision_id: str
    account_id: str
    verdict: str | None
    source: str | None
    weight: float | None
    chance: float
    disputed: bool
    why: str
    statements: tuple[StatementAnswer, ...]


class BoundedAnswer(Answer, frozen=True, kw_only=True):
    """A figure with its 95 % interval; null where nothing was judged."""

    value: float | None
    low: float | None
    high: float | None


class AuditEstimateAnswer(Answer, frozen=True, kw_only=True):
    """How often what was held was abusive (`precision`), and how much of the abuse was held (`recall`).

    `missed` estimates the abusive decisions that went out, from the share drawn at random.
    """

    since: datetime
    held: int
    abusive_held: int
    drawn: int
    abusive_drawn: int
    precision: BoundedAnswer
    recall: BoundedAnswer
    missed: BoundedAnswer
    missed_mails: float


LABEL_ANSWERS: Final[tuple[type[Answer], ...]] = (LabelAnswer, AuditEstimateAnswer)


def label_answer(decision_id: str, account_id: str, found: Labelled) -> LabelAnswer:
    won = found.resolution.won
    return LabelAnswer(
        decision_id=decision_id,
        account_id=account_id,
        verdict=won.verdict if won else None,
        source=won.source.value if won else None,
        weight=won.weight if won else None,
        chance=found.chance,
        disputed=found.resolution.disputed,
        why=found.resolution.why,
        statements=tuple(map(_statement, found.resolution.heard)),
    )


def _statement(heard: Heard) -> StatementAnswer:
    one: Statement = heard.statement
    return StatementAnswer(
        source=one.source.value,
        verdict=one.verdict,
        says=one.says,
        at=one.at,
        known_at=one.known_at,
        weight=one.weight,
        decision_id=one.decision_id,
        state=heard.state.value,
    )


def audit_estimate_answer(since: datetime, found: AuditEstimate) -> AuditEstimateAnswer:
    return AuditEstimateAnswer(
        since=since,
        held=found.held,
        abusive_held=found.abusive_held,
        drawn=found.drawn,
        abusive_drawn=found.abusive_drawn,
        precision=_bounded(found.precision),
        recall=_bounded(found.recall),
        missed=_bounded(found.missed),
        missed_mails=found.missed_mails,
    )


def _bounded(figure: Bounded) -> BoundedAnswer:
    value, low, high = (
        None if math.isnan(number) else number for number in (figure.value, figure.low, figure.high)
    )
    return BoundedAnswer(value=value, low=low, high=high)
