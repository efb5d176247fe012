"""What the desk keeps: people, sessions, cases, entries of the audit log."""

from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Protocol

import msgspec


class Role(IntEnum):
    """What a person may do; each role may do all that the lower ones may."""

    VIEWER = 0
    REVIEWER = 1
    LEAD = 2
    ADMIN = 3

    @property
    def label(self) -> str:
        """The word in commands and on pages."""
        return self.name.lower()


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """An immutable row of the desk."""


class Person(Kept, frozen=True, kw_only=True):
    """Someone who signs in. `totp_secret` is sealed with the installation's key.

    `totp_used_step` is the last 30-second step whose code was taken, so that none works twice.
    `subject` is the identity provider's issuer and its own id of them; None for a local account.
    """

    name: str
    role: str
    password_hash: str
    created_at: datetime
    totp_secret: bytes | None = None
    totp_used_step: int = -1
    disabled_at: datetime | None = None
    subject: str | None = None

    @property
    def rank(self) -> Role:
        """The role as an ordered value."""
        return Role[self.role.upper()]


class Actor(Protocol):
    """Who acts at the desk: a person who signed in, or the holder of a key."""

    @property
    def name(self) -> str:
        """How the audit log calls them."""

    @property
    def rank(self) -> Role:
        """What they may do."""


class KeyHolder(Kept, frozen=True, kw_only=True):
    """The holder of an API key, who acts as one person."""

    name: str
    rank: Role


class Session(Kept, frozen=True, kw_only=True):
    """A signed-in browser. Only the hash of its token is kept; `csrf` goes into every form."""

    token_hash: str
    person: str
    csrf: str
    started_at: datetime
    expires_at: datetime


class Word(Kept, frozen=True, kw_only=True):
    """A reviewer's word on a case; `claimed_at`: when they took it, None where they never did.

    `label_id` is the label that it became; a second look's word becomes none.
    """

    by: str
    at: datetime
    verdict: str
    action: str | None = None
    category: str | None = None
    note: str | None = None
    claimed_at: datetime | None = None
    label_id: str | None = None

    @property
    def outcome(self) -> str:
        """The word in a line."""
        return self.verdict if self.action is None else f"{self.verdict}, {self.action}"


class LookState(StrEnum):
    """Where a second look stands: it waits for the end of the undoing, is open to be taken, was
    given and agrees or not; what did not agree is settled by a lead."""

    WAITING = "waiting"
    OPEN = "open"
    AGREED = "agreed"
    DISAGREED = "disagreed"
    SETTLED = "settled"


class Look(Kept, frozen=True, kw_only=True):
    """A second look at a decided case, drawn with the probability `chance`.

    `turns_at` is when it opens, while it waits, and when it is given up, while it is open. `version`
    is the case's when it was decided first.
    """

    chance: float
    first: Word
    turns_at: datetime
    version: int
    state: LookState = LookState.WAITING
    second: Word | None = None
    settled: Word | None = None


class Undone(Kept, frozen=True, kw_only=True):
    """A verdict that was taken back, and whose it was."""

    by: str
    at: datetime


class Case(Kept, frozen=True, kw_only=True):
    """One account's question to the desk; an open one gathers the account's later decisions.

    `decision_id` is the most severe, newest decision of it. `harm_per_minute` orders the queue.
    `proposed_by` is who asked for a terminate that waits for a second reviewer. `version`
    counts the changes, so that two people cannot both act on the same state. `audit_share`: it was
    drawn by chance, with the probability `propensity`. `reasons` are the codes that the decision gives. `claimed_at` is when whoever has the case, or
    decided it, took it. `look` is the second look at it, `undone` what was taken back.
    """

    case_id: str
    account_id: str
    decision_id: str
    subject: str
    subject_id: str
    action: str
    risk: float
    opened_at: datetime
    due_at: datetime
    harm_per_minute: float
    mails: int
    decisions: int = 1
    state: str = "open"
    version: int = 0
    claimed_by: str | None = None
    lease_until: datetime | None = None
    snoozed_until: datetime | None = None
    assigned_to: str | None = None
    proposed_by: str | None = None
    proposed_label: str | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None
    outcome: str | None = None
    label_id: str | None = None
    audit_share: bool = False
    propensity: float | None = None
    claimed_at: datetime | None = None
    look: Look | None = None
    undone: tuple[Undone, ...] = ()
    reasons: tuple[str, ...] = ()

    def holder(self, at: datetime) -> str | None:
        """Who holds the lease at `at`, None when nobody does."""
        held = self.lease_until is not None and at < self.lease_until
        return self.claimed_by if held else None


class Deed(Kept, frozen=True, kw_only=True):
    """What a person did, before it is chained: `before` and `after` are plain JSON values."""

    at: datetime
    actor: str
    act: str
    target: str
    before: dict[str, str | int | float | None] = {}
    after: dict[str, str | int | float | None] = {}


class Entry(Kept, frozen=True, kw_only=True):
    """A deed in the chain. `seal` covers the deed, its number and the seal before it."""

    number: int
    deed: Deed
    previous: str
    seal: str


class CaseQuery(Kept, frozen=True, kw_only=True):
    """Which cases: `state`, one account's, an assignee's, those snoozed or not, one action's.

    `subject` is `account`, `list` or `campaign`; `due_before` finds what is late at a time;
    `unassigned` leaves out what is somebody's; `plan` and `country` are the account's; `band` is one
    of `service.desk.filters.BANDS`, `reason` a code that the decision gives, `order` one of
    `service.desk.filters.ORDERS`. `viewer`: as this person is shown them, who is not told that a
    case they decided is looked at again.
    """

    state: str | None = "open"
    account_id: str | None = None
    assigned_to: str | None = None
    action: str | None = None
    awake_at: datetime | None = None
    subject: str | None = None
    due_before: datetime | None = None
    unassigned: bool = False
    plan: str | None = None
    country: str | None = None
    band: str | None = None
    reason: str | None = None
    order: str = "harm"
    viewer: str | None = None
    limit: int = 50
    offset: int = 0


class CaseView(Kept, frozen=True, kw_only=True):
    """Filters of the queue under a name, by the words of `service.desk.filters`; everybody's where `shared`."""

    view_id: str
    name: str
    owner: str
    shared: bool
    filters: dict[str, str]
    created_at: datetime


class ViewChange(Kept, frozen=True, kw_only=True):
    """A view that is kept (`before` None) or given up (`after` None), if it is still as in `before`."""

    before: CaseView | None
    after: CaseView | None


class LookQuery(Kept, frozen=True, kw_only=True):
    """Which second looks: in some states, of an account, that changed since a time."""

    states: tuple[LookState, ...] = tuple(LookState)
    account_id: str | None = None
    since: datetime | None = None
    limit: int = 100
