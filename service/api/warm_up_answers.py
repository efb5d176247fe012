"""What the API answers about warm-ups."""

from datetime import date, datetime
from typing import Final

from service.api.answers import Answer
from service.deliverability.warm_up_acts import Preview
from service.deliverability.warmup import WarmUpDay, WarmUpStatus


class WarmUpDayAnswer(Answer, frozen=True, kw_only=True):
    """One day (UTC): what the plan allowed, the mail, and what the day did to the plan (null: not over).

    `held`: a person kept the plan at its stage.
    """

    day: date
    allowance: int
    handed: int
    delivered: int
    deferred: int
    held: bool
    step: str | None


class WarmUpAnswer(Answer, frozen=True, kw_only=True):
    """A warm-up: `today` mails are allowed today (UTC), `left` of them are left. `last` is what the last
    finished day did: `climbed`, `held`, `backed_off` or `idle`. `slowed`: today is refused too often.

    `held_since`: a person keeps it at its stage. `days` are the newest 60, today the last."""

    ip: str
    provider: str
    started_at: datetime
    target_per_day: int
    steps: tuple[int, ...]
    stage: int
    stages: int
    today: int
    left: int
    done: bool
    last: str | None
    slowed: bool
    held_since: datetime | None
    days: tuple[WarmUpDayAnswer, ...]


class WarmUpsAnswer(Answer, frozen=True, kw_only=True):
    """Warm-ups by IP and provider."""

    warm_ups: tuple[WarmUpAnswer, ...]


class PlanAnswer(Answer, frozen=True, kw_only=True):
    """What a start or a change would do; `before` is null for a start.

    `accounts` sent from the IP in 7 days, counted up to 1,000.
    """

    before: WarmUpAnswer | None
    after: WarmUpAnswer
    accounts: int


WARM_UP_ANSWERS: Final[tuple[type[Answer], ...]] = (
    WarmUpDayAnswer,
    WarmUpAnswer,
    WarmUpsAnswer,
    PlanAnswer,
)


def warm_up_answer(found: WarmUpStatus) -> WarmUpAnswer:
    made, at = found.warm_up, found.standing
    return WarmUpAnswer(
        ip=made.ip,
        provider=made.provider,
        started_at=made.started_at,
        target_per_day=made.target_per_day,
        steps=found.steps,
        stage=at.stage,
        stages=at.stages,
        today=at.today,
        left=at.left,
        done=at.done,
        last=at.last,
        slowed=at.slowed,
        held_since=made.held_since,
        days=tuple(map(_day, found.days)),
    )


def plan_answer(found: Preview) -> PlanAnswer:
    return PlanAnswer(
        before=None if found.before is None else warm_up_answer(found.before),
        after=warm_up_answer(found.after),
        accounts=len(found.accounts),
    )


def _day(one: WarmUpDay) -> WarmUpDayAnswer:
    return WarmUpDayAnswer(
        day=one.day,
        allowance=one.allowance,
        handed=one.mail.handed,
        delivered=one.mail.delivered,
        deferred=one.mail.deferred,
        held=one.mail.held,
        step=one.step,
    )
