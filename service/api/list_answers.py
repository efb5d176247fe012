"""What the API answers about lists: assessments of imports, and known bad lists."""

from datetime import datetime
from typing import Final

from features.lists import BadRow, Slip
from features.records import (
    Segment,
)
from models.decision import Forecast, ReasonGiven
from models.segments import Removal
from service.api.answers import Answer, shared
from service.assess import Assessment
from service.stores.contract import KnownList, Overlap


class KnownOverlap(Answer, frozen=True, kw_only=True):
    """How much of a list is in a known bad one, such as a list on sale."""

    name: str
    containment: float
    standard_error: float


class KnownListAnswer(Answer, frozen=True, kw_only=True):
    """A bad list that the abuse team registered; `addresses` is about how many it holds."""

    name: str
    addresses: int
    added_at: datetime


class KnownListsAnswer(Answer, frozen=True, kw_only=True):
    """All registered bad lists, by name."""

    known_lists: tuple[KnownListAnswer, ...]


class ForgottenAnswer(Answer, frozen=True, kw_only=True):
    """What was forgotten."""

    name: str


class AssessmentAnswer(Answer, frozen=True, kw_only=True):
    """How a list is expected to fare. `features` holds its numbers, null where undefined."""

    import_id: str
    account_id: str
    list_id: str
    imported_at: datetime
    rows: int
    valid: int
    invalid: int
    duplicates: int
    features: dict[str, float | None]
    forecast: Forecast | None
    risk: float
    reasons: tuple[ReasonGiven, ...]
    overlaps: tuple[Overlap, ...]
    known_lists: tuple[KnownOverlap, ...]
    segments: tuple[Segment, ...]
    removal: Removal | None
    bad_rows: tuple[BadRow, ...]
    typos: tuple[Slip, ...]
    action: str
    decision_id: str
    degraded: bool


def assessment_answer(assessment: Assessment) -> AssessmentAnswer:
    record, decision = assessment.record, assessment.decision
    return AssessmentAnswer(
        import_id=record.import_id,
        account_id=record.account_id,
        list_id=record.list_id,
        imported_at=record.imported_at,
        rows=record.rows,
        valid=record.valid,
        invalid=record.invalid,
        duplicates=record.duplicates,
        features=dict(record.numbers),
        forecast=decision.forecast,
        risk=decision.risk,
        reasons=decision.reasons,
        overlaps=tuple(o for o in assessment.overlaps if not o.known_bad),
        known_lists=tuple(_known(o) for o in assessment.overlaps if o.known_bad),
        segments=record.segments,
        removal=assessment.removal,
        bad_rows=assessment.bad_rows,
        typos=assessment.slips,
        action=decision.action,
        decision_id=decision.decision_id,
        degraded=decision.degraded,
    )


def _known(overlap: Overlap) -> KnownOverlap:
    return KnownOverlap(
        name=overlap.list_id,
        containment=overlap.containment,
        standard_error=overlap.standard_error,
    )


def known_list_answer(known: KnownList) -> KnownListAnswer:
    return KnownListAnswer(**shared(known, KnownListAnswer))


LIST_ANSWERS: Final[tuple[type[Answer], ...]] = (
    AssessmentAnswer,
    KnownListAnswer,
    KnownListsAnswer,
    ForgottenAnswer,
)
