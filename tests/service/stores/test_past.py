"""What was known at an earlier time is found again, in both stores."""

from datetime import UTC, datetime, timedelta

import numpy as np
from msgspec import structs

from features.facts import TieKind
from features.records import Account, ImportSource, ListImport, SendingDomain, Subject
from models.decision import Decision, SubjectRef
from service.stores.sql import SqlStore

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)


def account(account_id: str, plan: str = "free", age_days: int = 10) -> Account:
    return Account(account_id=account_id, created_at=NOW - timedelta(days=age_days), plan=plan)


def decision(decision_id: str, subject: Subject, action: str, at: datetime) -> Decision:
    return Decision(
        decision_id=decision_id, subject=SubjectRef(type=subject, id="s"), account_id="a", as_of=at,
        action=action, limits=None, risk=0.9, malicious=0.1, careless=0.8, forecast=None,
        reasons=(), rules=(), policy_version="p", model_version="m", feature_set="f", valid_until=at,
    )  # fmt: skip


def test_every_state_of_a_record_is_found(store: SqlStore) -> None:
    store.put_account(account("a", "free"), {}, NOW)
    store.put_account(account("a", "pro"), {}, NOW + HOUR)
    store.put_account(account("b", "trial"), {}, NOW)
    states = store.account_past("a")
    assert [(at, one.plan) for at, one in states] == [(NOW, "free"), (NOW + HOUR, "pro")]
    assert store.account_past("nobody") == ()


def test_a_domain_that_moved_tells_to_whom(store: SqlStore) -> None:
    domain = SendingDomain(domain="shop.example", account_id="a")
    store.put_domain(domain, NOW)
    store.put_domain(structs.replace(domain, account_id="b"), NOW + HOUR)
    store.put_domain(SendingDomain(domain="other.example", account_id="b"), NOW)
    assert [(at, one.account_id) for at, one in store.domains_past("a")] == [
        (NOW, "a"), (NOW + HOUR, "b"),
    ]  # fmt: skip
    assert len(store.domains_past("b")) == 3


def test_every_import_of_a_list_is_found(store: SqlStore) -> None:
    for number in range(3):
        record = ListImport(
            import_id=f"i{number}", account_id="a", list_id="l", source=ImportSource.FORM,
            imported_at=NOW + number * HOUR, rows=number, valid=number, invalid=0, duplicates=0, numbers={},
        )  # fmt: skip
        store.add_import(record, np.array([number], dtype=np.int64))
    assert [one.import_id for one in store.imports_past("a")] == ["i0", "i1", "i2"]
    assert len(store.imports("a")) == 1


def test_ties_are_those_known_by_then_the_newest_accounts_first(store: SqlStore) -> None:
    for number, name in enumerate(("old", "young", "late")):
        since = NOW + (2 * HOUR if name == "late" else timedelta(0))
        store.put_account(account(name, age_days=10 - number), {TieKind.DEVICE: 7}, since)
    assert [one.account_id for one in store.tied_then("old", 7, NOW, 9)] == ["young"]
    later = store.tied_then("old", 7, NOW + 2 * HOUR, 9)
    assert [one.account_id for one in later] == ["late", "young"]
    assert len(store.tied_then("old", 7, NOW + 2 * HOUR, 1)) == 1
    assert store.tied_then("old", 8, NOW + 2 * HOUR, 9) == ()


def test_what_was_decided_is_in_order_and_without_lists(store: SqlStore) -> None:
    store.save_decision(decision("2", Subject.CAMPAIGN, "terminate", NOW + HOUR))
    store.save_decision(decision("1", Subject.ACCOUNT, "allow", NOW))
    store.save_decision(decision("3", Subject.LIST, "review", NOW + 2 * HOUR))
    assert store.actions_past(["a", "b"]) == {
        "a": ((NOW, "allow"), (NOW + HOUR, "terminate")), "b": (),
    }  # fmt: skip


def test_a_feature_set_stays_what_it_was(store: SqlStore) -> None:
    assert store.feature_set("f") is None
    store.keep_feature_set("f", "[]")
    store.keep_feature_set("f", "[1]")
    assert store.feature_set("f") == "[]"
