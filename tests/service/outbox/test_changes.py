"""A change is stored with what makes it, on both stores, and nothing else is."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from features.records import Account, Subject
from models.decision import Action, Decision, SubjectRef
from models.inflight import Answer, Plan, Progress, Rules, Signal, release, withhold
from models.inflight.volume import Sent
from service.desk.records import Deed
from service.outbox.changes import ACTION, RELEASE, STANDING
from service.stores.contract import Asked, Incident, Label
from service.stores.sql import SqlStore

AT = datetime(2026, 11, 23, 10, tzinfo=UTC)
RULES = Rules(
    signals=(Signal("hard_bounce", 0.05, 1.0),), false_stop=0.001, first_share=0.1, growth=5,
    wait=timedelta(minutes=9), doubtful_wait=timedelta(hours=1), pause_wait=timedelta(hours=1),
    stop_risk=0.1, pause_at=20, safe_at=50,
)  # fmt: skip


def _decide(store: SqlStore, number: int, action: str, subject: Subject = Subject.ACCOUNT) -> None:
    campaign = subject is Subject.CAMPAIGN
    decision = Decision(
        decision_id=f"d-{number}", subject=SubjectRef(type=subject, id="c" if campaign else "a"),
        account_id="a", as_of=AT + timedelta(minutes=number), action=action, limits=None, risk=0.9,
        malicious=0.4, careless=0.5, forecast=None, reasons=(), rules=(), policy_version="p",
        model_version="m", feature_set="f", valid_until=AT,
    )  # fmt: skip
    plan = Plan(
        decision_id=decision.decision_id, account_id="a", recipients=1_000, action=action,
        first_stage=100,
    )  # fmt: skip
    store.save_decision(
        decision, recipients=1_000 if campaign else None, plan=plan if campaign else None
    )


def _told(store: SqlStore) -> list[tuple[str, object, object]]:
    return [(c.type, c.data["before"], c.data["after"]) for c in store.changes(0, 100)]


def test_decisions_tell_what_they_change_and_nothing_else(store: SqlStore) -> None:
    store.put_account(Account(account_id="a", created_at=AT), {}, AT)
    _decide(store, 1, "allow")
    _decide(store, 2, "allow")
    assert _told(store) == []
    _decide(store, 3, "throttle")
    _decide(store, 4, "throttle")
    _decide(store, 5, "allow")
    _decide(store, 6, "terminate", Subject.LIST)
    assert _told(store) == [
        (STANDING, "allow", "throttle"),
        (STANDING, "throttle", "allow"),
        (STANDING, "allow", "terminate"),
    ]
    last = store.changes(2, 100)[0]
    assert (last.change_id, last.account_id) == (3, "a")
    assert last.data["decision_id"] == "d-6"
    assert last.data["by"] == "policy"


def test_campaigns_tell_when_they_are_held_or_judged_otherwise(store: SqlStore) -> None:
    _decide(store, 1, "allow", Subject.CAMPAIGN)
    assert _told(store) == []
    _decide(store, 2, "review", Subject.CAMPAIGN)
    _decide(store, 3, "review", Subject.CAMPAIGN)
    _decide(store, 4, "throttle", Subject.CAMPAIGN)
    assert _told(store) == [(ACTION, "allow", "review"), (ACTION, "review", "throttle")]


def test_a_verdict_tells_what_it_changes_with_its_log(store: SqlStore) -> None:
    _decide(store, 1, "throttle")
    label = Label(
        label_id="l", decision_id="d-1", account_id="a", verdict="legitimate",
        known_at=AT + timedelta(hours=1),
    )  # fmt: skip
    store.record(b"k", Deed(at=AT, actor="x", act="verdict", target="d-1"), label)
    store.add_label(
        msgspec.structs.replace(
            label, label_id="m", verdict="abusive", action="review",
            known_at=AT + timedelta(hours=2),
        )
    )  # fmt: skip
    assert _told(store)[1:] == [(STANDING, "throttle", "allow"), (STANDING, "allow", "review")]
    assert store.changes(1, 1)[0].data["by"] == "person"


def test_a_release_tells_when_it_is_held_stopped_or_goes_on(store: SqlStore) -> None:
    _decide(store, 1, "throttle", Subject.CAMPAIGN)
    action: Action | None = None

    def ask(asked: Asked) -> tuple[Progress, Sent, Answer]:
        told = (
            release(asked.plan, asked.progress, asked.counts, 50, at, RULES)
            if action is None
            else withhold(asked.plan, asked.progress, {}, action, at, RULES)
        )
        return told[0], asked.sent, told[1]

    at = AT
    for hours, action in enumerate((None, Action.REVIEW, Action.REVIEW, None, None)):  # noqa: B007
        at = AT + timedelta(hours=hours)
        store.release("c", ask)
    assert _told(store) == [(RELEASE, "running", "held"), (RELEASE, "held", "running")]
    held = store.changes(0, 1)[0]
    assert (held.data["granted"], held.data["backlog"], held.at) == (50, 950, AT + timedelta(hours=1))  # fmt: skip


def test_changes_are_found_by_account_and_type(store: SqlStore) -> None:
    _decide(store, 1, "throttle")
    _decide(store, 2, "review", Subject.CAMPAIGN)
    assert len(store.changes(0, 10, "a")) == 2
    assert store.changes(0, 10, "b") == ()
    assert [c.type for c in store.changes(0, 10, "a", (ACTION,))] == [ACTION]
    assert store.newest_change() == 2


def test_a_write_that_fails_tells_nothing(store: SqlStore) -> None:
    _decide(store, 1, "throttle")
    label = Label(label_id="l", decision_id="d-1", account_id="a", verdict="legitimate", known_at=AT + timedelta(hours=1))  # fmt: skip
    deed = Deed(at=AT, actor="x", act="verdict", target="d-1")
    store.record(b"k", deed, label)
    with pytest.raises(Exception, match=r"(?i)unique"):
        store.record(b"k", deed, label)
    assert len(_told(store)) == 2


def test_incidents_tell_when_they_open_and_close(store: SqlStore) -> None:
    incident = Incident(
        incident_id="i", kind="alert", key="k", severity=2, opened_at=AT, updated_at=AT,
        account_id="a", facts={"k": 3},
    )  # fmt: skip
    later = AT + timedelta(hours=1)
    store.put_incident(incident)
    store.put_incident(msgspec.structs.replace(incident, incident_id="j"))
    store.put_incident(msgspec.structs.replace(incident, updated_at=later, severity=1))
    for _ in range(2):
        store.put_incident(msgspec.structs.replace(incident, updated_at=later, closed_at=later))
    told = store.changes(0, 10)
    assert [(c.type, c.account_id, c.data["incident_id"]) for c in told] == [
        ("alert.opened", "a", "i"), ("alert.closed", "a", "i"),
    ]  # fmt: skip
