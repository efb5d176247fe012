"""What the API answers about reviewers and second looks."""

from datetime import datetime
from typing import Final

from models.agreement import Agreement
from service.api.answers import Answer
from service.desk.records import Case, Word
from service.desk.reviewers import Pace, Quality, Reviewer


class AgreementAnswer(Answer, frozen=True, kw_only=True):
    """Of `pairs` of blind verdicts `agreed` are alike: `share` with its 90 % interval.

    `alpha` is Krippendorff's (1 agreement, 0 chance) with a bootstrapped 90 % interval; null where it
    is not defined.
    """

    pairs: int
    agreed: int
    share: float | None
    low: float | None
    high: float | None
    alpha: float | None
    alpha_low: float | None
    alpha_high: float | None


class PaceAnswer(Answer, frozen=True, kw_only=True):
    """Minutes from claim to verdict, over the `timed` cases that were claimed first."""

    timed: int
    median_minutes: float | None
    p90_minutes: float | None


class ReviewerAnswer(Answer, frozen=True, kw_only=True):
    """One person. `verdicts` are first and second ones and those taken back (`undone`); `a_day` is the
    mean over the `days` with a verdict. Of `appealed` verdicts `overturned` were wrong by an appeal;
    of `settled` disagreements a lead judged `upheld` as they had."""

    name: str
    verdicts: int
    days: int
    a_day: float
    pace: PaceAnswer
    agreement: AgreementAnswer
    appealed: int
    overturned: int
    undone: int
    settled: int
    upheld: int


class ReviewersAnswer(Answer, frozen=True, kw_only=True):
    """How everybody judged since a time; groups are by the first verdict, category and subject.

    `differing` pairs of verdicts wait for a lead. `cut`: there were more cases than are counted.
    """

    since: datetime
    as_of: datetime
    second_look_share: float
    agreement: AgreementAnswer
    pace: PaceAnswer
    by_verdict: dict[str, AgreementAnswer]
    by_category: dict[str, AgreementAnswer]
    by_subject: dict[str, AgreementAnswer]
    reviewers: tuple[ReviewerAnswer, ...]
    differing: int
    cut: bool


class WordAnswer(Answer, frozen=True, kw_only=True):
    """One verdict on a case."""

    by: str
    at: datetime
    verdict: str
    action: str | None
    category: str | None
    note: str | None
    label_id: str | None


class SecondLookAnswer(Answer, frozen=True, kw_only=True):
    """A case that two people judged. `chance`: with which it was drawn; `state`: `disagreed`, or
    `settled` by a lead."""

    case_id: str
    account_id: str
    decision_id: str
    chance: float
    state: str
    first: WordAnswer
    second: WordAnswer
    settled: WordAnswer | None


class SecondLooksAnswer(Answer, frozen=True, kw_only=True):
    """Cases that two people judged differently and no lead has settled, the newest first."""

    second_looks: tuple[SecondLookAnswer, ...]


REVIEWER_ANSWERS: Final[tuple[type[Answer], ...]] = (
    AgreementAnswer, PaceAnswer, ReviewerAnswer, ReviewersAnswer, WordAnswer, SecondLookAnswer,
    SecondLooksAnswer,
)  # fmt: skip


def reviewers_answer(found: Quality, share: float) -> ReviewersAnswer:
    return ReviewersAnswer(
        since=found.since,
        as_of=found.at,
        second_look_share=share,
        agreement=_agreement(found.agreement),
        pace=_pace(found.pace),
        by_verdict={name: _agreement(one) for name, one in found.by_verdict.items()},
        by_category={name: _agreement(one) for name, one in found.by_category.items()},
        by_subject={name: _agreement(one) for name, one in found.by_subject.items()},
        reviewers=tuple(map(_reviewer, found.reviewers)),
        differing=found.differing,
        cut=found.cut,
    )


def second_look_answer(case: Case) -> SecondLookAnswer:
    """Return a second look that was given. Raises `ValueError` for a case without one."""
    look = case.look
    if look is None or look.second is None:
        raise ValueError("nobody has looked at this case again")
    return SecondLookAnswer(
        case_id=case.case_id,
        account_id=case.account_id,
        decision_id=case.decision_id,
        chance=look.chance,
        state=look.state.value,
        first=_word(look.first),
        second=_word(look.second),
        settled=None if look.settled is None else _word(look.settled),
    )


def _reviewer(one: Reviewer) -> ReviewerAnswer:
    names = [n for n in ReviewerAnswer.__struct_fields__ if n not in ("pace", "agreement")]
    plain = {name: getattr(one, name) for name in names}
    return ReviewerAnswer(**plain, pace=_pace(one.pace), agreement=_agreement(one.agreement))


def _agreement(one: Agreement) -> AgreementAnswer:
    return AgreementAnswer(**{n: getattr(one, n) for n in AgreementAnswer.__struct_fields__})


def _pace(one: Pace) -> PaceAnswer:
    return PaceAnswer(**{name: getattr(one, name) for name in PaceAnswer.__struct_fields__})


def _word(one: Word) -> WordAnswer:
    return WordAnswer(**{name: getattr(one, name) for name in WordAnswer.__struct_fields__})
