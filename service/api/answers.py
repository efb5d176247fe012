"""What the API answers: msgspec structs, encoded straight to bytes; NaN and infinity become null.

The documented schemas are generated from these structs, so they cannot say something else.
"""

from datetime import datetime
from typing import Any, Final

import msgspec
from starlette.responses import Response

from features.deliverability import Rate
from features.lists import BadRow, Slip
from features.records import (
    AuthResult,
    Declared,
    DmarcPolicy,
    Segment,
)
from models.decision import Decision, Forecast, Limits, ReasonGiven, SubjectRef
from models.inflight import Evidence, State
from models.inflight.sample import SampleCheck
from models.segments import Removal
from service.advice import Card, CureTold
from service.assess import Assessment
from service.deliverability.subjects import SubjectView, WindowView
from service.release import Release
from service.stores.contract import Appeal, KnownList, Label, Overlap, Page
from service.view import AccountView, Deliverability
from service.volume import VolumeToday

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


class AccountAnswer(Answer, frozen=True, kw_only=True):
    """The account as it was put, with the decision on it."""

    account_id: str
    created_at: datetime
    email_domain: str | None
    signup_ip: str | None
    country: str | None
    website: str | None
    plan: str | None
    paid: bool | None
    payment_fingerprint: str | None
    device_fingerprint: str | None
    phone_country: str | None
    parent_account_id: str | None
    declared: Declared | None
    decision: DecisionAnswer


class DomainAnswer(Answer, frozen=True, kw_only=True):
    """The record of a sending domain."""

    domain: str
    account_id: str
    spf: AuthResult | None
    dkim: AuthResult | None
    dmarc: DmarcPolicy | None
    registered_at: datetime | None
    verified_at: datetime | None


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


class VolumeAnswer(Answer, frozen=True, kw_only=True):
    """The earned volume of today (UTC), all broadcasts of the account together.

    `shared_with` counts tied trial accounts that share it; `granted` is of all of them. `slowed`: a
    bad sign has cut it today.
    """

    allowance: int
    granted: int
    shared_with: int
    slowed: bool


class BacklogAnswer(Answer, frozen=True, kw_only=True):
    """Mail of a campaign that is held and would go out on resuming."""

    campaign_id: str
    mails: int
    held_since: datetime
    lane: str


class ReleaseAnswer(Answer, frozen=True, kw_only=True):
    """How many mails may be handed over now, recipients picked at random; ask again at the time given.

    `evidence` is the natural log of an e-value against each limit; `state` is running, holding,
    stopped or done. `backlog` mails are not granted yet, held since `held_since` where they are;
    `dropped` of them are past their use. `volume` is what the account may send today, `sample` how
    the mail so far compares with the list.
    """

    campaign_id: str
    account_id: str
    granted: int
    state: State
    stage: int
    evidence: tuple[Evidence, ...]
    reasons: tuple[ReasonGiven, ...]
    check_again_at: datetime | None
    backlog: int
    dropped: int
    held_since: datetime | None
    volume: VolumeAnswer | None
    sample: SampleCheck | None


class RejectedEvent(Answer, frozen=True, kw_only=True):
    """A row that could not be read; `index` counts from 0."""

    index: int
    error: str


class EventsAnswer(Answer, frozen=True, kw_only=True):
    """What became of a batch: counted now, counted before, not understood."""

    accepted: int
    duplicates: int
    rejected: tuple[RejectedEvent, ...]


class SourceEventsAnswer(EventsAnswer, frozen=True, kw_only=True):
    """`unattributed` events are kept, but no rule tells their account; see GET /v1/unattributed.

    `reports` counts new rows of DMARC and TLS reports; see GET /v1/domain-reports.
    """

    unattributed: int
    reports: int


class DomainReportAnswer(Answer, frozen=True, kw_only=True):
    """A row of a DMARC or TLS report: what a receiver saw of a domain's mail in a period."""

    kind: str
    report_id: str
    reporter: str
    domain: str
    count: int
    begins_at: datetime | None
    ends_at: datetime | None
    source_ip: str | None
    passed: bool | None
    facts: dict[str, str]


class DomainReportsAnswer(Answer, frozen=True, kw_only=True):
    """Rows of reports, newest first."""

    reports: tuple[DomainReportAnswer, ...]


