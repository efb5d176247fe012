"""What the API answers as the customer's card."""

from datetime import datetime
from typing import Final

from models.decision import SubjectRef
from service.advice import Card, CureTold
from service.api.answers import Answer, shared


class ChangeEffectAnswer(Answer, frozen=True, kw_only=True):
    """The risk now, and with this alone as usual for senders in good standing."""

    risk_now: float
    risk_after: float


class AdvisedChangeAnswer(Answer, frozen=True, kw_only=True):
    """One thing to change."""

    code: str
    subject: SubjectRef
    message: str
    why: str
    advice: str
    effect: ChangeEffectAnswer | None


class CureAnswer(Answer, frozen=True, kw_only=True):
    """An import, or a segment of it, that causes expected bounces; `rate_after` is without it."""

    list_id: str
    import_id: str
    imported_at: datetime
    by: str | None
    value: str | None
    rows: int
    share: float
    rate_now: float
    rate_after: float
    text: str


class RecordAnswer(Answer, frozen=True, kw_only=True):
    """A DNS record to publish; `replaces` is what stands there now."""

    name: str
    type: str
    value: str
    replaces: str | None


class PublishAnswer(Answer, frozen=True, kw_only=True):
    """Records that a sending domain lacks."""

    domain: str
    message: str
    todo: str
    records: tuple[RecordAnswer, ...]


class AdviceAnswer(Answer, frozen=True, kw_only=True):
    """The customer's card."""

    account_id: str
    as_of: datetime
    standing: str | None
    headline: str
    changes: tuple[AdvisedChangeAnswer, ...]
    cures: tuple[CureAnswer, ...]
    publish: tuple[PublishAnswer, ...]
    language: str


def advice_answer(card: Card) -> AdviceAnswer:
    return AdviceAnswer(
        account_id=card.account_id,
        as_of=card.as_of,
        standing=card.standing.action,
        headline=card.headline,
        changes=tuple(
            AdvisedChangeAnswer(
                code=change.code,
                subject=change.subject,
                message=change.message,
                why=change.why,
                advice=change.advice,
                effect=ChangeEffectAnswer(**shared(change.effect, ChangeEffectAnswer))
                if change.effect
                else None,
            )
            for change in card.changes
        ),
        cures=tuple(map(_cure_answer, card.cures)),
        publish=tuple(
            PublishAnswer(
                domain=p.domain,
                message=p.message,
                todo=p.todo,
                records=tuple(RecordAnswer(**shared(r, RecordAnswer)) for r in p.records),
            )
            for p in card.publish
        ),
        language=card.language,
    )


def _cure_answer(told: CureTold) -> CureAnswer:
    cure, segment = told.cure, told.cure.segment
    return CureAnswer(
        list_id=cure.list_id,
        import_id=cure.import_id,
        imported_at=cure.imported_at,
        by=segment.by if segment else None,
        value=segment.value if segment else None,
        rows=cure.rows,
        share=cure.share,
        rate_now=cure.rate_now,
        rate_after=cure.rate_after,
        text=told.text,
    )


ADVICE_ANSWERS: Final[tuple[type[Answer], ...]] = (AdviceAnswer,)
