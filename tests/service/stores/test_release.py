"""Releases in both stores: fifty senders at once never get more than a stage together."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from features.records import Event, EventType, Subject
from models.decision import Decision, SubjectRef
from models.inflight import Answer, Plan, Progress, Signal, release
from models.inflight.release import Rules
from service.errors import UnknownCampaign
from service.stores import open_store
from service.stores.contract import StampedEvent
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
) -> None:
    decision = Decision(
        decision_id=f"d{recipients}{account_id}", subject=SubjectRef(type=Subject.CAMPAIGN, id="c"),
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
    def ask(plan: Plan, progress: Progress, counts: Mapping[str, int]) -> tuple[Progress, Answer]:
        return release(plan, progress, counts, want, at, RULES)

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
