"""From facts to a stored decision: the step that every score shares."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, TypeVar

from features.catalogue import Array
from features.facts import Facts
from features.inputs import inputs_of
from features.records import Account, Subject
from models.decide import Context, Question, decide
from models.decision import Decision, SubjectRef
from models.inflight import Plan
from models.policy.audits import audited
from models.policy.policy import Missing
from service.errors import Unavailable, UnknownAccount
from service.parts import Parts
from service.standing import Standing
from service.stores.contract import Store

LOG: Final = logging.getLogger(__name__)
_SECONDS_A_DAY: Final = 86_400.0
T = TypeVar("T")


@dataclass(frozen=True)
class Known:
    """What could be read before a decision; `facts` None: the store could not be read."""

    account: Account | None = None
    facts: Facts | None = None
    standing: Standing = field(default_factory=Standing)
    earlier: Decision | None = None


@dataclass(frozen=True)
class Once:
    """An idempotency key and the digest of the request it came with."""

    key: str
    digest: str


def known_account(store: Store, account_id: str) -> Account:
    """Return an account. Raises `UnknownAccount`."""
    account = store.account(account_id)
    if account is None:
        raise UnknownAccount(f"no account {account_id!r}; PUT /v1/accounts/{account_id} first")
    return account


def earlier_decision(store: Store, once: Once | None, at: datetime) -> Decision | None:
    """Return the decision stored under an idempotency key. Raises `IdempotencyConflict`."""
    return None if once is None else store.find_idempotent(once.key, once.digest, at)


def read_or(store: Store, read: Callable[[], T], instead: T) -> T:
    """Return what `read` finds, or `instead` when the store cannot be read: decided degraded.

    All reads inside share one connection; `read` must not write.
    """
    try:
        with store.snapshot():
            return read()
    except Unavailable as error:
        LOG.warning("the store cannot be read, deciding without facts: %s", type(error).__name__)
        return instead


def judge(
    parts: Parts,
    subject: SubjectRef,
    account_id: str,
    known: Known,
    context: Context,
    missing: tuple[Missing, ...],
    at: datetime,
) -> Decision:
    """Return the decision on a subject; nothing is stored yet."""
    exempt = parts.policy.exempt(account_id, at)
    question = Question(
        decision_id=parts.new_id(),
        subject=subject,
        account_id=account_id,
        as_of=at,
        names=parts.catalogue.names(subject.type),
        row=row_of(parts, subject.type, known.facts),
        context=replace(context, exemptions=exempt) if exempt else context,
        missing=tuple(name.value for name in missing),
    )
    policy = parts.policy.of(account_id)
    decision = decide(question, parts.model.current(), policy, parts.policy.shadow())
    if parts.beside is not None:
        parts.beside(question, decision, policy)
    return audited(decision, policy.audit, parts.audit_key)


def row_of(parts: Parts, subject: Subject, facts: Facts | None) -> Array | None:
    """Return the feature row `(n_columns,)`; None when the facts are unknown."""
    if facts is None:
        return None
    row: Array = parts.catalogue.compute(subject, inputs_of([facts]))[0]
    return row


def save(
    store: Store,
    decision: Decision,
    once: Once | None = None,
    recipients: int | None = None,
    plan: Plan | None = None,
    sealed: bytes | None = None,
) -> Decision:
    """Store a decision and return it, or the one stored first under the same idempotency key."""
    key = None if once is None else (once.key, once.digest)
    return store.save_decision(
        decision, idempotency=key, recipients=recipients, plan=plan, sealed=sealed
    )


def age_days(account: Account | None, at: datetime) -> float:
    """Return the age of an account in days; NaN when it is unknown."""
    if account is None:
        return float("nan")
    return (at - account.created_at).total_seconds() / _SECONDS_A_DAY
