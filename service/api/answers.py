"""What the API answers: msgspec structs, encoded straight to bytes; NaN and infinity become null.

The documented schemas are generated from these structs, so they cannot say something else.
"""

from datetime import datetime
from typing import Any, Final

import msgspec
from starlette.responses import Response

from models.decision import Decision, Forecast, Limits, ReasonGiven, SubjectRef
from service.stores.contract import Appeal, Label, Page

JSON: Final = "application/json"


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """An immutable answer."""


class DecisionAnswer(Answer, frozen=True, kw_only=True):
    """Whether mail may go, how much of it, and why. Keep it until `valid_until`."""

    decision_id: str
    subject: SubjectRef
    account_id: str
    as_of: datetime
    action: str
    limits: Limits | None
    risk: float
    malicious: float
    careless: float
    forecast: Forecast | None
    reasons: tuple[ReasonGiven, ...]
    rules: tuple[str, ...]
    policy_version: str
    model_version: str
    feature_set: str
    valid_until: datetime
    degraded: bool


class DecisionsAnswer(Answer, frozen=True, kw_only=True):
    """Decisions, newest first; give `next_cursor` back as `cursor` for the next page."""

    decisions: tuple[DecisionAnswer, ...]
    next_cursor: str | None


class VerdictAnswer(Answer, frozen=True, kw_only=True):
    """The label that was stored."""

    label_id: str
    decision_id: str
    account_id: str
    verdict: str
    known_at: datetime
    category: str | None
    action: str | None
    note: str | None


class AppealAnswer(Answer, frozen=True, kw_only=True):
    """The appeal that was stored."""

    appeal_id: str
    decision_id: str
    account_id: str
    appealed_at: datetime
    cause: str
    change_made: str
    prevention: str


class HealthAnswer(Answer, frozen=True, kw_only=True):
    """The process lives."""

    status: str = "ok"


class ReadyAnswer(Answer, frozen=True, kw_only=True):
    """What decides now."""

    status: str
    model_version: str
    policy_version: str


ANSWERS: Final[tuple[type[Answer], ...]] = (
    DecisionAnswer,
    DecisionsAnswer,
    VerdictAnswer,
    AppealAnswer,
    HealthAnswer,
    ReadyAnswer,
)


_encoder: Final = msgspec.json.Encoder()


def json_response(answer: Answer) -> Response:
    """Return a 200 with the answer as JSON."""
    return Response(_encoder.encode(answer), media_type=JSON)


def decision_answer(decision: Decision) -> DecisionAnswer:
    """Return a decision without its feature vector, which stays inside."""
    return DecisionAnswer(**shared(decision, DecisionAnswer))


def decisions_answer(page: Page) -> DecisionsAnswer:
    return DecisionsAnswer(
        decisions=tuple(map(decision_answer, page.decisions)), next_cursor=page.next_cursor
    )


def verdict_answer(label: Label) -> VerdictAnswer:
    return VerdictAnswer(**shared(label, VerdictAnswer))


def appeal_answer(appeal: Appeal) -> AppealAnswer:
    return AppealAnswer(**shared(appeal, AppealAnswer))


def shared(value: object, answer: type[Answer]) -> dict[str, Any]:
    return {name: getattr(value, name) for name in answer.__struct_fields__}
