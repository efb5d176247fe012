"""Accounts found by filters and cursor, and the first by a count, on both stores."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from msgspec import structs

from features.hashing import AddressHasher
from features.records import Account, Event, EventType, Subject
from models.decision import Decision, Seen, SubjectRef
from service.accounts_found import listed, top, top_query, which_accounts
from service.errors import Unreadable
from service.ingest import Ingest
from service.stores import open_store
from service.stores.contract import AccountQuery, Store, WhichAccounts
from service.ties import account_ties

AT = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)
SENT = {"a": ("NL", 5, 2), "b": ("NL", 1, 9), "c": (None, 3, 0)}


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """Three accounts with mail of yesterday and of eight days ago."""
    opened = open_store(store_url)
    opened.migrate()
    ingest = Ingest(opened, AddressHasher(b"k" * 32))
    for n, (name, (country, now, before)) in enumerate(SENT.items()):
        created = AT - timedelta(days=30 - n)
        account = Account(
            account_id=name, created_at=created, country=country, device_fingerprint=f"dev-{n}",
            signup_ip=f"198.51.100.{n}" if n < 2 else "2001:db8:1:2::3",
        )  # fmt: skip
        opened.put_account(account, account_ties(account), AT)
        for days, count in ((8, before), (1, now)):
            at = AT - timedelta(days=days)
            events = [
                Event(
                    event_id=f"{name}-{days}-{i}",
                    type=EventType.SENT,
                    account_id=name,
                    occurred_at=at,
                    mailbox_provider="p" if n else "q",
                )
                for i in range(count)
            ]
            if events:
                ingest(events, at)
    yield opened
    opened.close()


def test_pages_follow_each_other_and_count_two_weeks(store: Store) -> None:
    seen, cursor = [], None
    while True:
        found, cursor = listed(store, AccountQuery(limit=2, cursor=cursor), AT, "ann")
        seen += [(one.row.account.account_id, one.now["sent"], one.before["sent"]) for one in found]
        if cursor is None:
            break
    assert seen == [("c", 3, 0), ("b", 1, 9), ("a", 5, 2)]
    (one,), _ = listed(
        store,
        AccountQuery(which=WhichAccounts(country="NL", since=AT - timedelta(days=29))),
        AT,
        "ann",
    )
    assert one.row.account.account_id == "b"
    for cursor in ("x", "1~", f"{2**63}~a"):
        with pytest.raises(Unreadable):
            listed(store, AccountQuery(cursor=cursor), AT, "ann")


def test_the_first_by_a_count_with_the_period_before(store: Store) -> None:
    assert first(store, "account") == [("a", 5, 2, 1), ("c", 3, 0, 1)]
    assert first(store, "country") == [("NL", 6, 11, 2), (None, 3, 0, 1)]
    assert first(store, "account", country="NL")[1] == ("b", 1, 9, 1)
    assert first(store, "account", "complaint") == []


def first(
    store: Store, by: str, counter: str = "sent", **which: str
) -> list[tuple[str | None, float, float, int | None]]:
    found = top(store, top_query(AT, counter, by, "7d", 2, which_accounts(which)))
    return [(one.name, one.now, one.before, one.accounts) for one in found]


def test_the_first_by_what_accounts_share_and_by_provider(store: Store) -> None:
    assert first(store, "network") == [("198.51.100.0/24", 6, 11, 2), ("2001:db8:1::/48", 3, 0, 1)]
    assert first(store, "device")[0] == ("dev-0", 5, 2, 1)
    assert first(store, "payment") == []
    assert first(store, "provider") == [("q", 5, 2, None), ("p", 4, 9, None)]
    assert first(store, "provider", country="NL") == [("q", 5, 2, None), ("p", 1, 9, None)]
    assert first(store, "account", provider="p", network="198.51.100.77") == [("b", 1, 9, 1)]
    with pytest.raises(Unreadable):
        first(store, "provider", "risk")
    with pytest.raises(ValueError, match="no count"):
        store.top_accounts(structs.replace(top_query(AT, "sent", "plan", "7d", 2, WhichAccounts()), counter="x"))  # fmt: skip


def test_accounts_are_found_by_what_they_share(store: Store) -> None:
    def found(**which: str) -> str:
        rows, _ = listed(store, AccountQuery(which=which_accounts(which)), AT, "ann")
        return "".join(one.row.account.account_id for one in rows)

    assert found(network="198.51.100.0/24") == "ba"
    assert found(network="2001:db8:1::/48", provider="p") == "c"
    assert (found(device="dev-1"), found(payment="x"), found(provider="q")) == ("b", "", "a")
    with pytest.raises(Unreadable):
        found(network="of sorts")


def test_the_first_by_risk(store: Store) -> None:
    for name, days, risk, size in (("a", 1, 0.9, 10), ("b", 0, 0.4, 900), ("b", 9, 0.8, 50)):
        decision = Decision(
            decision_id=f"d-{name}-{days}", subject=SubjectRef(type=Subject.CAMPAIGN, id=f"c{days}"),
            account_id=name, as_of=AT - timedelta(days=days), action="allow", limits=None, risk=risk,
            malicious=0.0, careless=risk, forecast=None, reasons=(), rules=(), policy_version="p",
            model_version="m", feature_set="f", valid_until=AT, seen=Seen(recipients=size),
        )  # fmt: skip
        store.save_decision(decision, recipients=size)
    assert first(store, "account", "risk") == [("a", 0.9, 0.0, 1), ("b", 0.4, 0.8, 1)]
    assert first(store, "account", "expected_abusive") == [("b", 360, 40, 1), ("a", 9, 0, 1)]
    assert first(store, "network", "expected_abusive") == [("198.51.100.0/24", 369, 40, 2)]