class LostEventAnswer(Answer, frozen=True, kw_only=True):
    """An event without an account; addresses are taken out of every text."""

    source: str
    event_id: str
    type: str
    occurred_at: datetime
    received_at: datetime | None
    mailbox_provider: str | None
    sending_ip: str | None
    smtp_code: int | None
    enhanced_status: str | None
    diagnostic: str | None
    feedback_type: str | None
    campaign_id: str | None
    bounce_class: str | None
    clues: dict[str, tuple[str, ...]]


class LostCountAnswer(Answer, frozen=True, kw_only=True):
    """How many events of a source and type have no account."""

    source: str
    type: str
    count: int


class UnattributedAnswer(Answer, frozen=True, kw_only=True):
    """Events whose account no rule tells: counts of all, and the newest."""

    total: int
    counts: tuple[LostCountAnswer, ...]
    events: tuple[LostEventAnswer, ...]


class DecisionsAnswer(Answer, frozen=True, kw_only=True):
    """Decisions, newest first; give `next_cursor` back as `cursor` for the next page."""

    decisions: tuple[DecisionAnswer, ...]
    next_cursor: str | None


class StandingAnswer(Answer, frozen=True, kw_only=True):
    """The action in force; `by` is `policy` or `person`. Null before the first decision."""

    action: str | None
    since: datetime | None
    by: str | None
    decision_id: str | None


class DeliverabilityAnswer(Answer, frozen=True, kw_only=True):
    """What became of the mail of one window; rates are null where there was none."""

    counts: dict[str, int]
    delivered_rate: float | None
    hard_bounce_rate: float | None
    block_bounce_rate: float | None
    complaint_rate: float | None


class RateAnswer(Answer, frozen=True, kw_only=True):
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
    rates: dict[str, RateAnswer]
    health: MailHealthAnswer
    bounce_classes: dict[str, RateAnswer]
    signals: dict[str, RateAnswer]


class MailAnswer(Answer, frozen=True, kw_only=True):
    """Mail by window up to now, and by mailbox provider for 7 days."""

    subject: str
    windows: dict[str, MailWindowAnswer]
    providers: dict[str, MailWindowAnswer]


class LinkedAnswer(Answer, frozen=True, kw_only=True):
    """Other accounts that share one thing with this one; `flagged` were called abusive."""

    tie: str
    accounts: int
    flagged: int
    recent: int


class AccountViewAnswer(Answer, frozen=True, kw_only=True):
    """An account at a glance. `providers` covers 7 days up to the last full hour."""

    account_id: str
    created_at: datetime
    standing: StandingAnswer
    limits: Limits | None
    risk: float | None
    malicious: float | None
    careless: float | None
    latest_decision_id: str | None
    windows: dict[str, DeliverabilityAnswer]
    providers: dict[str, DeliverabilityAnswer]
    linked: tuple[LinkedAnswer, ...]
    mail: MailAnswer
    volume: VolumeAnswer | None
    backlog: tuple[BacklogAnswer, ...]


class EffectAnswer(Answer, frozen=True, kw_only=True):
    """The risk now, and with this alone as usual for senders in good standing."""

    risk_now: float
    risk_after: float


class ChangeAnswer(Answer, frozen=True, kw_only=True):
    """One thing to change."""

    code: str
    subject: SubjectRef
    message: str
    why: str
    advice: str
    effect: EffectAnswer | None


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
    changes: tuple[ChangeAnswer, ...]
    cures: tuple[CureAnswer, ...]
    publish: tuple[PublishAnswer, ...]
    language: str


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


ANSWERS: Final = (
    DecisionAnswer, ReleaseAnswer, AccountAnswer, DomainAnswer, AssessmentAnswer, EventsAnswer,
    SourceEventsAnswer, UnattributedAnswer, DomainReportsAnswer, DecisionsAnswer,
    AccountViewAnswer, AdviceAnswer, VerdictAnswer, AppealAnswer, HealthAnswer, ReadyAnswer,
    KnownListAnswer, KnownListsAnswer, ForgottenAnswer,
)  # fmt: skip

_encoder: Final = msgspec.json.Encoder()


def json_response(answer: Answer) -> Response:
    """Return a 200 with the answer as JSON."""
    return Response(_encoder.encode(answer), media_type=JSON)


def decision_answer(decision: Decision) -> DecisionAnswer:
    """Return a decision without its feature vector, which stays inside."""
    return DecisionAnswer(**_shared(decision, DecisionAnswer))


