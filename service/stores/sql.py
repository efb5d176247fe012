"""The store contract over SQLAlchemy; how a transaction runs is each database's own."""

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection

from features.facts import Peers, TieKind
from features.records import Account, ListImport, SendingDomain, Subject
from features.sources.report import Report
from features.tiles import TileRows
from features.windows import Grain
from models.decision import Decision
from models.inflight import Plan, Progress
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
)
from service.outbox.changes import Change
from service.outbox.endpoints import Delivery, Endpoint
from service.policies.records import Comparison, PolicyVersion
from service.standing import Standing
from service.stores import (
    account_rows,
    activity_rows,
    appeal_rows,
    archive_rows,
    case_rows,
    decision_rows,
    desk_rows,
    event_rows,
    fact_rows,
    held_rows,
    history_rows,
    incident_rows,
    model_rows,
    outbox_rows,
    overlap_rows,
    overview_rows,
    past_rows,
    policy_rows,
    release_rows,
    report_rows,
    retention,
    review_rows,
    source_rows,
    store_facts,
    subject_rows,
    telling,
    tie_rows,
    tile_rows,
    top_rows,
    unattributed_rows,
    view_rows,
    volume_rows,
)
from service.stores.archive_rows import StoredDecision, TileKey, TileRow
from service.stores.contract import (
    AccountQuery,
    AccountsPage,
    Active,
    ApiKey,
    Appeal,
    Arrivals,
    Ask,
    Backlog,
    CampaignMail,
    CampaignSeen,
    DayCount,
    DecisionQuery,
    DeskChange,
    EndpointState,
    Evidence,
    Hashes,
    Incident,
    IncidentChange,
    IncidentQuery,
    IngestCount,
    KnownList,
    Label,
    LostCount,
    LostEvent,
    ModelComparison,
    ModelShadow,
    Overlap,
    Owner,
    Page,
    Ruling,
    Scored,
    SourceCount,
    SourceDay,
    SourceLast,
    StampedEvent,
    Stated,
    StoreFacts,
    SubjectQuery,
    SubjectsPage,
    Tied,
    TiedThen,
    Told,
    Top,
    TopQuery,
    WarmUp,
)
from service.stores.dialects import Dialect
from service.stores.retention import Keep

T = TypeVar("T")
Job = Callable[[Connection], T]


class _Shared(threading.local):
    """The connection that the reads of a thread share for now."""

    connection: Connection | None = None


