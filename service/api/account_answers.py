"""What the API answers about accounts and their sending domains."""

from datetime import datetime
from typing import Any, Final

from features.records import (
    AuthResult,
    Declared,
    DmarcPolicy,
)
from models.decision import Decision, Limits
from service.api.answers import Answer, DecisionAnswer, decision_answer, shared
from service.api.fate_answers import MailAnswer, mail_answer
from service.api.release_answers import BacklogAnswer, VolumeAnswer, volume_answer
from service.view import AccountView, Deliverability


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


def account_answer(account: Any, decision: Decision) -> AccountAnswer:
    return AccountAnswer(
        **{name: getattr(account, name) for name in _FACTS}, decision=decision_answer(decision)
    )


def view_answer(view: AccountView) -> AccountViewAnswer:
    latest = view.latest
    return AccountViewAnswer(
        account_id=view.account.account_id,
        created_at=view.account.created_at,
        standing=StandingAnswer(**shared(view.standing, StandingAnswer)),
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
        volume=volume_answer(view.volume),
        backlog=tuple(BacklogAnswer(**shared(held, BacklogAnswer)) for held in view.backlog),
    )


def domain_answer(domain: Any) -> DomainAnswer:
    return DomainAnswer(**shared(domain, DomainAnswer))


def _deliverability(found: dict[str, Deliverability]) -> dict[str, DeliverabilityAnswer]:
    return {
        name: DeliverabilityAnswer(**shared(value, DeliverabilityAnswer))
        for name, value in found.items()
    }


_FACTS: Final = tuple(name for name in AccountAnswer.__struct_fields__ if name != "decision")


ACCOUNT_ANSWERS: Final[tuple[type[Answer], ...]] = (
    AccountAnswer,
    DomainAnswer,
    AccountViewAnswer,
)