def account_answer(account: Any, decision: Decision) -> AccountAnswer:
    return AccountAnswer(
        **{name: getattr(account, name) for name in _FACTS}, decision=decision_answer(decision)
    )


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
    return KnownListAnswer(**_shared(known, KnownListAnswer))


def decisions_answer(page: Page) -> DecisionsAnswer:
    return DecisionsAnswer(
        decisions=tuple(map(decision_answer, page.decisions)), next_cursor=page.next_cursor
    )


def view_answer(view: AccountView) -> AccountViewAnswer:
    latest = view.latest
    return AccountViewAnswer(
        account_id=view.account.account_id,
        created_at=view.account.created_at,
        standing=StandingAnswer(**_shared(view.standing, StandingAnswer)),
        limits=view.limits,
        risk=latest.risk if latest else None,
        malicious=latest.malicious if latest else None,
        careless=latest.careless if latest else None,
        latest_decision_id=latest.decision_id if latest else None,
        windows=_deliverability(view.windows),
        providers=_deliverability(view.providers),
        linked=tuple(
            LinkedAnswer(
                tie=kind.value, accounts=peers.accounts, flagged=peers.flagged, recent=peers.recent
            )
            for kind, peers in view.ties.items()
        ),
        mail=mail_answer(view.mail),
        volume=_volume(view.volume),
        backlog=tuple(BacklogAnswer(**_shared(held, BacklogAnswer)) for held in view.backlog),
    )


def mail_answer(view: SubjectView) -> MailAnswer:
    return MailAnswer(
        subject=view.subject,
        windows={name: _mail_window(window) for name, window in view.windows.items()},
        providers={name: _mail_window(window) for name, window in view.providers.items()},
    )


def _mail_window(window: WindowView) -> MailWindowAnswer:
    parts = tuple(HealthPartAnswer(**_shared(p, HealthPartAnswer)) for p in window.health.parts)
    return MailWindowAnswer(
        counts=window.counts,
        rates=_rate_answers(window.rates),
        health=MailHealthAnswer(score=window.health.score, parts=parts),
        bounce_classes=_rate_answers(window.classes),
        signals=_rate_answers(window.signals),
    )


def _rate_answers(rates: dict[str, Rate]) -> dict[str, RateAnswer]:
    return {name: RateAnswer(**_shared(rate, RateAnswer)) for name, rate in rates.items()}


def advice_answer(card: Card) -> AdviceAnswer:
    return AdviceAnswer(
        account_id=card.account_id,
        as_of=card.as_of,
        standing=card.standing.action,
        headline=card.headline,
        changes=tuple(
            ChangeAnswer(
                code=change.code,
                subject=change.subject,
                message=change.message,
                why=change.why,
                advice=change.advice,
                effect=EffectAnswer(**_shared(change.effect, EffectAnswer))
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
                records=tuple(RecordAnswer(**_shared(r, RecordAnswer)) for r in p.records),
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


def verdict_answer(label: Label) -> VerdictAnswer:
    return VerdictAnswer(**_shared(label, VerdictAnswer))


def appeal_answer(appeal: Appeal) -> AppealAnswer:
    return AppealAnswer(**_shared(appeal, AppealAnswer))


def domain_answer(domain: Any) -> DomainAnswer:
    return DomainAnswer(**_shared(domain, DomainAnswer))


def _deliverability(found: dict[str, Deliverability]) -> dict[str, DeliverabilityAnswer]:
    return {
        name: DeliverabilityAnswer(**_shared(value, DeliverabilityAnswer))
        for name, value in found.items()
    }


def _shared(value: object, answer: type[Answer]) -> dict[str, Any]:
    return {name: getattr(value, name) for name in answer.__struct_fields__}


_FACTS: Final = tuple(name for name in AccountAnswer.__struct_fields__ if name != "decision")


def release_answer(release: Release) -> ReleaseAnswer:
    return ReleaseAnswer(
        campaign_id=release.campaign_id,
        account_id=release.account_id,
        granted=release.answer.granted,
        state=release.answer.state,
        stage=release.answer.stage,
        evidence=release.answer.evidence,
        reasons=release.reasons,
        check_again_at=release.answer.check_again_at,
        backlog=release.answer.backlog,
        dropped=release.answer.dropped,
        held_since=release.answer.held_since,
        volume=_volume(release.today),
        sample=release.sample,
    )


def _volume(today: VolumeToday | None) -> VolumeAnswer | None:
    return None if today is None else VolumeAnswer(**vars(today))
