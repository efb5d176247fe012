"""Walk a world in time order through the real use cases.

`training` may not import `service`; the composition root hands in a `Warden` and the errors by
which its use cases refuse. Events are handed over one closed 5-minute slot at a time, so that a
decision at time t sees every event received before the last slot closed, and none after. A walk
under control asks for each campaign's release, as a sending pipeline does.
"""

import heapq
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Protocol, TypeVar

import msgspec

from features.records import Account, Event, ImportSource, SendingDomain, Stream, Subject
from features.windows import closed_end
from models.decision import Decision
from models.inflight import Answer, State
from training.decision_log import HELD
from training.oddities import Oddities
from training.sender import DelayLine, Sending
from training.world import (
    AccountPut,
    CampaignDue,
    DomainPut,
    EventReceived,
    Fact,
    ListImported,
)

MOST_EVENTS: Final = 20_000
T = TypeVar("T")


class Released(Protocol):
    """How much of a campaign may go now."""

    @property
    def answer(self) -> Answer: ...


class Warden(Protocol):
    """The use cases that a sending pipeline calls, with the time passed in."""

    def put_account(self, account: Account, at: datetime) -> Decision: ...
    def put_domain(self, domain: SendingDomain, at: datetime) -> None: ...
    def import_list(
        self, account_id: str, list_id: str, source: ImportSource, path: Path, at: datetime
    ) -> Decision | None: ...
    def ingest(self, events: Sequence[Event], at: datetime) -> object: ...
    def score_account(self, account_id: str, at: datetime) -> Decision: ...
    def score_campaign(
        self,
        campaign_id: str,
        account_id: str,
        recipients: int,
        stream: Stream,
        list_ids: Sequence[str],
        message: bytes | None,
        scheduled_at: datetime | None,
        at: datetime,
    ) -> Decision: ...
    def release(self, campaign_id: str, want: int, at: datetime) -> Released: ...


@dataclass(frozen=True, slots=True)
class Judged:
    """A decision met on a walk. `fact` is what was asked about; None for a check of an account.

    `list_id` is set for an import, whose decision is on the import and not on the list.
    """

    at: datetime
    subject: Subject
    id: str
    account_id: str
    decision: Decision
    fact: Fact | None = None
    list_id: str | None = None


@dataclass(frozen=True)
class Pace:
    """How a walk is made.

    `control`: mail that is not granted, or is held, is not sent, so none of its events happen.
    A sender `gives_up_after` that time: mail is past its use. `staged` False grants all of an allowed or throttled campaign at once. `check_after`: ages at which an account is scored besides its sign-up.
    """

    control: bool
    check_after: tuple[timedelta, ...] = ()
    staged: bool = True
    gives_up_after: timedelta = timedelta(days=3)


