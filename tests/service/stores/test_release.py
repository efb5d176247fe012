"""Releases in both stores: fifty senders at once never get more than a stage together."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from features.facts import TieKind
from features.records import Account, Event, EventType, Subject
from models.decision import Action, Decision, SubjectRef
from models.inflight import Answer, Plan, Progress, Signal, release, withhold
from models.inflight.records import Rules
from models.inflight.volume import Caps, Sent, rolled, room, taken
from service.errors import UnknownCampaign
from service.stores import open_store
from service.stores.contract import Asked, StampedEvent
from service.stores.sql import SqlStore

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
RULES = Rules(
    signals=(Signal("hard_bounce", 0.05, 1.0),),
    false_stop=0.001,
    first_share=0.1,
    growth=5,
    wait=timedelta(minutes=9),
    doubtful_wait=timedelta(hours=1),
    pause_wait=timedelta(hours=1),
    stop_risk=0.1,
    pause_at=20,
    safe_at=50,
)


@pytest.fixture
def store(store_url: str) -> Iterator[SqlStore]:
    opened = open_store(store_url)
    opened.migrate()
    yield opened
    opened.close()


def _score(
    store: SqlStore,
    recipients: int = 1_000,
    first_stage: int | None = 120,
    account_id: str = "a",
    campaign_id: str = "c",
) -> None:
    decision = Decision(
        decision_id=f"d{recipients}{account_id}{campaign_id}", subject=SubjectRef(type=Subject.CAMPAIGN, id=campaign_id),
        account_id=account_id, as_of=NOW, action="throttle", limits=None, risk=0.2, malicious=0.1,
        careless=0.1, forecast=None, reasons=(), rules=(), policy_version="p",
        model_version="m", feature_set="f", valid_until=NOW,
    )  # fmt: skip
    plan = Plan(
        decision_id=decision.decision_id, account_id=account_id, recipients=recipients,
        action="throttle", first_stage=first_stage,
    )  # fmt: skip
    store.save_decision(decision, recipients=recipients, plan=plan)


def _ask(store: SqlStore, want: int, at: datetime = NOW) -> Answer:
    def ask(asked: Asked) -> tuple[Progress, Sent, Answer]:
        progress, answer = release(asked.plan, asked.progress, asked.counts, want, at, RULES)
        return progress, taken(asked.sent, answer.granted), answer

    return store.release("c", ask)


def test_fifty_senders_together_get_one_stage(store: SqlStore) -> None:
    _score(store)
    with ThreadPoolExecutor(50) as pool:
        grants = list(pool.map(lambda _: _ask(store, 7).granted, range(50)))
    assert sum(grants) == 120
    assert max(grants) == 7
    found = store.find_release("c")
    assert found is not None
    assert found[1].granted == 120


def test_the_events_of_the_campaign_stop_it(store: SqlStore) -> None:
    _score(store)
    assert _ask(store, 120).granted == 120
    bounces = [
        StampedEvent(
            event=Event(
                event_id=f"e{i}", type=EventType.HARD_BOUNCE, account_id="a", campaign_id="c",
                occurred_at=NOW,
            )
        )
        for i in range(30)
    ]  # fmt: skip
    store.ingest(bounces, NOW + timedelta(minutes=1))
    answer = _ask(store, 500, NOW + timedelta(minutes=10))
    assert (answer.granted, answer.state) == (0, "stopped")
    assert [(one.signal, one.n, one.k) for one in answer.evidence] == [("hard_bounce", 120, 30)]


def test_a_new_score_keeps_what_went_out(store: SqlStore) -> None:
    _score(store)
    assert _ask(store, 100).granted == 100
    _score(store, recipients=130, first_stage=None)
    assert _ask(store, 100).granted == 30


def test_what_was_never_scored_has_no_release(store: SqlStore) -> None:
    assert store.find_release("c") is None
    with pytest.raises(UnknownCampaign):
        _ask(store, 1)


def test_another_account_with_the_same_campaign_id_starts_anew(store: SqlStore) -> None:
    _score(store)
    assert _ask(store, 120).granted == 120
    _score(store, account_id="b")
    assert _ask(store, 1_000).granted == 120


def _account(store: SqlStore, account_id: str, *, paid: bool = False, age_days: int = 1) -> None:
    created_at = NOW - timedelta(days=age_days)
    account = Account(account_id=account_id, created_at=created_at, paid=paid)
    store.put_account(account, {TieKind.DEVICE: 42}, NOW)


def test_a_fleet_is_the_fresh_unpaid_accounts_that_share_a_tie(store: SqlStore) -> None:
    for name in ("a", "b", "d"):
        _account(store, name)
    _account(store, "paid", paid=True)
    _account(store, "old", age_days=60)
    store.put_account(Account(account_id="other", created_at=NOW), {TieKind.DEVICE: 43}, NOW)
    since = NOW - timedelta(days=14)
    assert store.fleet("a", [42], since) == ("b", "d")
    assert store.fleet("a", [7], since) == ()
    assert store.fleet("a", [], since) == ()


def test_a_tie_that_too_many_share_ties_nobody(store: SqlStore) -> None:
    for i in range(202):
        _account(store, f"n{i}")
    assert store.fleet("n0", [42], NOW - timedelta(days=14)) == ()


def test_fifty_senders_of_a_fleet_get_one_volume(store: SqlStore) -> None:
    """Ten accounts with five campaigns each ask at once for a day's volume of 100 mails."""
    names = tuple(f"f{i}" for i in range(10))
    for name in names:
        _account(store, name)
        for i in range(5):
            _score(store, account_id=name, campaign_id=f"{name}-{i}", first_stage=None)

    def send(number: int) -> int:
        name = names[number % 10]

        def ask(asked: Asked) -> tuple[Progress, Sent, Answer]:
            sent = rolled(asked.sent, NOW)
            left = room(sent, asked.others, Caps(allowance=100), NOW).mails
            assert left is not None
            progress, answer = release(
                asked.plan, asked.progress, asked.counts, min(7, left), NOW, RULES
            )
            return progress, taken(sent, answer.granted), answer

        others = tuple(other for other in names if other != name)
        return store.release(f"{name}-{number // 10}", ask, others).granted

    with ThreadPoolExecutor(50) as pool:
        granted = list(pool.map(send, range(50)))
    assert sum(granted) == 100
    assert sum(sent.today for sent in store.sent(names, "broadcast")) == 100


def test_backlogs_are_what_is_held_with_mail_left(store: SqlStore) -> None:
    for campaign_id in ("c", "running", "gone"):
        _score(store, campaign_id=campaign_id)

    def hold(campaign_id: str, at: datetime, **change: object) -> None:
        def ask(asked: Asked) -> tuple[Progress, Sent, Answer]:
            progress, answer = withhold(asked.plan, asked.progress, {}, Action.REVIEW, at, RULES)
            return msgspec.structs.replace(progress, **change), asked.sent, answer

        store.release(campaign_id, ask)

    hold("c", NOW)
    hold("gone", NOW, stopped_at=NOW)
    assert [(b.campaign_id, b.mails, b.held_since, b.lane) for b in store.backlogs("a")] == [
        ("c", 1_000, NOW, "broadcast")
    ]
    assert store.backlogs("nobody") == ()
