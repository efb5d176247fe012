"""Sources and settings on their pages: what is silent stands out, secrets stay in, hostile words are text."""

from datetime import timedelta

import pytest

from service.outbox.endpoints import Delivery, Endpoint
from service.stores.contract import SourceCount
from tests.console.conftest import HOSTILE, Looks, Served

SOURCES, SETTINGS = "/console/sources", "/console/settings"


@pytest.fixture(scope="module")
def heard(served: Served) -> None:
    """A busy source, one that fell silent, one that was only refused, and a receiver that fails."""
    store, at = served.house.store, served.house.clock.now
    for day in range(7):
        for name, a_day, since in (("mailgun", 300 + 90 * day, 0), ("postfix", 800, 2)):
            count = SourceCount(
                source=name, payloads=9, accepted=a_day, rejected=3, unattributed=day % 3,
                fault=HOSTILE,
            )  # fmt: skip
            store.count_source(count, at - timedelta(days=day + since))
    store.count_source(SourceCount(source="ses", refused=4, unreadable=1, fault=HOSTILE), at)
    for name, url in (
        ("w1", f"https://esp.example/hook?token={HOSTILE}"),
        ("w2", "mailto:abuse@esp.example"),
    ):
        store.put_endpoint(Endpoint(webhook_id=name, url=url, secret=b"", created_at=at))
    failing = Delivery(
        webhook_id="w1", change_id=1, account_id="a", attempts=3, error=HOSTILE,
        next_at=at + timedelta(hours=1),
    )  # fmt: skip
    store.advance("w1", 5, [failing], 12, at)
    store.advance("w2", 5, [], 40, at)


def test_what_fell_silent_stands_out(served: Served, heard: None) -> None:
    with served.browse("bob") as bob:
        page = bob.get(SOURCES)
    assert page.status_code == 200
    assert "1 fell silent." in page.text
    row = page.text.partition('class="silent"')[2]
    assert row.index("postfix") < row.index("mailgun"), "the silent come first"
    assert "about 1,60" in row
    assert "refused or unreadable so far" in page.text
    assert "possible, not set" in page.text
    assert "docs/integrate/sendgrid.md" in page.text


def test_receivers_are_shown_by_host_with_what_fails(served: Served, heard: None) -> None:
    with served.browse("bob") as bob:
        page = bob.get(SOURCES).text
    assert "failing:" in page
    assert "esp.example" in page
    assert "token=" not in page
    assert "abuse@" not in page
    assert "&lt;script&gt;" in page
    assert "<script>document" not in page


def test_settings_are_only_for_admins_and_only_to_look_at(served: Served) -> None:
    with served.browse("root") as root:
        page = root.get(SETTINGS)
        assert page.status_code == 200
        assert served.house.store.facts().revision in page.text
        assert served.house.warden.policy.current().version in page.text
        assert "--seen-days" in page.text
        assert root.post(SETTINGS, data={"csrf": "x"}).status_code == 405
    with served.browse("ann") as ann:
        assert ann.get(SETTINGS).status_code == 403
        assert SETTINGS not in ann.get(SOURCES).text
    with served.browse("vera") as vera:
        assert vera.get(SOURCES).status_code == 403


def test_the_pages_are_accessible(looks: Looks, heard: None) -> None:
    looks.are_accessible("root", SOURCES, SETTINGS)
