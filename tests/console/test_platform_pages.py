"""Incidents and warm-ups on their pages, hostile words included."""

from datetime import timedelta
from typing import Any

import pytest

from service.desk.records import KeyHolder, Role
from service.stores.contract import Incident, WarmUp
from tests.console.conftest import HOSTILE, Looks, Served

PAGES = ["/console/incidents", "/console/incidents?kind=listing&past=1", "/console/warm-ups"]


@pytest.fixture(scope="module")
def busy(served: Served) -> None:
    store, at = served.house.store, served.house.clock.now
    facts: dict[str, dict[str, Any]] = {
        "alert": {"k": 40, "n": 500, "limit": 0.05, "causes": [{"account_id": "loud", "share": 0.8}]},
        "listing": {
            "list": "bl.test", "subject": "192.0.2.9", "text": HOSTILE, "procedure": "ask them",
            "causes": [{"account_id": "loud", "probability": 0.7, "in_force": "review"}],
            "removal_request": f"Dear list, {HOSTILE}",
        },
        "report": {"category": "phishing", "reports": 3, "subject": HOSTILE, "excerpt": HOSTILE},
        "drift": {"guilty": ["open_rate_7d"]},
    }  # fmt: skip
    for number, (kind, told) in enumerate(facts.items()):
        store.put_incident(
            Incident(
                incident_id=f"i{number}", kind=kind, key=f"{kind}:{number}", severity=1 + number % 3,
                opened_at=at, updated_at=at, account_id="loud", facts=told,
            )
        )  # fmt: skip
    served.house.warden.warm_up_acts.start(
        WarmUp(ip="192.0.2.50", provider="gmail", started_at=at, target_per_day=50_000),
        KeyHolder(name="ann", rank=Role.LEAD),
        at,
    )


def test_incidents_and_warm_ups_are_told(served: Served, busy: None) -> None:
    with served.browse("vera") as vera:
        all_, listings, warm_ups = (vera.get(path) for path in PAGES)
    assert all_.status_code == listings.status_code == warm_ups.status_code == 200
    for words in ("40 of 500 mails", "192.0.2.9 on bl.test", "3 reports", "70 %", "Dear list"):
        assert words in all_.text, words
    assert "&lt;script&gt;" in all_.text
    assert "<script>document" not in all_.text
    assert "192.0.2.9" not in listings.text  # none is past
    assert "192.0.2.50" in warm_ups.text


def test_incidents_come_fifty_a_page_by_filters(served: Served) -> None:
    store, at = served.house.store, served.house.clock.now - timedelta(days=2)
    for number in range(53):
        store.put_incident(
            Incident(
                incident_id=f"many-{number}", kind="drift", key=f"drift:many-{number}", severity=3,
                opened_at=at, updated_at=at, account_id="many",
            )
        )  # fmt: skip
    path = "/console/incidents?kind=drift&severity=3&account_id=many"
    with served.browse("vera") as vera:
        first, second = vera.get(path).text, vera.get(f"{path}&page=2").text
        for odd in ("&page=0", "&page=x", f"&page={'9' * 5_000}", "&severity=9&kind=%00"):
            assert vera.get(path + odd).status_code == 200, odd
        assert "drift:many-" not in vera.get(f"{path}&past=1").text
    assert [text.count("drift:many-") for text in (first, second)] == [50, 3]
    assert 'page=2">More' in first
    assert ('page=1">Before' in second, "More</a>" in second) == (True, False)


def test_the_overview_names_every_kind_of_incident(served: Served, busy: None) -> None:
    with served.browse("vera") as vera:
        page = vera.get("/console/")
    assert page.status_code == 200
    assert "192.0.2.9 listed on bl.test" in page.text
    assert "Reported as phishing" in page.text


def test_the_pages_are_accessible(looks: Looks, busy: None) -> None:
    looks.are_accessible("vera", *PAGES)
