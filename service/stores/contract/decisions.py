"""Decisions, and people's labels on them."""

from datetime import datetime
from typing import Protocol

from features.records import Subject
from models.decision import Decision, SubjectRef
from models.inflight import Plan
from service.stores.contract.row import Row


class Label(Row, frozen=True, kw_only=True):
    """A reviewer's verdict on a decision. One of source `undo` takes the label `undoes` back."""

    label_id: str
    decision_id: str
    account_id: str
    verdict: str
    known_at: datetime
    category: str | None = None
    action: str | None = None
    note: str | None = None
    source: str = "verdict"
    undoes: str | None = None


class Ruling(Row, frozen=True, kw_only=True):
    """What a decision says about standing; `degraded`: a stop-gap."""

    decision_id: str
    subject: SubjectRef
    action: str
    as_of: datetime
    degraded: bool


class DecisionQuery(Row, frozen=True, kw_only=True):
    account_id: str | None = None
    action: str | None = None
    since: datetime | None = None
    cursor: str | None = None
    limit: int = 100


class Page(Row, frozen=True, kw_only=True):
    decisions: tuple[Decision, ...]
    next_cursor: str | None = None


class CampaignSeen(Row, frozen=True, kw_only=True):
    """What earlier scores left behind about an account's campaigns."""

    campaigns: int = 0
    max_recipients: int = 0


class Stated(Row, frozen=True, kw_only=True):
    """The codes of the reasons that a decision on an account gave."""

    account_id: str
    codes: tuple[str, ...]


class Decisions(Protocol):
    def save_decision(
        self,
        decision: Decision,
        *,
        idempotency: tuple[str, str] | None = None,
        recipients: int | None = None,
        plan: Plan | None = None,
        sealed: bytes | None = None,
    ) -> Decision:
        """Store a decision; with `idempotency` = (key, body digest) answer the first one stored
        under that key within 24 h instead. `recipients` is the size of a campaign just scored,
        `plan` how it may be released, `sealed` its message, kept while a case is open for it.
        Raises `IdempotencyConflict` when the digest differs."""
        ...

    def find_idempotent(self, key: str, digest: str, now: datetime) -> Decision | None: ...
    def decision(self, decision_id: str) -> Decision | None: ...
    def decisions(self, query: DecisionQuery) -> Page: ...
    def stated(self, since: datetime, limit: int) -> tuple[Stated, ...]:
        """The reasons of the newest decisions that were no allow."""
        ...

    def latest_decision(self, account_id: str, subject: Subject | None = None) -> Decision | None:
        """The newest decision on the account and what it owns, or on one kind of subject alone."""
        ...

    def rulings(self, account_id: str) -> tuple[Ruling, ...]:
        """The newest decision on the account itself, the newest terminate on it or on what it owns,
        and the newest campaign of it that was held."""
        ...

    def campaigns_seen(self, account_id: str, except_campaign: str) -> CampaignSeen: ...
    def add_label(self, label: Label) -> None: ...
    def labels(
        self, account_id: str | None = None, since: datetime | None = None
    ) -> tuple[Label, ...]:
        """Labels in the order they became known, of one account or of all, from a time on or ever."""
        ...
