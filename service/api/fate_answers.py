"""What became of mail: counts, rates with intervals, health, by window and mailbox provider."""

from features.deliverability import Rate
from service.api.answers import Answer, shared
from service.deliverability.subjects import SubjectView, WindowView


class MailRateAnswer(Answer, frozen=True, kw_only=True):
    """`k` of `n` mails with a 90 % interval. `population`: everyone's rate; `baseline`: the subject's
    own before the window; `z`: standard deviations above that."""

    k: int
    n: int
    rate: float | None
    low: float | None
    high: float | None
    population: float | None
    baseline: float | None
    z: float | None


class HealthPartAnswer(Answer, frozen=True, kw_only=True):
    """What one rate takes from the score: nothing at `usual`, `most` at `limit`."""

    name: str
    rate: float
    usual: float
    limit: float
    lost: float
    most: float


class MailHealthAnswer(Answer, frozen=True, kw_only=True):
    """100 less what the parts lost; null without mail."""

    score: float | None
    parts: tuple[HealthPartAnswer, ...]


class MailWindowAnswer(Answer, frozen=True, kw_only=True):
    """What became of the mail of one window. Complaints are over mail to providers that report them.

    `bounce_classes` are bounces by class, `signals` answers that name the sender's behaviour
    (deferrals included), both over mail handed to providers; those that did not occur are left out.
    """

    counts: dict[str, int]
    rates: dict[str, MailRateAnswer]
    health: MailHealthAnswer
    bounce_classes: dict[str, MailRateAnswer]
    signals: dict[str, MailRateAnswer]


class MailAnswer(Answer, frozen=True, kw_only=True):
    """Mail by window up to now, and by mailbox provider for 7 days."""

    subject: str
    windows: dict[str, MailWindowAnswer]
    providers: dict[str, MailWindowAnswer]


def mail_answer(view: SubjectView) -> MailAnswer:
    return MailAnswer(
        subject=view.subject,
        windows={name: _mail_window(window) for name, window in view.windows.items()},
        providers={name: _mail_window(window) for name, window in view.providers.items()},
    )


def _mail_window(window: WindowView) -> MailWindowAnswer:
    parts = tuple(HealthPartAnswer(**shared(p, HealthPartAnswer)) for p in window.health.parts)
    return MailWindowAnswer(
        counts=window.counts,
        rates=_rate_answers(window.rates),
        health=MailHealthAnswer(score=window.health.score, parts=parts),
        bounce_classes=_rate_answers(window.classes),
        signals=_rate_answers(window.signals),
    )


def _rate_answers(rates: dict[str, Rate]) -> dict[str, MailRateAnswer]:
    return {name: MailRateAnswer(**shared(rate, MailRateAnswer)) for name, rate in rates.items()}