@dataclass
class Walk:
    """One walk; iterate over `judged`."""

    warden: Warden
    pace: Pace
    refusals: tuple[type[Exception], ...]
    accounts: Mapping[str, Account] = field(default_factory=dict)
    odd: Oddities = field(default_factory=Oddities)
    events: int = 0
    ended_at: datetime | None = None
    _put: dict[str, datetime] = field(default_factory=dict)
    sendings: dict[str, Sending] = field(default_factory=dict)
    _line: DelayLine = field(default_factory=DelayLine)
    _asks: list[tuple[datetime, str]] = field(default_factory=list)
    _waiting: list[Event] = field(default_factory=list)
    _received_at: datetime | None = None
    _checks: list[tuple[datetime, str]] = field(default_factory=list)

    def resume(self, earlier: "Walk") -> None:
        """Go on where another walk of the same world ended: its accounts are put already."""
        self._put.update(earlier._put)  # noqa: SLF001 - the same class

    def judged(self, facts: Iterable[Fact], until: datetime | None = None) -> Iterator[Judged]:
        """Yield every decision in time order, then one on each account as the world ends.

        With `until` the world does not end: what is due by then is done, the rest stays due, and a
        further call goes on.
        """
        for fact in facts:
            self.ended_at = fact.at
            yield from self._until(fact.at)
            yield from self._step(fact)
        if until is not None:
            yield from self._until(until)
            self._hand_over()
            return
        self._checks.clear()
        yield from self._until(None)
        yield from self._last_checks()

    def _until(self, now: datetime | None) -> Iterator[Judged]:
        """Do what is due by `now`, in order: moved events, releases, checks. None: all of it."""
        while (at := self._next_due()) is not None and (now is None or at <= now):
            for received_at, event in self._line.due(at):
                self._receive(received_at, event)
            self.ended_at = at if self.ended_at is None else max(self.ended_at, at)
            if self._asks and self._asks[0][0] <= at:
                self._ask(self.sendings[heapq.heappop(self._asks)[1]], at)
            if self._checks and self._checks[0][0] <= at:
                yield from self._due_check()

    def _next_due(self) -> datetime | None:
        ends = [heap[0][0] for heap in (self._asks, self._checks) if heap]
        moved = self._line.next_at()
        return min([*ends, moved] if moved is not None else ends, default=None)

    def _step(self, fact: Fact) -> Iterator[Judged]:
        match fact:
            case EventReceived(at, event):
                if not self._line.see(at, event):
                    self._receive(at, event)
            case AccountPut():
                yield from self._put_account(fact.account, fact.at)
            case DomainPut(at, domain):
                yield from self._ensure(domain.account_id, at)
                self._refusable(lambda: self.warden.put_domain(domain, at))
            case ListImported():
                yield from self._ensure(fact.account_id, fact.at)
                yield from self._import(fact)
            case CampaignDue():
                yield from self._ensure(fact.account_id, fact.at)
                yield from self._campaign(fact)

    def _receive(self, at: datetime, event: Event) -> None:
        """Keep an event until its slot has closed."""
        last = self._received_at
        full = len(self._waiting) >= MOST_EVENTS
        if last is not None and (full or closed_end(last) != closed_end(at)):
            self._hand_over()
        self._waiting.append(event)
        self._received_at = at

    def _hand_over(self) -> None:
        events, at = self._waiting, self._received_at
        if events and at is not None:
            self._refusable(lambda: self.warden.ingest(events, at))
            self.events += len(events)
        self._waiting, self._received_at = [], None

    def _hand_over_closed(self, now: datetime) -> None:
        """Hand over what waits if its slot closed before `now`."""
        if self._received_at is not None and closed_end(now) > closed_end(self._received_at):
            self._hand_over()

    def _put_account(self, account: Account, at: datetime) -> Iterator[Judged]:
        if account.account_id in self._put:
            return
        self._hand_over_closed(at)
        decision = self._refusable(lambda: self.warden.put_account(account, at))
        if decision is None:
            return
        self._put[account.account_id] = at
        for age in self.pace.check_after:
            heapq.heappush(self._checks, (at + age, account.account_id))
        yield Judged(at, Subject.ACCOUNT, account.account_id, account.account_id, decision)

    def _ensure(self, account_id: str, at: datetime) -> Iterator[Judged]:
        """Put an account that is referred to before the world puts it, or that it never puts."""
        if account_id in self._put:
            return
        known = self.accounts.get(account_id)
        if known is None:
            self.odd.note("an account is referred to but never put", account_id)
            account = Account(account_id=account_id, created_at=at)
        else:
            self.odd.note("an account does something before its created_at", account_id)
            account = msgspec.structs.replace(known, created_at=min(known.created_at, at))
        yield from self._put_account(account, at)

    def _import(self, fact: ListImported) -> Iterator[Judged]:
        self._hand_over_closed(fact.at)
        decision = self._refusable(
            lambda: self.warden.import_list(
                fact.account_id, fact.list_id, fact.source, fact.path, fact.at
            )
        )
        if decision is not None:
            yield Judged(
                fact.at, Subject.LIST, decision.subject.id, fact.account_id, decision, fact, fact.list_id
            )  # fmt: skip

    def _campaign(self, fact: CampaignDue) -> Iterator[Judged]:
        self._hand_over_closed(fact.at)
        decision = self._refusable(
            lambda: self.warden.score_campaign(
                fact.campaign_id,
                fact.account_id,
                fact.recipients,
                fact.stream,
                fact.list_ids,
                fact.message,
                fact.at,
                fact.at,
            )
        )
        if decision is None:
            return
        if self.pace.control:
            self._send(fact, decision)
        yield Judged(fact.at, Subject.CAMPAIGN, fact.campaign_id, fact.account_id, decision, fact)

    def _send(self, fact: CampaignDue, decision: Decision) -> None:
        """Begin to hand a campaign over, as far as it is let."""
        sending = Sending(fact.campaign_id, fact.at, fact.recipients)
        self.sendings[fact.campaign_id] = sending
        self._line.start(sending)
        if decision.action in HELD:
            sending.stopped_at = fact.at
            self._line.end(sending)
        elif self.pace.staged:
            self._ask(sending, fact.at)
        else:
            self._line.grant(sending, fact.at, fact.recipients)

    def _ask(self, sending: Sending, at: datetime) -> None:
        """Ask for the rest of a campaign and hand over what is granted."""
        self._hand_over()
        want = max(sending.recipients - sending.granted, 0)
        released = self._refusable(lambda: self.warden.release(sending.campaign_id, want, at))
        if released is None:
            self._line.grant(sending, at, want)
            return
        self._line.grant(sending, at, released.answer.granted)
        if released.answer.state is State.STOPPED:
            sending.stopped_at = at
        again = released.answer.check_again_at
        if again is not None and again - sending.started_at < self.pace.gives_up_after:
            heapq.heappush(self._asks, (again, sending.campaign_id))
        else:
            self._line.end(sending)

    def _due_check(self) -> Iterator[Judged]:
        at, account_id = heapq.heappop(self._checks)
        self._hand_over_closed(at)
        yield from self._check(account_id, at)

    def _last_checks(self) -> Iterator[Judged]:
        """Score every account once all events are in."""
        self._hand_over()
        if self.ended_at is None:
            return
        end = self.ended_at + timedelta(minutes=5)
        for account_id in self._put:
            yield from self._check(account_id, end)

    def _check(self, account_id: str, at: datetime) -> Iterator[Judged]:
        decision = self._refusable(lambda: self.warden.score_account(account_id, at))
        if decision is not None:
            yield Judged(at, Subject.ACCOUNT, account_id, account_id, decision)

    def _refusable(self, call: Callable[[], T]) -> T | None:
        """Call a use case; a refusal is noted, as a pipeline would log it and go on."""
        try:
            return call()
        except self.refusals as refusal:
            self.odd.note(f"refused: {type(refusal).__name__}", refusal)
            return None
