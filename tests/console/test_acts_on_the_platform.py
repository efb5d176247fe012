"""What people do on the pages of block lists, incidents and warm-ups: by role, audited, hostile words as text."""

from typing import Any

import httpx
import pytest

from features.records import Event, EventType
from service.desk.chain import verify
from service.stores.contract import Incident
from tests.console.conftest import HOSTILE, Looks, Served

LISTS, INCIDENTS, WARM_UPS = "/console/block-lists", "/console/incidents", "/console/warm-ups"
PLAN = f"{WARM_UPS}?ip=192.0.2.60&provider=gmail&target_per_day=50000&stages=30&first_per_day=200"
ONE = f"{WARM_UPS}?ip=192.0.2.61&provider=gmail"


def put_listing(served: Served, name: str, subject: str = "192.0.2.9", **facts: Any) -> str:
    at = served.house.clock.now
    told = {
        "list": "bl.test", "subject": subject, "text": HOSTILE, "procedure": HOSTILE,
        "codes": {"127.0.0.2": HOSTILE}, "removal_request": f"Dear list, {HOSTILE}",
        "causes": [{"account_id": "loud", "probability": 0.7, "evidence": {"trap_hit": 3},
                    "in_force": "review"}],
        **facts,
    }  # fmt: skip
    served.house.store.put_incident(
        Incident(
            incident_id=name, kind="listing", key=f"listing:{name}", severity=1, opened_at=at,
            updated_at=at, account_id="loud", facts=told,
        )
    )  # fmt: skip
    return name


def csrf_of(client: httpx.Client, path: str) -> str:
    return client.get(path).text.partition('name="csrf" value="')[2].partition('"')[0]


def send(client: httpx.Client, path: str, **form: str) -> httpx.Response:
    form["csrf"] = csrf_of(client, path)
    return client.post(path, data=form, follow_redirects=True)


def deeds(served: Served, target: str) -> list[tuple[str, str]]:
    store = served.house.store
    verify(served.desk.keys.audit, store.entries())
    return [(entry.deed.actor, entry.deed.act) for entry in store.newest_entries(target)]


@pytest.fixture(scope="module")
def warming(served: Served) -> None:
    """A warm-up with a day of mail behind it, two listings, and a list that answers wrongly."""
    with served.browse("ann") as ann:
        form = {"ip": "192.0.2.61", "provider": "gmail", "target_per_day": "50000", "act": "start"}
        assert send(ann, WARM_UPS, **form).status_code == 200
    at = served.house.clock.now
    events = [
        Event(
            event_id=f"{kind}{n}", account_id="bakery", occurred_at=at, type=kind,
            mailbox_provider="gmail", sending_ip="192.0.2.61",
        )
        for n in range(150)
        for kind in (EventType.SENT, EventType.DELIVERED)
    ]  # fmt: skip
    served.house.warden.ingest(events, at)
    served.house.clock.forward(days=1)
    put_listing(served, "seen-1")
    put_listing(served, "seen-2", HOSTILE)
    put_listing(served, "seen-3", None, disabled="refuses", list="other.test")  # type: ignore[arg-type]


def test_a_reviewer_notes_marks_and_closes_a_listing(served: Served) -> None:
    put_listing(served, "l1", "192.0.2.11")
    with served.browse("bob") as bob:
        page = send(bob, LISTS, act="note", incident_id="l1", note=HOSTILE)
        assert "Noted." in page.text
        assert "<script>document" not in page.text
        assert "requested: 192.0.2.11" in page.text
        page = send(bob, LISTS, act="request_removal", incident_id="l1")
        assert "removal requested" in page.text
        assert "requested: 192.0.2.11" not in page.text
        again = send(bob, LISTS, act="request_removal", incident_id="l1")
        assert again.status_code == 409
        assert send(bob, LISTS, act="close", incident_id="l1", reason=" ").status_code == 422
        assert "Closed" in send(bob, LISTS, act="close", incident_id="l1", reason="gone").text
        assert "192.0.2.11" not in bob.get(LISTS).text
        past = bob.get(f"{LISTS}?past=1").text
    assert "Closed</strong> by bob: gone" in past
    assert deeds(served, "l1") == [
        ("bob", "incident.close"), ("bob", "incident.request_removal"), ("bob", "incident.note"),
    ]  # fmt: skip


def test_alerts_and_reports_are_closed_on_the_incidents_page(served: Served) -> None:
    store, at = served.house.store, served.house.clock.now
    for kind in ("alert", "report"):
        store.put_incident(
            Incident(
                incident_id=f"c-{kind}", kind=kind, key=f"{kind}:c", severity=2, opened_at=at,
                updated_at=at, facts={"category": "spam", "k": 1, "n": 2, "limit": 0.1},
            )
        )  # fmt: skip
        with served.browse("bob") as bob:
            send(bob, INCIDENTS, act="close", incident_id=f"c-{kind}", reason="sender stopped")
        stored = store.incident(f"c-{kind}")
        assert stored is not None
        assert stored.handling.closed_reason == "sender stopped"
        assert deeds(served, f"c-{kind}") == [("bob", "incident.close")]


def test_the_pages_are_accessible_to_who_acts(looks: Looks, warming: None) -> None:
    looks.are_accessible("ann", LISTS, INCIDENTS, ONE, PLAN, WARM_UPS)