class SqlStore(ABC):
    """Implements `service.stores.contract.Store`."""

    dialect: Dialect

    @abstractmethod
    def write(self, job: Job[T]) -> T:
        """Run `job` in a transaction and return its result once that is durable."""

    @abstractmethod
    def connected(self) -> AbstractContextManager[Connection]:
        """Return a connection to read with; what fails inside becomes `Unavailable`."""

    def __init__(self) -> None:
        self._shared = _Shared()

    def read(self, job: Job[T]) -> T:
        """Run `job` on a state that holds every earlier write of this process."""
        if self._shared.connection is not None:
            return job(self._shared.connection)
        with self.connected() as connection:
            return job(connection)

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Let this thread's reads share one connection and, where the database can, one state."""
        if self._shared.connection is not None:
            yield
            return
        with self.connected() as connection:
            self._shared.connection = connection
            try:
                yield
            finally:
                self._shared.connection = None

    @abstractmethod
    def migrate(self) -> None:
        """Bring the tables to the newest version."""

    @abstractmethod
    def close(self) -> None:
        """Let go of the database; writes under way are finished."""

    def facts(self) -> StoreFacts:
        return self.read(lambda c: store_facts.store_facts(c, self.dialect.name))

    def ping(self) -> None:
        self.read(fact_rows.ping)

    def put_account(self, account: Account, ties: Mapping[TieKind, int], at: datetime) -> None:
        self.write(lambda c: fact_rows.put_account(c, self.dialect, account, ties, at))

    def account(self, account_id: str) -> Account | None:
        return self.read(lambda c: fact_rows.account(c, account_id))

    def put_domain(self, domain: SendingDomain, at: datetime) -> None:
        self.write(lambda c: fact_rows.put_domain(c, self.dialect, domain, at))

    def domains(self, account_id: str) -> tuple[SendingDomain, ...]:
        return self.read(lambda c: fact_rows.domains(c, account_id))

    def add_import(self, record: ListImport, sketch: Hashes) -> None:
        self.write(lambda c: fact_rows.add_import(c, self.dialect, record, sketch))

    def imports(
        self, account_id: str, list_ids: Sequence[str] | None = None
    ) -> tuple[ListImport, ...]:
        return self.read(lambda c: fact_rows.imports(c, account_id, list_ids))

    def overlaps(self, account_id: str, sketch: Hashes, limit: int = 10) -> tuple[Overlap, ...]:
        return self.read(
            lambda c: overlap_rows.overlaps(c, self.dialect, account_id, sketch, limit)
        )

    def recipient_flags(self, hashes: Hashes) -> dict[int, int]:
        return self.read(lambda c: fact_rows.recipient_flags(c, self.dialect, hashes))

    def add_ties(self, account_id: str, ties: Mapping[TieKind, int], at: datetime) -> None:
        self.write(lambda c: fact_rows.add_ties(c, self.dialect, account_id, ties, at))

    def peers(self, account: Account, ties: Mapping[TieKind, int]) -> dict[TieKind, Peers]:
        return self.read(lambda c: fact_rows.peers(c, self.dialect, account, ties))

    def tied(self, account_id: str) -> tuple[Tied, ...]:
        return self.read(lambda c: tie_rows.tied(c, self.dialect, account_id))

    def ingest(
        self,
        events: Sequence[StampedEvent],
        received_at: datetime,
        heard: SourceCount | None = None,
    ) -> IngestCount:
        return self.write(lambda c: event_rows.ingest(c, self.dialect, events, received_at, heard))

    def count_source(self, count: SourceCount, at: datetime) -> None:
        self.write(lambda c: source_rows.count(c, self.dialect, count, at))

    def source_days(self, first_day: int) -> tuple[SourceDay, ...]:
        return self.read(lambda c: source_rows.days(c, first_day))

    def source_last(self) -> tuple[SourceLast, ...]:
        return self.read(source_rows.last)

    def tiles(
        self,
        entities: Iterable[int],
        grain: Grain,
        first_slot: int,
        last_slot: int,
        cuts: Sequence[int] | None = None,
    ) -> TileRows:
        wanted = (entities, grain, first_slot, last_slot, cuts)
        return self.read(lambda c: tile_rows.read(c, self.dialect, "tiles", *wanted))

    def failures(
        self,
        entities: Iterable[int],
        grain: Grain,
        first_slot: int,
        last_slot: int,
        cuts: Sequence[int] | None = None,
    ) -> TileRows:
        wanted = (entities, grain, first_slot, last_slot, cuts)
        return self.read(lambda c: tile_rows.read(c, self.dialect, "failures", *wanted))

    def providers(self, account_id: str) -> tuple[str, ...]:
        return self.read(lambda c: event_rows.providers(c, account_id))

    def milestones(self, account_id: str) -> tuple[datetime | None, datetime | None]:
        return self.read(lambda c: event_rows.milestones(c, account_id))

    def evidence(self, account_id: str) -> tuple[Evidence, ...]:
        return self.read(lambda c: event_rows.evidence(c, account_id))

    def save_decision(
        self,
        decision: Decision,
        *,
        idempotency: tuple[str, str] | None = None,
        recipients: int | None = None,
        plan: Plan | None = None,
        sealed: bytes | None = None,
    ) -> Decision:
        def job(connection: Connection) -> Decision:
            known = None if plan is None else release_rows.find_release(connection, decision.subject.id)  # fmt: skip
            watched = telling.may_change_standing(decision)
            before = telling.standing_in(connection, decision.account_id) if watched else Standing()
            saved = decision_rows.save_decision(
                connection, self.dialect, decision, idempotency, recipients, plan
            )
            if saved is decision:
                case = case_rows.open_case(connection, self.dialect, decision, recipients)
                if case is not None and sealed is not None:
                    held_rows.put(connection, case, decision.decision_id, sealed, decision.as_of)
                earlier = None if known is None else known[0]
                changes = telling.after_decision(connection, decision, before, earlier)
                outbox_rows.add_changes(connection, self.dialect, changes)
            return saved

        return self.write(job)

    def find_idempotent(self, key: str, digest: str, now: datetime) -> Decision | None:
        return self.read(lambda c: decision_rows.find_idempotent(c, key, digest, now))

    def decision(self, decision_id: str) -> Decision | None:
        return self.read(lambda c: decision_rows.decision_by_id(c, decision_id))

    def decisions(self, query: DecisionQuery) -> Page:
        return self.read(lambda c: decision_rows.decisions(c, query))

    def stated(self, since: datetime, limit: int) -> tuple[Stated, ...]:
        return self.read(lambda c: decision_rows.stated(c, since, limit))

    def latest_decision(self, account_id: str, subject: Subject | None = None) -> Decision | None:
        return self.read(lambda c: decision_rows.latest_decision(c, account_id, subject))

    def rulings(self, account_id: str) -> tuple[Ruling, ...]:
        return self.read(lambda c: decision_rows.rulings(c, account_id))

    def campaigns_seen(self, account_id: str, except_campaign: str) -> CampaignSeen:
        return self.read(lambda c: decision_rows.campaigns_seen(c, account_id, except_campaign))

    def add_label(self, label: Label) -> None:
        def job(connection: Connection) -> None:
            with self._telling(connection, (label,)):
                decision_rows.add_label(connection, label)

        self.write(job)

    def add_model_shadows(self, rows: Sequence[ModelShadow]) -> None:
        self.write(lambda c: model_rows.add_shadows(c, rows))

    def model_comparison(self, challenger: str, since: datetime, examples: int) -> ModelComparison:
        return self.read(lambda c: model_rows.comparison(c, challenger, since, examples))

    def labels(
        self, account_id: str | None = None, since: datetime | None = None
    ) -> tuple[Label, ...]:
        return self.read(lambda c: decision_rows.labels(c, account_id, since))

    def add_appeal(self, appeal: Appeal) -> None:
        self.write(lambda c: appeal_rows.add_appeal(c, appeal))

    def appeal(self, appeal_id: str) -> Appeal | None:
        return self.read(lambda c: appeal_rows.appeal(c, appeal_id))

    def appeals(self, *, waiting: bool, limit: int) -> tuple[Appeal, ...]:
        return self.read(lambda c: appeal_rows.appeals(c, waiting, limit))

    def count_appeals(self) -> int:
        return self.read(appeal_rows.count_waiting)

    def release(self, campaign_id: str, ask: Ask, fleet: Sequence[str] = ()) -> Told:
        return self.write(lambda c: release_rows.release(c, self.dialect, campaign_id, ask, fleet))

    def find_release(self, campaign_id: str) -> tuple[Plan, Progress] | None:
        return self.read(lambda c: release_rows.find_release(c, campaign_id))

    def releases(self, campaign_ids: Sequence[str]) -> dict[str, tuple[Plan, Progress]]:
        return self.read(lambda c: history_rows.releases(c, campaign_ids))

    def sent(self, account_ids: Sequence[str], lane: str) -> list[Sent]:
        return self.read(lambda c: volume_rows.sent(c, account_ids, lane))

    def fleet(self, account_id: str, ties: Sequence[int], since: datetime) -> tuple[str, ...]:
        return self.read(lambda c: volume_rows.fleet(c, account_id, ties, since))

    def backlogs(self, account_id: str) -> tuple[Backlog, ...]:
        return self.read(lambda c: release_rows.backlogs(c, account_id))

    def add_key(self, key: ApiKey) -> None:
        self.write(lambda c: decision_rows.add_key(c, key))

    def key(self, key_hash: str) -> ApiKey | None:
        return self.read(lambda c: decision_rows.api_key(c, key_hash))

    def keys(self) -> tuple[ApiKey, ...]:
        return self.read(decision_rows.api_keys)

    def revoke_key(self, name: str, at: datetime) -> bool:
        return self.write(lambda c: decision_rows.revoke_key(c, name, at))

    def purge(self, now: datetime, keep: Keep = Keep()) -> dict[str, int]:  # noqa: B008 - immutable
        """Drop what nothing reads any more, in many short transactions; return the rows by table.

        Events older than `keep.seen` days are no longer known when they come again.
        """
        return retention.purge(self.write, self.dialect, now, keep)

    def count_rows(self, table_name: str) -> int:
        """Return how many rows a table has; for operators and tests."""
        return self.read(lambda c: fact_rows.count_rows(c, table_name))

    def owners(self, account_ids: Sequence[str]) -> dict[str, Owner]:
        return self.read(lambda c: overlap_rows.owners(c, account_ids))

    def put_known_list(self, name: str, sketch: Hashes, at: datetime) -> None:
        self.write(lambda c: overlap_rows.put_known_list(c, self.dialect, name, sketch, at))

    def drop_known_list(self, name: str) -> bool:
        return self.write(lambda c: overlap_rows.drop_known_list(c, self.dialect, name))

    def known_lists(self) -> tuple[KnownList, ...]:
        return self.read(overlap_rows.known_lists)

    def keep_unattributed(self, events: Sequence[LostEvent], received_at: datetime) -> int:
        return self.write(lambda c: unattributed_rows.keep(c, self.dialect, events, received_at))

    def unattributed(self, source: str | None, limit: int) -> tuple[LostEvent, ...]:
        return self.read(lambda c: unattributed_rows.newest(c, source, limit))

    def unattributed_counts(self) -> tuple[LostCount, ...]:
        return self.read(unattributed_rows.counts)

    def domain_owner(self, domain: str) -> str | None:
        return self.read(lambda c: unattributed_rows.domain_owner(c, domain))

    # Deliverability
    def domain_names(self, after: str, limit: int) -> tuple[str, ...]:
        return self.read(lambda c: activity_rows.domain_names(c, after, limit))

    def active(
        self,
        kind: str,
        since_hour: int,
        *,
        subject: str | None = None,
        part: str | None = None,
        limit: int = 1_000,
    ) -> tuple[Active, ...]:
        return self.read(lambda c: activity_rows.active(c, kind, since_hour, subject, part, limit))

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
        return self.read(
            lambda c: activity_rows.active_page(c, kind, since_hour, subject, part, after, limit)
        )

    def active_parts(self, kind: str, since_hour: int, limit: int) -> tuple[str, ...]:
        return self.read(lambda c: activity_rows.active_parts(c, kind, since_hour, limit))

    def active_subjects(self, kind: str, since_hour: int) -> tuple[str, ...]:
        return self.read(lambda c: activity_rows.active_subjects(c, kind, since_hour))

    def active_at(self, kind: str, since_hour: int, parts: Sequence[str]) -> tuple[Active, ...]:
        return self.read(lambda c: activity_rows.active_at(c, kind, since_hour, parts))

    def put_incident(self, incident: Incident) -> Incident:
        def job(connection: Connection) -> Incident:
            known = incident_rows.locked_incident(connection, incident.incident_id)
            stored = incident_rows.put_incident(connection, incident)
            # One that was open under another id, or is closed, is not changed by this.
            if stored.incident_id == incident.incident_id and stored != known:
                changes = telling.incident_changes(known, stored)
                outbox_rows.add_changes(connection, self.dialect, changes)
            return stored

        return self.write(job)

    def incident(self, incident_id: str) -> Incident | None:
        return self.read(lambda c: incident_rows.incident_by_id(c, incident_id))

    def incidents(self, query: IncidentQuery) -> tuple[Incident, ...]:
        return self.read(lambda c: incident_rows.incidents(c, query))

    def warm_ups(self, ip: str | None = None) -> tuple[WarmUp, ...]:
        return self.read(lambda c: incident_rows.warm_ups(c, ip))

    def add_changes(self, changes: Sequence[Change]) -> None:
        self.write(lambda c: outbox_rows.add_changes(c, self.dialect, changes))

    def changes(
        self, after: int, limit: int, account_id: str | None = None, types: Sequence[str] = ()
    ) -> tuple[Change, ...]:
        return self.read(lambda c: outbox_rows.changes(c, after, limit, account_id, types))

    def newest_change(self) -> int:
        return self.read(outbox_rows.newest_change)

    def put_endpoint(self, endpoint: Endpoint) -> Endpoint:
        return self.write(lambda c: outbox_rows.put_endpoint(c, endpoint))

    def endpoints(self) -> tuple[Endpoint, ...]:
        return self.read(outbox_rows.endpoints)

    def drop_endpoint(self, webhook_id: str) -> bool:
        return self.write(lambda c: outbox_rows.drop_endpoint(c, webhook_id))

    def lease_endpoint(self, webhook_id: str, holder: str, at: datetime, until: datetime) -> bool:
        return self.write(lambda c: outbox_rows.lease_endpoint(c, webhook_id, holder, at, until))

    def advance(
        self,
        webhook_id: str,
        cursor: int,
        queued: Sequence[Delivery],
        delivered: int = 0,
        at: datetime | None = None,
    ) -> None:
        def job(connection: Connection) -> None:
            outbox_rows.advance(connection, self.dialect, webhook_id, cursor, queued)
            outbox_rows.count_delivered(connection, webhook_id, delivered, at)

        self.write(job)

    def endpoint_states(self) -> tuple[EndpointState, ...]:
        return self.read(outbox_rows.endpoint_states)

    def accounts_waiting(self, webhook_id: str) -> tuple[str, ...]:
        return self.read(lambda c: outbox_rows.accounts_waiting(c, webhook_id))

    def due(self, webhook_id: str, at: datetime, limit: int) -> tuple[tuple[Delivery, Change], ...]:
        return self.read(lambda c: outbox_rows.due(c, webhook_id, at, limit))

    def settle(
        self, delivery: Delivery, later: Delivery | None, at: datetime | None = None
    ) -> None:
        def job(connection: Connection) -> None:
            outbox_rows.settle(connection, self.dialect, delivery, later)
            if later is None:
                outbox_rows.count_delivered(connection, delivery.webhook_id, 1, at)

        self.write(job)

    def undelivered(self, webhook_id: str, limit: int) -> tuple[tuple[Delivery, Change], ...]:
        return self.read(lambda c: outbox_rows.undelivered(c, webhook_id, limit))

    def redeliver(self, webhook_id: str, at: datetime) -> int:
        return self.write(lambda c: outbox_rows.redeliver(c, self.dialect, webhook_id, at))

    def record(self, key: bytes, deed: Deed, *changes: DeskChange) -> Entry:
        labels = [change for change in changes if isinstance(change, Label)]

        def job(connection: Connection) -> Entry:
            with self._telling(connection, labels):
                entry = desk_rows.record(connection, self.dialect, key, deed, changes)
            self._tell_incidents(connection, changes)
            return entry

        return self.write(job)

    def _tell_incidents(self, connection: Connection, changes: Sequence[DeskChange]) -> None:
        """Store that people closed incidents; after the audit log's lock, as labels' changes are."""
        for change in changes:
            if isinstance(change, IncidentChange):
                stored = incident_rows.incident_by_id(connection, change.before.incident_id)
                if stored is not None:
                    told = telling.incident_changes(change.before, stored)
                    outbox_rows.add_changes(connection, self.dialect, told)

    @contextmanager
    def _telling(self, connection: Connection, labels: Sequence[Label]) -> Iterator[None]:
        """Store what the labels written inside change on their accounts."""
        before = telling.standings_of(connection, labels)
        yield
        after = telling.standings_of(connection, labels)
        for account_id, was in before.items():
            changes = telling.standing_changes(account_id, was, after[account_id])
            outbox_rows.add_changes(connection, self.dialect, changes)

    def person(self, name: str) -> Person | None:
        return self.read(lambda c: desk_rows.person(c, name))

    def people(self) -> tuple[Person, ...]:
        return self.read(desk_rows.people)

    def session(self, token_hash: str) -> Session | None:
        return self.read(lambda c: desk_rows.session(c, token_hash))

    def end_sessions(self, *, token_hash: str | None = None, name: str | None = None) -> None:
        self.write(lambda c: desk_rows.end_sessions(c, token_hash, name))

    def case(self, case_id: str) -> Case | None:
        return self.read(lambda c: case_rows.case(c, case_id))

    def cases(self, query: CaseQuery) -> tuple[Case, ...]:
        return self.read(lambda c: case_rows.cases(c, query))

    def case_views(self, owner: str) -> tuple[CaseView, ...]:
        return self.read(lambda c: view_rows.views(c, owner))

    def find_accounts(self, query: AccountQuery) -> AccountsPage:
        return self.read(lambda c: account_rows.find(c, query))

    def find_subjects(self, query: SubjectQuery) -> SubjectsPage:
        return self.read(lambda c: subject_rows.find(c, query))

    def list_overlaps(self, account_id: str, list_id: str, limit: int = 10) -> tuple[Overlap, ...]:
        return self.read(
            lambda c: subject_rows.list_overlaps(c, self.dialect, account_id, list_id, limit)
        )

    def top_accounts(self, query: TopQuery) -> tuple[Top, ...]:
        return self.read(lambda c: top_rows.top(c, self.dialect, query))

    def decided(self, subject: str, limit: int) -> tuple[tuple[Case, tuple[str, ...]], ...]:
        return self.read(lambda c: case_rows.decided(c, subject, limit))

    def held_messages(self, case_id: str) -> tuple[str, ...]:
        return self.read(lambda c: held_rows.of_case(c, case_id))

    def held_message(self, decision_id: str) -> bytes | None:
        return self.read(lambda c: held_rows.find(c, decision_id))

    def count_cases(self, query: CaseQuery) -> int:
        return self.read(lambda c: case_rows.count_cases(c, query))

    def turn_looks(self, at: datetime) -> int:
        return self.write(lambda c: review_rows.turn_looks(c, self.dialect, at))

    def second_looks(self, query: LookQuery) -> tuple[Case, ...]:
        return self.read(lambda c: review_rows.second_looks(c, query))

    def scored(self, since: datetime, limit: int) -> tuple[Scored, ...]:
        return self.read(lambda c: review_rows.scored(c, since, limit))

    def ruled(self, since: datetime, limit: int) -> tuple[Case, ...]:
        return self.read(lambda c: review_rows.ruled(c, since, limit))

    def audited(self, since: datetime, until: datetime, limit: int) -> tuple[Case, ...]:
        return self.read(lambda c: review_rows.audited(c, since, until, limit))

    def arrivals(self, since: datetime, until: datetime) -> tuple[Arrivals, ...]:
        return self.read(lambda c: review_rows.arrivals(c, since, until))

    def entries(self, after: int = 0, limit: int = 1_000) -> tuple[Entry, ...]:
        return self.read(lambda c: desk_rows.entries(c, after, limit))

    def newest_entries(self, target: str | None = None, limit: int = 100) -> tuple[Entry, ...]:
        return self.read(lambda c: desk_rows.newest_entries(c, target, limit))

    def decisions_by_day(self, since: datetime) -> tuple[DayCount, ...]:
        return self.read(lambda c: overview_rows.decisions_by_day(c, since))

    def campaign_mail(self, since: datetime, limit: int) -> tuple[CampaignMail, ...]:
        return self.read(lambda c: overview_rows.campaign_mail(c, since, limit))

    def decisions_by_action(self, since: datetime) -> dict[str, int]:
        return self.read(lambda c: desk_rows.decisions_by_action(c, since))

    def policy_mark(self) -> str:
        return self.read(policy_rows.mark)

    def policy_version(self, policy_id: str) -> PolicyVersion | None:
        return self.read(lambda c: policy_rows.version(c, policy_id))

    def policy_versions(self, *stages: str, limit: int = 200) -> tuple[PolicyVersion, ...]:
        return self.read(lambda c: policy_rows.versions(c, stages, limit))

    def exemption(self, exemption_id: str) -> Exemption | None:
        return self.read(lambda c: policy_rows.exemption(c, exemption_id))

    def exemptions(self, account_id: str | None = None) -> tuple[Exemption, ...]:
        return self.read(lambda c: policy_rows.exemptions(c, account_id))

    def shadow_comparison(self, version: str, examples: int = 20) -> Comparison:
        return self.read(lambda c: policy_rows.comparison(c, version, examples))

    def keep_reports(self, reports: Sequence[Report], received_at: datetime) -> int:
        return self.write(lambda c: report_rows.keep(c, self.dialect, reports, received_at))

    def reports(self, domain: str | None, limit: int) -> tuple[Report, ...]:
        return self.read(lambda c: report_rows.newest(c, domain, limit))

    # Whole days, out and in
    def first_day(self) -> int | None:
        return self.read(archive_rows.first_day)

    def tile_page(self, days: range, after: TileKey | None, limit: int) -> list[TileRow]:
        return self.read(lambda c: archive_rows.tile_page(c, days, after, limit))

    def sender_page(self, after: tuple[str, str] | None, limit: int) -> tuple[tuple[str, str], ...]:
        return self.read(lambda c: archive_rows.sender_page(c, after, limit))

    def account_page(self, after: str, limit: int) -> tuple[str, ...]:
        return self.read(lambda c: archive_rows.account_page(c, after, limit))

    def decision_page(
        self, day: int, after: tuple[int, str] | None, limit: int
    ) -> tuple[StoredDecision, ...]:
        return self.read(lambda c: archive_rows.decision_page(c, day, after, limit))

    def put_tiles(self, rows: Sequence[TileRow], own: frozenset[int]) -> int:
        return self.write(lambda c: archive_rows.put_tiles(c, self.dialect, rows, own))

    def put_senders(self, pairs: Sequence[tuple[str, str]]) -> None:
        self.write(lambda c: archive_rows.put_senders(c, self.dialect, pairs))

    def put_decisions(self, decisions: Sequence[StoredDecision]) -> int:
        return self.write(lambda c: archive_rows.put_decisions(c, self.dialect, decisions))

    def account_past(self, account_id: str) -> tuple[tuple[datetime, Account], ...]:
        return self.read(lambda c: past_rows.account_past(c, account_id))

    def domains_past(self, account_id: str) -> tuple[tuple[datetime, SendingDomain], ...]:
        return self.read(lambda c: past_rows.domains_past(c, account_id))

    def imports_past(self, account_id: str) -> tuple[ListImport, ...]:
        return self.read(lambda c: past_rows.imports_past(c, account_id))

    def tied_then(
        self, account_id: str, tie: int, at: datetime, limit: int
    ) -> tuple[TiedThen, ...]:
        return self.read(lambda c: past_rows.tied_then(c, account_id, tie, at, limit))

    def actions_past(
        self, account_ids: Sequence[str]
    ) -> dict[str, tuple[tuple[datetime, str], ...]]:
        return self.read(lambda c: past_rows.actions_past(c, account_ids))

    def keep_feature_set(self, fingerprint: str, definitions: str) -> None:
        self.write(lambda c: past_rows.keep_feature_set(c, self.dialect, fingerprint, definitions))

    def feature_set(self, fingerprint: str) -> str | None:
        return self.read(lambda c: past_rows.feature_set(c, fingerprint))
