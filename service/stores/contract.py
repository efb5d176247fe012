"""The store contract. Every implementation passes `tests/service/stores/test_contract.py`.

A method that returns has committed: what is acknowledged is durable. Reads see all earlier
writes of this process. All methods are thread-safe and blocking.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

import msgspec
import numpy as np
import numpy.typing as npt

from features.facts import Peers, TieKind
from features.records import Account, Event, EventType, ListImport, SendingDomain, Subject
from features.sources.report import Report
from features.tiles import TileRows
from features.windows import Grain
from models.decision import Decision, SubjectRef
from models.inflight import Answer, Plan, Progress
from models.inflight.volume import Sent
from models.policy.exemptions import Exemption
from service.desk.records import (
    Case,
    CaseQuery,
    CaseView,
    Deed,
    Entry,
    LookQuery,
    Person,
    Session,
    ViewChange,
)
from service.outbox.changes import Change
from service.outbox.endpoints import Delivery, Endpoint
from service.policies.records import Comparison, PolicyVersion

Hashes = npt.NDArray[np.int64]


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """An immutable row."""


class RecipientFlag:
    """Bits of what is known of a recipient hash across the platform."""

    HARD_BOUNCE = 1
    COMPLAINT = 2
    UNSUBSCRIBE = 4
    TRAP = 8
    SENT = 16


Told = Answer


@dataclass(frozen=True)
class Asked:
    """A campaign's release as it stands: its `counts` of events, what its account was granted in the
    lane (`sent`), and what the accounts of its fleet were (`others`)."""

    plan: Plan
    progress: Progress
    counts: Mapping[str, int]
    sent: Sent
    others: tuple[Sent, ...] = ()


# What to keep, and the answer.
Ask = Callable[[Asked], tuple[Progress, Sent, Told]]


class Backlog(Row, frozen=True, kw_only=True):
    """Mail of a campaign that is held since a time, by review or by what is in force on the account."""

    campaign_id: str
    mails: int
    held_since: datetime
    lane: str


class StampedEvent(Row, frozen=True, kw_only=True):
    """An event with its recipient already hashed; `event.recipient` is None here.

    `failure` are the columns of `features.bounces.tally.FAILURES` that it counts in.
    """

    event: Event
    recipient_hash: int | None = None
    failure: tuple[int, ...] = ()


class IngestCount(Row, frozen=True, kw_only=True):
    """`duplicates` holds the indexes of events that had been counted before."""

    accepted: int
    duplicates: tuple[int, ...] = ()


class ApiKey(Row, frozen=True, kw_only=True):
    key_hash: str
    name: str
    scopes: tuple[str, ...]
    created_at: datetime
    revoked_at: datetime | None = None


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


class Appeal(Row, frozen=True, kw_only=True):
    """A customer's words on a decision. What comes with the `outcome`: `against` is whose verdict
    stood (None: the policy's alone), `rules` and `reasons` are those of the decision."""

    appeal_id: str
    decision_id: str
    account_id: str
    appealed_at: datetime
    cause: str
    change_made: str
    prevention: str
    outcome: str | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None
    note: str | None = None
    label_id: str | None = None
    against: str | None = None
    rules: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()


class Evidence(Row, frozen=True, kw_only=True):
    """A kept sample of a diagnostic text."""

    account_id: str
    kind: str
    seen_at: datetime
    text: str


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


class Overlap(Row, frozen=True, kw_only=True):
    """`containment`: estimated share of the new list that is in the other one.

    `standard_error` is that of the estimate, which rests on `compared` addresses; `contains` is
    the share of the other list that is in the new one. A known bad list has an empty `account_id`.
    """

    account_id: str
    list_id: str
    containment: float
    standard_error: float = 0.0
    compared: int = 0
    contains: float = 0.0

    @property
    def known_bad(self) -> bool:
        return not self.account_id


class Owner(Row, frozen=True, kw_only=True):
    """Whose a list is; `abuser`: a person said so, or the account was terminated."""

    account: Account
    abuser: bool


class TiedAccount(Row, frozen=True, kw_only=True):
    """An account that shares something: the last verdict on it and the newest decision's action."""

    account_id: str
    created_at: datetime
    verdict: str | None = None
    last_action: str | None = None

    @property
    def flagged(self) -> bool:
        """Whether a person called it abusive, or it was terminated and no person said otherwise."""
        if self.verdict is not None:
            return self.verdict == "abusive"
        return self.last_action == "terminate"


class Tied(Row, frozen=True, kw_only=True):
    """One thing that an account shares with `accounts` others, counted up to 200; some by name."""

    kind: str
    accounts: int
    peers: tuple[TiedAccount, ...] = ()


class TiedThen(Row, frozen=True, kw_only=True):
    """An account that shared a thing at an earlier time; `created_at` orders them."""

    account_id: str
    created_at: datetime


class Stated(Row, frozen=True, kw_only=True):
    """The codes of the reasons that a decision on an account gave."""

    account_id: str
    codes: tuple[str, ...]


class DayCount(Row, frozen=True, kw_only=True):
    """Decisions of one action on the day that begins at `day` (UTC)."""

    day: datetime
    action: str
    count: int


class Arrivals(Row, frozen=True, kw_only=True):
    """Cases on one kind of subject that came in the hour that begins at `hour` (UTC)."""

    hour: datetime
    subject: str
    cases: int


class Scored(Row, frozen=True, kw_only=True):
    """A decision as far as it is weighed against others: `rules` are what fired, `stream` and
    `recipients` those of a campaign."""

    account_id: str
    subject: str
    as_of: datetime
    action: str
    risk: float
    malicious: float
    careless: float
    rules: tuple[str, ...] = ()
    stream: str | None = None
    recipients: int | None = None


class CampaignMail(Row, frozen=True, kw_only=True):
    """A campaign by its newest decision, and its mail. `granted` None: its sender asks for no release.

    `verdict` is a person's last word on the account.
    """

    campaign_id: str
    account_id: str
    decision_id: str
    as_of: datetime
    action: str
    risk: float
    recipients: int
    granted: int | None = None
    stopped: bool = False
    verdict: str | None = None


class KnownList(Row, frozen=True, kw_only=True):
    """A bad list that the abuse team registered: kept as a sketch, known by a name."""

    name: str
    addresses: int
    added_at: datetime


class LostEvent(Row, frozen=True, kw_only=True):
    """An event without an account: what is known of it, no address in any text.

    `clues` are what the attribution rules looked at.
    """

    source: str
    event_id: str
    type: EventType
    occurred_at: datetime
    received_at: datetime | None = None
    recipient_hash: int | None = None
    mailbox_provider: str | None = None
    sending_ip: str | None = None
    smtp_code: int | None = None
    enhanced_status: str | None = None
    diagnostic: str | None = None
    feedback_type: str | None = None
    campaign_id: str | None = None
    bounce_class: str | None = None
    clues: dict[str, tuple[str, ...]] = {}


class LostCount(Row, frozen=True, kw_only=True):
    """How many events of a source and type have no account."""

    source: str
    type: str
    count: int


class SourceCount(Row, frozen=True, kw_only=True):
    """What came of payloads of an event source.

    Of their events: counted, counted before, left out as no events, without an account; rows of `reports`
    on domains. `refused` payloads had no right signature, `unreadable` ones are in no form that is known.
    `fault` says what was wrong last.
    """

    source: str
    payloads: int = 0
    accepted: int = 0
    duplicates: int = 0
    rejected: int = 0
    unattributed: int = 0
    reports: int = 0
    refused: int = 0
    unreadable: int = 0
    fault: str = ""

    @property
    def taken(self) -> int:
        """Events and rows of reports that were new."""
        return self.accepted + self.unattributed + self.reports

    @property
    def heard(self) -> bool:
        """Whether the source told anything, new or not."""
        return self.taken + self.duplicates > 0


class SourceDay(Row, frozen=True, kw_only=True):
    """The counts of a day slot (UTC)."""

    day: int
    count: SourceCount


class SourceLast(Row, frozen=True, kw_only=True):
    """When a source was first (day slot) and last heard of, and what was wrong last; as long as that is kept."""

    source: str
    first_day: int | None = None
    last_at: datetime | None = None
    fault: str = ""
    fault_at: datetime | None = None


class EndpointState(Row, frozen=True, kw_only=True):
    """How deliveries to a receiver of changes fare.

    `behind` are changes that were not looked at for it yet; `error` is the last one of what it has not got.
    """

    endpoint: Endpoint
    delivered: int
    delivered_at: datetime | None
    waiting: int
    dead: int
    behind: int
    error: str = ""
    next_at: datetime | None = None


class StoreFacts(Row, frozen=True, kw_only=True):
    """What the database is: `sqlite` or `postgresql`, the revision of its tables, its size."""

    kind: str
    revision: str
    size_bytes: int


class ActiveKind:
    """Who was active where: (account, provider), (ip, provider), (account, ip)."""

    ACCOUNT = "account"
    IP = "ip"
    ACCOUNT_IP = "account_ip"


class Active(Row, frozen=True, kw_only=True):
    """A subject that had events at `part`, lastly in the hour slot `last_hour`."""

    subject: str
    part: str
    last_hour: int


class WhichAccounts(Row, frozen=True, kw_only=True):
    """Which accounts; `since` is when they were created, `last_action` that of the newest decision.

    `ties` are keys that they all have (`service.ties`); with events at the mailbox `provider`.
    """

    plan: str | None = None
    country: str | None = None
    last_action: str | None = None
    verdict: str | None = None
    since: datetime | None = None
    ties: tuple[int, ...] = ()
    provider: str | None = None


class SubjectQuery(Row, frozen=True, kw_only=True):
    """Which campaigns or lists, by their newest decisions, and in which order, the most first.

    `order` is `newest`, `risk` or `size`: recipients, or the addresses of a list; `verdict` a
    person's last word on the account; decided in [since, until).
    """

    subject: Subject
    account_id: str | None = None
    id: str | None = None
    action: str | None = None
    verdict: str | None = None
    least_risk: float | None = None
    since: datetime | None = None
    until: datetime | None = None
    order: str = "newest"
    cursor: str | None = None
    limit: int = 100


class SubjectRow(Row, frozen=True, kw_only=True):
    """A campaign or list with its newest decision; `size` in recipients or addresses."""

    account_id: str
    id: str
    decision_id: str
    as_of: datetime
    action: str
    risk: float
    size: int
    verdict: str | None


class SubjectsPage(Row, frozen=True, kw_only=True):
    subjects: tuple[SubjectRow, ...]
    next_cursor: str | None = None


class AccountQuery(Row, frozen=True, kw_only=True):
    which: WhichAccounts = WhichAccounts()
    cursor: str | None = None
    limit: int = 100


class AccountRow(Row, frozen=True, kw_only=True):
    """An account with the action of its newest decision and a person's last word on it."""

    account: Account
    last_action: str | None
    verdict: str | None


class AccountsPage(Row, frozen=True, kw_only=True):
    accounts: tuple[AccountRow, ...]
    next_cursor: str | None = None


class TopQuery(Row, frozen=True, kw_only=True):
    """The most of a counter by `account`, `plan`, `country`, `provider` or a kind of tie.

    The counter is one of events, `risk` (the highest of a campaign by its newest decision) or
    `expected_abusive` (the sum of their risk times recipients); risk is not known by provider.
    `slots` of the grain: the first of the period before, the first of the period, the one after
    it. Accounts with no event since the hour slot `active_hour` are left out.
    """

    counter: str
    by: str
    grain: int
    slots: tuple[int, int, int]
    active_hour: int
    limit: int
    which: WhichAccounts = WhichAccounts()


class Top(Row, frozen=True, kw_only=True):
    """A figure of a period and of the one before; `name` None where the fact is not known.

    `accounts` have any of it, None where they are not counted. What a `tie` stands for is known
    by one of those that share it, the `example`.
    """

    name: str | None
    now: float
    before: float
    accounts: int | None = None
    tie: int | None = None
    example: Account | None = None


class Note(Row, frozen=True, kw_only=True):
    """What a person wrote about an incident."""

    at: datetime
    by: str
    text: str


class Handling(Row, frozen=True, kw_only=True):
    """What people did about an incident; it changes with `record` alone. `notes` are the newest, oldest first.

    `closed_by` is None while it is open, and where it closed itself.
    """

    notes: tuple[Note, ...] = ()
    removal_requested_at: datetime | None = None
    removal_requested_by: str | None = None
    closed_by: str | None = None
    closed_reason: str = ""


class Incident(Row, frozen=True, kw_only=True):
    """Something wrong that somebody has to look at: an alert, a listing or an abuse report.

    `kind` is `alert`, `drift`, `listing` or `report`. While it is open, `key` is its alone. `severity` 1 is the worst.
    `account_id` is empty where no account is known. `facts` are the incident's own.
    """

    incident_id: str
    kind: str
    key: str
    severity: int
    opened_at: datetime
    updated_at: datetime
    closed_at: datetime | None = None
    account_id: str = ""
    facts: dict[str, Any] = {}
    handling: Handling = Handling()


class ModelShadow(Row, frozen=True, kw_only=True):
    """What the champion said of a decision, and what the challenger would have said."""

    decision_id: str
    challenger: str
    champion: str
    account_id: str
    subject: str
    as_of: datetime
    live: str
    draft: str
    live_risk: float
    draft_risk: float


class ModelComparison(Row, frozen=True, kw_only=True):
    """`counts` by (subject, champion's action, challenger's); `examples` are the newest that differ."""

    challenger: str
    counts: dict[tuple[str, str, str], int]
    correlation: float | None
    examples: tuple[ModelShadow, ...]


class IncidentQuery(Row, frozen=True, kw_only=True):
    """`key` finds the open incident of that key. `worst_first`: by severity, then the newest first."""

    key: str | None = None
    kind: str | None = None
    account_id: str | None = None
    severity: int | None = None
    is_open: bool | None = None
    worst_first: bool = False
    limit: int = 100
    offset: int = 0


class WarmUp(Row, frozen=True, kw_only=True):
    """An IP that is brought up to `target_per_day` mails at a mailbox provider.

    It stays at its stage from `held_since` on, and did so on the days of `holds`, each from its
    first day (UTC) to the one before its second.
    """

    ip: str
    provider: str
    target_per_day: int
    started_at: datetime
    stages: int = 30
    first_per_day: int = 200
    held_since: datetime | None = None
    holds: tuple[tuple[date, date], ...] = ()


class PersonChange(Row, frozen=True, kw_only=True):
    """A person as `after`, if the stored one is still `before` (None: there is none)."""

    before: Person | None
    after: Person


class IncidentChange(Row, frozen=True, kw_only=True):
    """What people did about an incident, as `after`, if it is still what it is in `before`."""

    before: Incident
    after: Incident


class WarmUpChange(Row, frozen=True, kw_only=True):
    """A warm-up as `after` (None: it ends), if the stored one is still `before` (None: there is none)."""

    before: WarmUp | None
    after: WarmUp | None


DeskChange = (
    PersonChange | Session | Case | Label | Appeal | PolicyVersion | Exemption
    | IncidentChange | WarmUpChange | ViewChange
)  # fmt: skip


class Store(Protocol):
    """Durable state. Times are passed in; nothing here reads a clock."""

    def migrate(self) -> None: ...
    def ping(self) -> None: ...
    def snapshot(self) -> AbstractContextManager[None]:
        """Let the reads of this thread share one connection; nothing is written meanwhile."""
        ...

    def close(self) -> None: ...
    def facts(self) -> StoreFacts:
        """What the database itself is."""
        ...

    # Facts. `put_account` and `put_domain` keep history with valid_from = at.
    def put_account(self, account: Account, ties: Mapping[TieKind, int], at: datetime) -> None: ...
    def account(self, account_id: str) -> Account | None: ...
    def put_domain(self, domain: SendingDomain, at: datetime) -> None: ...
    def domains(self, account_id: str) -> tuple[SendingDomain, ...]: ...
    def add_import(self, record: ListImport, sketch: Hashes) -> None: ...
    def imports(
        self, account_id: str, list_ids: Sequence[str] | None = None
    ) -> tuple[ListImport, ...]:
        """Newest import of each list of the account (all lists when `list_ids` is None)."""
        ...

    def overlaps(self, account_id: str, sketch: Hashes, limit: int = 10) -> tuple[Overlap, ...]:
        """Other accounts' lists, and known bad ones, that share addresses with the list of this
        bottom-k sketch, largest share first."""
        ...

    def recipient_flags(self, hashes: Hashes) -> dict[int, int]:
        """Known flag bits of those hashes that are known."""
        ...

    # Ties
    def add_ties(self, account_id: str, ties: Mapping[TieKind, int], at: datetime) -> None: ...
    def peers(self, account: Account, ties: Mapping[TieKind, int]) -> dict[TieKind, Peers]: ...

    def tied(self, account_id: str) -> tuple[Tied, ...]:
        """What an account shares with others, what the fewest share first."""
        ...

    # Events
    def ingest(
        self,
        events: Sequence[StampedEvent],
        received_at: datetime,
        heard: SourceCount | None = None,
    ) -> IngestCount:
        """Deduplicate, count into tiles, keep flags and evidence, set milestones: one transaction.

        `heard` is the payload that they came in, as far as it is known; it is counted with them.
        """
        ...

    def count_source(self, count: SourceCount, at: datetime) -> None:
        """Count what came of a source's payloads that gave no events."""
        ...

    def source_days(self, first_day: int) -> tuple[SourceDay, ...]:
        """The counts by source and day since a day slot."""
        ...

    def source_last(self) -> tuple[SourceLast, ...]: ...

    def tiles(
        self,
        entities: Iterable[int],
        grain: Grain,
        first_slot: int,
        last_slot: int,
        cuts: Sequence[int] | None = None,
    ) -> TileRows:
        """Tiles with first_slot <= slot <= last_slot, sorted by (entity, slot).

        With `cuts`, slots in any order, those of an entity are added up from one cut to the next.
        """
        ...

    def failures(
        self,
        entities: Iterable[int],
        grain: Grain,
        first_slot: int,
        last_slot: int,
        cuts: Sequence[int] | None = None,
    ) -> TileRows:
        """The same for `features.bounces.tally.FAILURES`: `counts` `(n, 17)`, hours and days."""
        ...

    def providers(self, account_id: str) -> tuple[str, ...]:
        """Mailbox providers that the account has had events at."""
        ...

    def milestones(self, account_id: str) -> tuple[datetime | None, datetime | None]:
        """When the first and the thousandth mail were sent."""
        ...

    def evidence(self, account_id: str) -> tuple[Evidence, ...]: ...

    # Decisions
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
    def add_model_shadows(self, rows: Sequence[ModelShadow]) -> None: ...
    def model_comparison(
        self, challenger: str, since: datetime, examples: int
    ) -> ModelComparison: ...
    def labels(
        self, account_id: str | None = None, since: datetime | None = None
    ) -> tuple[Label, ...]:
        """Labels in the order they became known, of one account or of all, from a time on or ever."""
        ...

    def add_appeal(self, appeal: Appeal) -> None: ...
    def appeal(self, appeal_id: str) -> Appeal | None: ...
    def appeals(self, *, waiting: bool, limit: int) -> tuple[Appeal, ...]:
        """Those that wait, the oldest first; or those that were judged, the newest first."""
        ...

    def count_appeals(self) -> int:
        """How many wait. `record` judges them."""
        ...

    # Releases
    def release(self, campaign_id: str, ask: Ask, fleet: Sequence[str] = ()) -> Told:
        """Move a campaign's release on by `ask`; no two senders get the same mails.

        Nor do two campaigns of the account, or of a `fleet` of accounts that share its volume.

        Raises `UnknownCampaign` for one that was never scored.
        """
        ...

    def find_release(self, campaign_id: str) -> tuple[Plan, Progress] | None: ...
    def releases(self, campaign_ids: Sequence[str]) -> dict[str, tuple[Plan, Progress]]:
        """The plan and progress of those of the campaigns that were scored."""
        ...

    def sent(self, account_ids: Sequence[str], lane: str) -> list[Sent]:
        """What each account was granted in a lane, in the order of the ids."""
        ...

    def fleet(self, account_id: str, ties: Sequence[int], since: datetime) -> tuple[str, ...]:
        """The other unpaid accounts created since then that share one of the ties."""
        ...

    def backlogs(self, account_id: str) -> tuple[Backlog, ...]:
        """The account's campaigns that are held with mail left, the longest held first."""
        ...

    # API keys
    def add_key(self, key: ApiKey) -> None: ...
    def key(self, key_hash: str) -> ApiKey | None: ...
    def keys(self) -> tuple[ApiKey, ...]: ...
    def revoke_key(self, name: str, at: datetime) -> bool: ...

    # Whose lists overlap, and bad lists known by name
    def owners(self, account_ids: Sequence[str]) -> dict[str, Owner]:
        """Who those of the accounts are that are known."""
        ...

    def put_known_list(self, name: str, sketch: Hashes, at: datetime) -> None:
        """Register a bad list, such as one that is on sale, or replace it."""
        ...

    def drop_known_list(self, name: str) -> bool:
        """Forget a bad list; False when there was none."""
        ...

    def known_lists(self) -> tuple[KnownList, ...]: ...
    # Events without an account
    def keep_unattributed(self, events: Sequence[LostEvent], received_at: datetime) -> int:
        """Keep events that have no account, each once; return how many are new."""
        ...

    def unattributed(self, source: str | None, limit: int) -> tuple[LostEvent, ...]:
        """The newest events that have no account, of one source or of all."""
        ...

    def unattributed_counts(self) -> tuple[LostCount, ...]: ...
    def domain_owner(self, domain: str) -> str | None:
        """The account that a sending domain was put for."""
        ...

    # Deliverability
    def domain_names(self, after: str, limit: int) -> tuple[str, ...]:
        """Sending domains of all accounts, in the order of their names."""
        ...

    def active(
        self,
        kind: str,
        since_hour: int,
        *,
        subject: str | None = None,
        part: str | None = None,
        limit: int = 1_000,
    ) -> tuple[Active, ...]:
        """Pairs that were active since an hour slot, the newest first."""
        ...

    def active_page(
        self,
        kind: str,
        since_hour: int,
        *,
        subject: str | None = None,
        part: str | None = None,
        after: Active | None = None,
        limit: int = 10_000,
    ) -> tuple[Active, ...]:
        """Pairs that were active since an hour slot, by subject and part, that follow `after`."""
        ...

    def active_parts(self, kind: str, since_hour: int, limit: int) -> tuple[str, ...]:
        """Parts that were active since an hour slot: the newest first, then those of most subjects."""
        ...

    def active_subjects(self, kind: str, since_hour: int) -> tuple[str, ...]:
        """All subjects that were active since an hour slot, in the order of their names."""
        ...

    def active_at(self, kind: str, since_hour: int, parts: Sequence[str]) -> tuple[Active, ...]:
        """All pairs active since an hour slot whose part is called so, in letters of any case."""
        ...

    def put_incident(self, incident: Incident) -> Incident:
        """Store an incident by its id. A new one whose key is open already is not stored; the open one is returned.

        What people did about it is kept; one that is closed stays as it is and is returned.
        """
        ...

    def incident(self, incident_id: str) -> Incident | None: ...
    def incidents(self, query: IncidentQuery) -> tuple[Incident, ...]:
        """Incidents, the newest first or the worst."""
        ...

    def warm_ups(self, ip: str | None = None) -> tuple[WarmUp, ...]:
        """By IP and provider. They change with `record` alone, so that nothing changes unseen."""
        ...

    # Changes that others are told of
    def add_changes(self, changes: Sequence[Change]) -> None:
        """Store changes that come with nothing else; the others are stored with what makes them."""
        ...

    def changes(
        self, after: int, limit: int, account_id: str | None = None, types: Sequence[str] = ()
    ) -> tuple[Change, ...]:
        """Changes that were committed after one, in that order."""
        ...

    def newest_change(self) -> int: ...
    def put_endpoint(self, endpoint: Endpoint) -> Endpoint:
        """Add a receiver; it is told of what happens from now on."""
        ...

    def endpoints(self) -> tuple[Endpoint, ...]: ...
    def drop_endpoint(self, webhook_id: str) -> bool: ...
    def lease_endpoint(
        self, webhook_id: str, holder: str, at: datetime, until: datetime
    ) -> bool: ...
    def advance(
        self,
        webhook_id: str,
        cursor: int,
        queued: Sequence[Delivery],
        delivered: int = 0,
        at: datetime | None = None,
    ) -> None:
        """Note that changes up to `cursor` are delivered, but for those that are queued or not wanted.

        `delivered` of them were, lastly `at`.
        """
        ...

    def accounts_waiting(self, webhook_id: str) -> tuple[str, ...]: ...
    def due(self, webhook_id: str, at: datetime, limit: int) -> tuple[tuple[Delivery, Change], ...]:
        """The oldest waiting change of each account, where it is due."""
        ...

    def settle(
        self, delivery: Delivery, later: Delivery | None, at: datetime | None = None
    ) -> None:
        """Forget a delivery that was made `at` a time, or keep it for later."""
        ...

    def undelivered(self, webhook_id: str, limit: int) -> tuple[tuple[Delivery, Change], ...]: ...
    def endpoint_states(self) -> tuple[EndpointState, ...]: ...
    def redeliver(self, webhook_id: str, at: datetime) -> int:
        """Let an endpoint's dead deliveries be tried again; how many."""
        ...

    # The abuse desk
    def record(self, key: bytes, deed: Deed, *changes: DeskChange) -> Entry:
        """Make changes and chain what was done to the audit log, all or nothing.

        A `Case` must be one version ahead of the stored one. Raises `CaseMoved`, `PersonMoved`, `IncidentMoved`,
        `WarmUpMoved`, `ViewMoved`.
        """
        ...

    def person(self, name: str) -> Person | None: ...
    def people(self) -> tuple[Person, ...]: ...
    def session(self, token_hash: str) -> Session | None: ...
    def end_sessions(self, *, token_hash: str | None = None, name: str | None = None) -> None: ...
    def case(self, case_id: str) -> Case | None: ...
    def cases(self, query: CaseQuery) -> tuple[Case, ...]:
        """Cases in the order of the query. `save_decision` opens them."""
        ...

    def case_views(self, owner: str) -> tuple[CaseView, ...]:
        """Somebody's views of the queue and the shared ones, by name."""
        ...

    def find_accounts(self, query: AccountQuery) -> AccountsPage:
        """Accounts, newest first. Raises `ValueError` for a cursor of somewhere else."""
        ...

    def find_subjects(self, query: SubjectQuery) -> SubjectsPage:
        """Campaigns or lists by filters. Raises `ValueError` for a cursor of somewhere else."""
        ...

    def list_overlaps(self, account_id: str, list_id: str, limit: int = 10) -> tuple[Overlap, ...]:
        """Other lists that share addresses with a stored one, the most shared first."""
        ...

    def top_accounts(self, query: TopQuery) -> tuple[Top, ...]:
        """Who has the most of a counter in a period, the most first."""
        ...

    def decided(self, subject: str, limit: int) -> tuple[tuple[Case, tuple[str, ...]], ...]:
        """Decided cases of a kind of subject with their decisions' reasons, most harm first."""
        ...

    def held_messages(self, case_id: str) -> tuple[str, ...]:
        """The decisions whose messages are kept for a case, the newest first."""
        ...

    def held_message(self, decision_id: str) -> bytes | None:
        """The sealed copy of a message; None when its case is decided, or it was not kept."""
        ...

    def count_cases(self, query: CaseQuery) -> int: ...
    def turn_looks(self, at: datetime) -> int:
        """Open the second looks that are due, and give up those that nobody took in time.

        While one is open the account's case is, too; it holds nothing. Returns how many turned.
        """
        ...

    def second_looks(self, query: LookQuery) -> tuple[Case, ...]:
        """The cases that are looked at again or were, those that changed last first."""
        ...

    def scored(self, since: datetime, limit: int) -> tuple[Scored, ...]:
        """What is weighed of the newest decisions since a time, the newest first."""
        ...

    def ruled(self, since: datetime, limit: int) -> tuple[Case, ...]:
        """The cases with a verdict since a time, also one taken back, the newest verdict first."""
        ...

    def audited(self, since: datetime, until: datetime, limit: int) -> tuple[Case, ...]:
        """Cases opened in [since, until] that were drawn by chance or ever had a verdict, newest first."""
        ...

    def arrivals(self, since: datetime, until: datetime) -> tuple[Arrivals, ...]:
        """How many cases came in each hour of [since, until), by subject; none: left out."""
        ...

    def entries(self, after: int = 0, limit: int = 1_000) -> tuple[Entry, ...]:
        """Entries of the audit log in the order of the chain."""
        ...

    def newest_entries(self, target: str | None = None, limit: int = 100) -> tuple[Entry, ...]: ...
    def decisions_by_action(self, since: datetime) -> dict[str, int]: ...
    def decisions_by_day(self, since: datetime) -> tuple[DayCount, ...]:
        """How many decisions called for each action on each day since then."""
        ...

    def campaign_mail(self, since: datetime, limit: int) -> tuple[CampaignMail, ...]:
        """The campaigns among the newest decisions on campaigns since then, the newest first."""
        ...

    # Policies. They change with `record` alone, so that nothing changes unseen.
    def policy_mark(self) -> str:
        """A text that is another one after every change of a version or an exemption."""
        ...

    def policy_version(self, policy_id: str) -> PolicyVersion | None: ...
    def policy_versions(self, *stages: str, limit: int = 200) -> tuple[PolicyVersion, ...]:
        """Versions in some stages, or in all, the newest change first."""
        ...

    def exemption(self, exemption_id: str) -> Exemption | None: ...
    def exemptions(self, account_id: str | None = None) -> tuple[Exemption, ...]:
        """Exemptions, of one account or of all, the last to expire first."""
        ...

    def shadow_comparison(self, version: str, examples: int = 20) -> Comparison:
        """What a policy in shadow came to; `save_decision` keeps what it would have done."""
        ...

    # Reports on sending domains
    def keep_reports(self, reports: Sequence[Report], received_at: datetime) -> int:
        """Keep rows of reports, each once; return how many are new."""
        ...

    def reports(self, domain: str | None, limit: int) -> tuple[Report, ...]:
        """The newest rows of reports, on one domain or on all."""
        ...

    # What was known at an earlier time.
    def account_past(self, account_id: str) -> tuple[tuple[datetime, Account], ...]:
        """Return every state of an account's record and since when it held, oldest first."""
        ...

    def domains_past(self, account_id: str) -> tuple[tuple[datetime, SendingDomain], ...]:
        """Return the states of every domain that was ever the account's, oldest first.

        A domain that went to another account is the other's from then on.
        """
        ...

    def imports_past(self, account_id: str) -> tuple[ListImport, ...]:
        """Return every import of every list of an account, oldest first."""
        ...

    def tied_then(
        self, account_id: str, tie: int, at: datetime, limit: int
    ) -> tuple[TiedThen, ...]:
        """Return the other accounts that were known to share a tie at `at`, the newest first."""
        ...

    def actions_past(
        self, account_ids: Sequence[str]
    ) -> dict[str, tuple[tuple[datetime, str], ...]]:
        """Return what was decided on accounts and their campaigns, by account, oldest first."""
        ...

    def keep_feature_set(self, fingerprint: str, definitions: str) -> None:
        """Keep what a feature set's columns are; what is kept already stays."""
        ...

    def feature_set(self, fingerprint: str) -> str | None: ...
