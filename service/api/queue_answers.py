"""What the API answers about many cases at once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from service.api.answers import Answer
from service.api.desk_answers import CaseAnswer, case_answer
from service.desk.bulk_impact import Done, Impact, Refused, told_as
from service.desk.records import CaseView


class CaseViewAnswer(Answer, frozen=True, kw_only=True):
    """Filters of the queue under a name; everybody's where `shared`."""

    view_id: str
    name: str
    owner: str
    shared: bool
    filters: dict[str, str]
    created_at: datetime


class CaseViewsAnswer(Answer, frozen=True, kw_only=True):
    """The caller's views and the shared ones, by name."""

    views: tuple[CaseViewAnswer, ...]


class LeftOutAnswer(Answer, frozen=True, kw_only=True):
    """A case that nothing is done to, and why; `account_id` null: there is no such case."""

    case_id: str
    account_id: str | None
    why: str


class BulkSampleAnswer(Answer, frozen=True, kw_only=True):
    """A case and what the act makes of it: what is in force, whose it is, or until when it sleeps."""

    case: CaseAnswer
    before: str
    after: str


class ImpactAnswer(Answer, frozen=True, kw_only=True):
    """What is meant: `matching` in all, of which `cases` are looked at, 500 at most. `would_change`
    of them change by the act; `samples` are the first of those."""

    matching: int
    cases: int
    accounts: int
    mails: int
    by_action: dict[str, int]
    by_subject: dict[str, int]
    would_change: int
    samples: tuple[BulkSampleAnswer, ...]


class BulkAnswer(Answer, frozen=True, kw_only=True):
    """What an act on many cases would do, or did. `left_out` is refused, or, once it is done, what
    changed since it was shown.

    A dry run answers `impact`, and `shown` to be sent back to do it, null where nothing would
    change. What was done answers `changed`, how many cases, and the `bulk_id` of their entries in the
    audit log.
    """

    dry_run: bool
    act: str | None
    impact: ImpactAnswer | None
    shown: str | None
    bulk_id: str | None
    changed: int | None
    left_out: tuple[LeftOutAnswer, ...]


QUEUE_ANSWERS: Final[tuple[type[Answer], ...]] = (
    CaseViewAnswer,
    CaseViewsAnswer,
    LeftOutAnswer,
    BulkSampleAnswer,
    ImpactAnswer,
    BulkAnswer,
)


def view_answer(view: CaseView) -> CaseViewAnswer:
    fields = CaseViewAnswer.__struct_fields__
    return CaseViewAnswer(**{name: getattr(view, name) for name in fields})


def impact_answer(found: Impact, at: datetime) -> BulkAnswer:
    impact = ImpactAnswer(
        matching=found.matching,
        cases=len(found.cases),
        accounts=found.accounts,
        mails=sum(case.mails for case in found.cases),
        by_action=found.by_action,
        by_subject=found.by_subject,
        would_change=len(found.would),
        samples=tuple(
            BulkSampleAnswer(case=case_answer(one.case, at), before=one.before, after=one.after)
            for one in found.samples
        ),
    )
    return BulkAnswer(
        dry_run=True,
        act=told_as(found.act) if found.act else None,
        impact=impact,
        shown=found.shown,
        bulk_id=None,
        changed=None,
        left_out=_left_out(found.refused),
    )


def done_answer(done: Done) -> BulkAnswer:
    return BulkAnswer(
        dry_run=False,
        act=told_as(done.act),
        impact=None,
        shown=None,
        bulk_id=done.bulk_id,
        changed=done.done,
        left_out=_left_out(done.left_out),
    )


def _left_out(some: Sequence[Refused]) -> tuple[LeftOutAnswer, ...]:
    return tuple(
        LeftOutAnswer(case_id=one.case_id, account_id=one.account_id, why=one.why) for one in some
    )
