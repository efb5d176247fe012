"""Who is taken for one owner."""

from datetime import UTC, datetime
from typing import Any

import pytest

from features.ownership import one_owner, website_host
from features.records import Account

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def an_account(account_id: str, **facts: Any) -> Account:
    return Account(account_id=account_id, created_at=NOW, **facts)


@pytest.mark.parametrize(
    ("mine", "theirs", "one"),
    [
        ({}, {}, False),
        ({"parent_account_id": "b"}, {}, True),
        ({}, {"parent_account_id": "a"}, True),
        ({"parent_account_id": "x"}, {"parent_account_id": "x"}, True),
        ({"parent_account_id": "x"}, {"parent_account_id": "y"}, False),
        ({"payment_fingerprint": "p"}, {"payment_fingerprint": "p"}, True),
        ({"device_fingerprint": "p"}, {"payment_fingerprint": "p"}, False),
        ({"device_fingerprint": "d"}, {"device_fingerprint": "d"}, True),
        ({"website": "https://www.Shop.example/a"}, {"website": "shop.example"}, True),
        ({"website": "https://[bad"}, {"website": "https://[bad"}, False),
        ({"signup_ip": "192.0.2.1"}, {"signup_ip": "192.0.2.1"}, False),
    ],
)
def test_one_owner(mine: dict[str, Any], theirs: dict[str, Any], one: bool) -> None:
    first, second = an_account("a", **mine), an_account("b", **theirs)
    assert one_owner(first, second) is one_owner(second, first) is one


def test_the_host_of_a_website() -> None:
    assert website_host("HTTP://WWW.a.example.:80/x?y") == "a.example"
    assert website_host("") is website_host(None) is None
