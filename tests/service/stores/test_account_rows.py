"""Accounts found by filters and cursor, and the first by a count, on both stores."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from features.hashing import AddressHasher
from features.records import Account, Event, EventType
from service.accounts_found import listed, top, top_query
from service.errors import Unreadable
from service.ingest import Ingest
from service.stores import open_store
from service.stores.contract import AccountQuery, Store, Top, WhichAccounts

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
        opened.put_account(Account(account_id=name, created_at=created, country=country), {}, AT)
        for days, count in ((8, before), (1, now)):
            at = AT - timedelta(days=days)
            events = [
                Event(
                    event_id=f"{name}-{days}-{i}",
                    type=EventType.SENT,
                    account_id=name,
                    occurred_at=at,
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
    def first(by: str, counter: str = "sent", country: str | None = None) -> tuple[Top, ...]:
        return top(store, top_query(AT, counter, by, "7d", 2, WhichAccounts(country=country)))

    assert first("account") == (Top(name="a", now=5, before=2), Top(name="c", now=3, before=0))
    assert first("country") == (Top(name="NL", now=6, before=11), Top(name=None, now=3, before=0))
    assert first("account", country="NL")[1] == Top(name="b", now=1, before=9)
    assert first("account", "complaint") == ()
