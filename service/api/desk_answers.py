"""What the API answers about the desk's cases."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from service.api.answers import Answer
from service.desk.appeals import Rate
from service.desk.records import Case
from service.stores.contract import Appeal


class CaseAnswer(Answer, frozen=True, kw_only=True):
    """One account's question to the desk. `decision_id` is its most severe, newest decision.

    `held_by` has the lease until `lease_until`. `proposed_by` asked for a terminate that waits
    for a second reviewer. `outcome` and `label_id` come with the verdict.
    """

    case_id: str
    account_id: str
    decision_id: str
    subject: str
    subject_id: str
    action: str
    risk: float
    mails: int
    decisions: int
    harm_per_minute: float
    state: str
    opened_at: datetime
    due_at: datetime
    held_by: str | None
    lease_until: datetime | None
    snoozed_until: datetime | None
    assigned_to: str | None
    proposed_by: str | None
    proposed: str | None
    decided_by: str | None
    decided_at: datetime | None
    outcome: str | None
    label_id: str | None


class CasesAnswer(Answer, frozen=True, kw_only=True):
    """Cases in the order that was asked for; `total` is how many there are in all.

    `next_offset` asks for the following ones, null when these were the last.
    """

    cases: tuple[CaseAnswer, ...]
    total: int
    next_offset: int | None


class NextCaseAnswer(Answer, frozen=True, kw_only=True):
    """The case that was claimed; null when none waits for the caller."""

    case: CaseAnswer | None


class JudgedAppealAnswer(Answer, frozen=True, kw_only=True):
    """An appeal; what follows `prevention` comes when it is judged.

    `against` is whose verdict stood when the customer appealed, null for the policy's alone.
    """

    appeal_id: str
    decision_id: str
    account_id: str
    appealed_at: datetime
    cause: str
    change_made: str
    prevention: str
    outcome: str | None
    decided_by: str | None
    decided_at: datetime | None
    note: str | None
    label_id: str | None
    against: str | None


class AppealsAnswer(Answer, frozen=True, kw_only=True):
    """Appeals, and how many wait in all."""

    appeals: tuple[JudgedAppealAnswer, ...]
    waiting: int


class RateAnswer(Answer, frozen=True, kw_only=True):
    """Of `judged` appeals that name this, `overturned` were right."""

    name: str
    judged: int
    overturned: int
    share: float


class OverturnRatesAnswer(Answer, frozen=True, kw_only=True):
    """Overturn rates of the newest `judged` appeals, the most judged first."""

    judged: int
    by_rule: tuple[RateAnswer, ...]
    by_reason: tuple[RateAnswer, ...]
    by_reviewer: tuple[RateAnswer, ...]


DESK_ANSWERS: Final[tuple[type[Answer], ...]] = (
    CaseAnswer,
    CasesAnswer,
    NextCaseAnswer,
    JudgedAppealAnswer,
    AppealsAnswer,
    OverturnRatesAnswer,
)


def judged_answer(appeal: Appeal) -> JudgedAppealAnswer:
    fields = JudgedAppealAnswer.__struct_fields__
    return JudgedAppealAnswer(**{name: getattr(appeal, name) for name in fields})


def rates_answer(rates: dict[str, tuple[Rate, ...]], judged: int) -> OverturnRatesAnswer:
    told = {
        f"by_{by}": tuple(
            RateAnswer(name=r.name, judged=r.judged, overturned=r.overturned, share=r.share)
            for r in found
        )
        for by, found in rates.items()
    }
    return OverturnRatesAnswer(judged=judged, **told)


def case_answer(case: Case, at: datetime) -> CaseAnswer:
    """Return a case as it is told at `at`. The audit share is not marked, as on the pages."""
    holder = case.holder(at)
    return CaseAnswer(
        case_id=case.case_id,
        account_id=case.account_id,
        decision_id=case.decision_id,
        subject=case.subject,
        subject_id=case.subject_id,
        action="review" if case.audit_share else case.action,
        risk=case.risk,
        mails=case.mails,
        decisions=case.decisions,
        harm_per_minute=case.harm_per_minute,
        state=case.state,
        opened_at=case.opened_at,
        due_at=case.due_at,
        held_by=holder,
        lease_until=case.lease_until if holder else None,
        snoozed_until=case.snoozed_until,
        assigned_to=case.assigned_to,
        proposed_by=case.proposed_by,
        proposed=case.proposed_label,
        decided_by=case.decided_by,
        decided_at=case.decided_at,
        outcome=case.outcome,
        label_id=case.label_id,
    )


def cases_answer(cases: Sequence[Case], total: int, offset: int, at: datetime) -> CasesAnswer:
    seen = offset + len(cases)
    return CasesAnswer(
        cases=tuple(case_answer(case, at) for case in cases),
        total=total,
        next_offset=seen if cases and seen < total else None,
    )
