"""Accounts that are closely tied to one whose mail is held, in both stores."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from features.facts import NEAR_TEMPLATES, TieKind
from features.records import Account, Subject
from models.decision import Decision, SubjectRef
from service.desk.records import CaseQuery, Deed
from service.stores import open_store
from service.stores.sql import SqlStore

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)


@pytest.fixture
def store(store_url: str) -> Iterator[SqlStore]:
    opened = open_store(store_url)
    opened.migrate()
    yield opened
    opened.close()


def _account(store: SqlStore, account_id: str, ties: dict[TieKind, int]) -> Account:
    account = Account(account_id=account_id, created_at=NOW - timedelta(days=1))
    store.put_account(account, ties, NOW)
    return account


def _held(store: SqlStore, account_id: str, action: str = "review") -> None:
    subject = SubjectRef(type=Subject.CAMPAIGN, id=f"c-{account_id}")
    decision = Decision(
        decision_id=f"d-{account_id}", subject=subject, account_id=account_id, as_of=NOW,
        action=action, limits=None, risk=0.9, malicious=0.1, careless=0.8, forecast=None,
        reasons=(), rules=(), policy_version="p", model_version="m", feature_set="f",
        valid_until=NOW,
    )  # fmt: skip
    store.save_decision(decision, recipients=100)


def _held_peers(store: SqlStore, account: Account, ties: dict[TieKind, int]) -> dict[str, int]:
    return {kind.value: peers.held for kind, peers in store.peers(account, ties).items()}


def test_an_account_whose_neighbour_is_held_knows_until_somebody_looked(store: SqlStore) -> None:
    ties = {TieKind.DEVICE: 7, TieKind.SIGNUP_NET: 8}
    one = _account(store, "one", ties)
    _account(store, "other", ties)
    assert _held_peers(store, one, ties) == {"device": 0, "signup_net": 0}
    _held(store, "other")
    assert _held_peers(store, one, ties)["device"] == 1
    (case,) = store.cases(CaseQuery(account_id="other"))
    deed = Deed(actor="reviewer", act="case.closed", target="other", at=NOW)
    store.record(
        b"k", deed, msgspec.structs.replace(case, state="closed", version=case.version + 1)
    )
    assert _held_peers(store, one, ties)["device"] == 0


def test_a_loose_or_common_tie_says_nothing(store: SqlStore) -> None:
    loose = {TieKind.SIGNUP_NET: 8, TieKind.PARENT: 9}
    one = _account(store, "one", loose)
    _account(store, "other", loose)
    _held(store, "other")
    assert set(_held_peers(store, one, loose).values()) == {0}
    common = {TieKind.SIGNUP_IP: 11}
    for i in range(22):
        _account(store, f"n{i}", common)
    _held(store, "n3")
    assert _held_peers(store, one, common) == {"signup_ip": 0}


def test_a_throttled_neighbour_is_not_held(store: SqlStore) -> None:
    ties = {TieKind.PAYMENT: 5}
    one = _account(store, "one", ties)
    _account(store, "other", ties)
    _held(store, "other", "throttle")
    assert _held_peers(store, one, ties) == {"payment": 0}


def test_copies_of_a_template_are_told_once(store: SqlStore) -> None:
    near = {kind: 100 + place for place, kind in enumerate(NEAR_TEMPLATES)}
    _account(store, "a", near | {TieKind.TEMPLATE: 1})
    _account(store, "b", near | {TieKind.TEMPLATE: 1})
    assert [tie.kind for tie in store.tied("a")] == ["template"]
    _account(store, "c", {NEAR_TEMPLATES[1]: 101, TieKind.DEVICE: 7})
    assert [(tie.kind, tie.accounts) for tie in store.tied("c")] == [("near_template", 2)]
