"""IPs and mailbox providers on a page: rates, classes, who explains them, nothing of hostile names runs."""

import pytest

from features.records import Event, EventType
from tests.console.conftest import HOSTILE, Looks, Served

IP = "192.0.2.77"


@pytest.fixture(scope="module")
def mailed(served: Served) -> None:
    at = served.house.clock.now
    kinds = [EventType.SENT] * 300 + [EventType.DELIVERED] * 240 + [EventType.HARD_BOUNCE] * 60
    events = [
        Event(
            event_id=f"ip{n}", type=kind, account_id="loud", occurred_at=at, sending_ip=IP,
            mailbox_provider=("gmail", HOSTILE[:120])[n % 2],
            diagnostic="550 5.1.1 no such user" if kind is EventType.HARD_BOUNCE else None,
        )
        for n, kind in enumerate(kinds)
    ]  # fmt: skip
    served.house.warden.ingest(events, at)


def test_ips_and_providers_stand_with_their_rates(served: Served, mailed: None) -> None:
    with served.browse("vera") as vera:
        page = vera.get("/console/ips?window=24h")
        one = vera.get(f"/console/ips?ip={IP}")
        none = vera.get("/console/ips?ip=203.0.113.200&window=nonsense")
    assert page.status_code == one.status_code == none.status_code == 200
    assert f"/console/ips?ip={IP}" in page.text
    assert "&lt;img src=x" in page.text
    assert "<img src=x" not in page.text + one.text
    assert "60 of 300" in one.text
    assert "Invalid recipient" in one.text
    assert 'href="/console/accounts?id=loud"' in one.text
    assert "No mail from 203.0.113.200" in none.text


def test_the_pages_are_accessible(looks: Looks, mailed: None) -> None:
    looks.are_accessible("vera", "/console/ips", f"/console/ips?ip={IP}")
