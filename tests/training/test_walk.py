"""A walk shows a Warden what it may know at each moment, no more; and never stops."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from features.records import (
    Account,
    Declared,
    Event,
    EventType,
    ImportSource,
    SendingDomain,
    Stream,
    Subject,
)
from features.windows import closed_end
from models.decision import Decision, SubjectRef
from models.inflight import Answer, State
from training.gaps import GAPS, Gaps, account_of
from training.vectors import Rates
from training.walk import Judged, Pace, Walk
from training.world import AccountPut, CampaignDue, EventReceived, Fact, World

START = datetime(2026, 3, 1, tzinfo=UTC)


class Refused(Exception):
    """What this notebook refuses with."""


@dataclass(frozen=True)
class Told:
    """What a release answers."""

    answer: Answer


def _answer(granted: int, state: State, again: datetime | None) -> Answer:
    return Answer(granted=granted, state=state, stage=1, evidence=(), check_again_at=again)


@dataclass
class Notebook:
    """A Warden that writes down what it is told and decides by campaign id."""

    held: frozenset[str] = frozenset()
    refuses: frozenset[str] = frozenset()
    calls: list[tuple[str, str, datetime]] = field(default_factory=list)
    events: list[tuple[str, datetime]] = field(default_factory=list)
    seen_at: dict[str, list[str]] = field(default_factory=dict)
    grants: dict[str, list[int]] = field(default_factory=dict)

    def put_account(self, account: Account, at: datetime) -> Decision:
        self.calls.append(("account", account.account_id, at))
        return _decision(Subject.ACCOUNT, account.account_id, "allow", at)

    def put_domain(self, domain: SendingDomain, at: datetime) -> None:
        self.calls.append(("domain", domain.domain, at))

    def import_list(
        self, account_id: str, list_id: str, source: ImportSource, path: Path, at: datetime
    ) -> Decision:
        self.calls.append(("import", list_id, at))
        return _decision(Subject.LIST, list_id, "allow", at)

    def ingest(self, events: Sequence[Event], at: datetime) -> None:
        assert len({closed_end(at)}) == 1
        self.events.extend((event.event_id, at) for event in events)

    def score_account(self, account_id: str, at: datetime) -> Decision:
        self.calls.append(("check", account_id, at))
        return _decision(Subject.ACCOUNT, account_id, "allow", at)

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
    ) -> Decision:
        if campaign_id in self.refuses:
            raise Refused(campaign_id)
        self.calls.append(("campaign", campaign_id, at))
        self.seen_at[campaign_id] = [event_id for event_id, _ in self.events]
        action = "review" if campaign_id in self.held else "allow"
        return _decision(Subject.CAMPAIGN, campaign_id, action, at)

    def release(self, campaign_id: str, want: int, at: datetime) -> "Told":
        """Grant what `grants` says, one entry an ask; everything where it says nothing."""
        self.calls.append(("release", campaign_id, at))
        if campaign_id not in self.grants:
            return Told(_answer(want, State.DONE, None))
        mails = self.grants[campaign_id].pop(0) if self.grants[campaign_id] else None
        if mails is None:
            return Told(_answer(0, State.STOPPED, None))
        return Told(_answer(min(mails, want), State.RUNNING, at + timedelta(minutes=10)))


def _decision(kind: Subject, name: str, action: str, at: datetime) -> Decision:
    return Decision(
        decision_id="d", subject=SubjectRef(type=kind, id=name), account_id="a", as_of=at,
        action=action, limits=None, risk=0.1, malicious=0.0, careless=0.1, forecast=None,
        reasons=(), rules=(), policy_version="p", model_version="m", feature_set="f",
        valid_until=at,
    )  # fmt: skip


def _walk(notebook: Notebook, facts: list[Fact], pace: Pace | None = None) -> list[Judged]:
    walk = Walk(notebook, pace or Pace(control=True), (Refused,))
    return list(walk.judged(facts))


def _at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def _due(name: str, minutes: float) -> CampaignDue:
    return CampaignDue(_at(minutes), name, "a", (), 5, Stream.BROADCAST, None)


def _event(name: str, minutes: float, campaign: str | None = None) -> EventReceived:
    event = Event(
        event_id=name,
        type=EventType.SENT,
        account_id="a",
        occurred_at=_at(minutes),
        campaign_id=campaign,
    )
    return EventReceived(_at(minutes), event)


ACCOUNT = AccountPut(START, Account(account_id="a", created_at=START))


def test_a_decision_sees_every_closed_slot_and_nothing_of_the_open_one() -> None:
    notebook = Notebook()
    facts = [
        ACCOUNT, _event("old", 1), _event("edge", 4.99), _due("c1", 5), _event("open", 5.5),
        _due("c2", 9.9), _due("c3", 10),
    ]  # fmt: skip
    _walk(notebook, facts)
    assert notebook.seen_at == {"c1": ["old", "edge"], "c2": ["old", "edge"], "c3": ["old", "edge", "open"]}  # fmt: skip


def test_events_of_one_batch_fall_in_one_slot_and_keep_their_time() -> None:
    notebook = Notebook()
    _walk(notebook, [ACCOUNT, *(_event(f"e{i}", i) for i in range(23))])
    assert [event_id for event_id, _ in notebook.events] == [f"e{i}" for i in range(23)]
    for event_id, at in notebook.events:
        assert closed_end(at) == closed_end(_at(int(event_id[1:])))


def test_a_held_campaign_sends_nothing_and_others_go_on() -> None:
    notebook = Notebook(held=frozenset({"c1"}))
    facts = [ACCOUNT, _due("c1", 1), _due("c2", 2), _event("x", 3, "c1"), _event("y", 3, "c2"), _event("z", 4)]  # fmt: skip
    _walk(notebook, facts)
    assert [event_id for event_id, _ in notebook.events] == ["y", "z"]
    free = Notebook(held=frozenset({"c1"}))
    _walk(free, facts, Pace(control=False))
    assert [event_id for event_id, _ in free.events] == ["x", "y", "z"]


def test_accounts_are_checked_at_their_ages_and_at_the_end() -> None:
    notebook = Notebook()
    pace = Pace(False, (timedelta(minutes=6), timedelta(days=400)))
    judged = _walk(notebook, [ACCOUNT, _event("e", 1), _due("c", 20)], pace)
    assert [at for kind, _, at in notebook.calls if kind == "check"] == [_at(6), _at(25)]
    assert [one.subject for one in judged] == ["account", "account", "campaign", "account"]


def test_accounts_that_come_late_or_never_are_put_first() -> None:
    notebook = Notebook()
    late = Account(account_id="a", created_at=_at(60), paid=True)
    walk = Walk(notebook, Pace(control=True), (Refused,), {"a": late})
    list(walk.judged([_due("c1", 1), AccountPut(_at(60), late)]))
    assert [call[:2] for call in notebook.calls] == [("account", "a"), ("campaign", "c1"), ("release", "c1"), ("check", "a")]  # fmt: skip
    assert any("before its created_at" in line for line in walk.odd.lines())


def test_a_refusal_is_told_and_the_walk_goes_on() -> None:
    notebook = Notebook(refuses=frozenset({"c1"}))
    walk = Walk(notebook, Pace(control=True), (Refused,))
    judged = list(walk.judged([ACCOUNT, _due("c1", 1), _due("c2", 2)]))
    assert [one.id for one in judged if one.subject is Subject.CAMPAIGN] == ["c2"]
    assert walk.odd.counts["refused: Refused"] == 1


def test_an_unforeseen_error_is_not_swallowed() -> None:
    notebook = Notebook(refuses=frozenset({"c1"}))
    walk = Walk(notebook, Pace(control=True), ())
    with pytest.raises(Refused):
        list(walk.judged([ACCOUNT, _due("c1", 1)]))


def test_the_odd_world_is_walked_to_its_end(odd_world: World) -> None:
    notebook = Notebook(held=frozenset({"c2"}))
    walk = Walk(notebook, Pace(control=True), (Refused,), odd_world.accounts, odd_world.odd)
    judged = list(walk.judged(odd_world.facts()))
    campaigns = {one.id for one in judged if one.subject is Subject.CAMPAIGN}
    assert campaigns == {"c1", "c2", "c3", "c4", "c5"}
    assert {one.account_id for one in judged} >= {"stranger", "stranger2", "late", "bakery"}
    assert [event_id for event_id, _ in notebook.events] == ["e1", "e3", "e5"]


def test_gaps_are_the_same_every_time_and_touch_only_their_share() -> None:
    gaps = Gaps(0.4, seed=7)
    touched = [bool(set(gaps.of(f"acct{i}")) - {"misdeclared"}) for i in range(2000)]
    assert 0.35 < sum(touched) / 2000 < 0.45
    doubted = ["misdeclared" in gaps.of(f"acct{i}") for i in range(2000)]
    assert 0.35 < sum(doubted) / 2000 < 0.45
    assert [gaps.of("acct5") for _ in range(3)] == [Gaps(0.4, seed=7).of("acct5")] * 3
    assert Gaps(0.0).of("anything") == ()


@pytest.mark.parametrize("name", GAPS)
def test_every_gap_takes_something_away_and_crashes_nothing(name: str, odd_world: World) -> None:
    facts = [*odd_world.facts(), _event("z", 900_000), _event("trap", 1)]
    for kind in EventType:
        event = Event(event_id=kind, type=kind, account_id="a", occurred_at=START,
                      mailbox_provider="gmail", campaign_id="c1")  # fmt: skip
        facts.append(EventReceived(START, event))
    full = Account(account_id="full", created_at=START, signup_ip="192.0.2.1", website="w.example",
                   payment_fingerprint="p", device_fingerprint="d",
                   declared=Declared(monthly_volume=1000))  # fmt: skip
    facts.append(AccountPut(START, full))
    left = [changed for fact in facts if (changed := GAPS[name](fact)) is not None]
    assert left != facts
    assert {account_of(fact) for fact in left} <= {account_of(fact) for fact in facts}


def test_observed_rates_count_only_what_had_matured() -> None:
    rates = Rates()
    rates.see(_due("c1", 0))
    for name, minutes, kind in (
        ("b1", 5, EventType.HARD_BOUNCE),
        ("b2", 6, EventType.HARD_BOUNCE),
        ("late", 8 * 24 * 60, EventType.HARD_BOUNCE),
        ("k", 60, EventType.COMPLAINT),
        ("o", 60, EventType.OPEN),
    ):
        event = Event(event_id=name, type=kind, account_id="a", occurred_at=START, campaign_id="c1")
        rates.see(EventReceived(_at(minutes), event))
    assert rates.counts["c1"] == [5, 2, 1]


def _mail(number: int, minutes: float) -> EventReceived:
    event = Event(
        event_id=f"e{number}", type=EventType.SENT, account_id="a", campaign_id="c",
        occurred_at=_at(minutes), recipient=f"r{number}",
    )  # fmt: skip
    return EventReceived(_at(minutes), event)


def test_mail_granted_later_has_its_events_later_and_mail_never_granted_has_none() -> None:
    notebook = Notebook(grants={"c": [1, 2]})
    due = CampaignDue(_at(0), "c", "a", (), 4, Stream.BROADCAST, None)
    facts: list[Fact] = [AccountPut(_at(0), Account(account_id="a", created_at=START)), due]
    facts += [_mail(number, 1 + number / 10) for number in range(4)]
    walk = Walk(notebook, Pace(control=True), (Refused,))
    list(walk.judged(facts))
    assert [event_id for event_id, _ in notebook.events] == ["e0", "e1", "e2"]
    assert notebook.events[1][1] >= _at(11.1)
    sending = walk.sendings["c"]
    assert [(grant.at, grant.mails) for grant in sending.grants] == [(_at(0), 1), (_at(10), 2)]
    assert sending.stopped_at == _at(20)


def test_a_walk_without_stages_grants_all_at_once() -> None:
    notebook = Notebook(grants={"c": [1]})
    due = CampaignDue(_at(0), "c", "a", (), 4, Stream.BROADCAST, None)
    walk = Walk(notebook, Pace(control=True, staged=False), (Refused,))
    list(walk.judged([due, *[_mail(n, 1 + n / 10) for n in range(4)]]))
    assert len(notebook.events) == 4
    assert not [call for call in notebook.calls if call[0] == "release"]
