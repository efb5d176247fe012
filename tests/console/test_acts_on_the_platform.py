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


@pytest.mark.parametrize("path", [LISTS, INCIDENTS])
def test_who_only_looks_has_no_forms_and_is_refused(served: Served, path: str) -> None:
    put_listing(served, f"v{len(path)}", "192.0.2.12")
    with served.browse("vera") as vera:
        page = vera.get(path).text
        assert "192.0.2.12" in page
        assert 'name="incident_id"' not in page
        refused = send(vera, path, act="close", incident_id=f"v{len(path)}", reason="x")
    assert refused.status_code == 403
    assert deeds(served, f"v{len(path)}") == []


@pytest.mark.parametrize("path", [LISTS, INCIDENTS, WARM_UPS])
def test_forms_of_another_site_and_nonsense_change_nothing(served: Served, path: str) -> None:
    with served.browse("ann") as ann:
        form = {"act": "close", "incident_id": "seen-1", "reason": "x"}
        assert ann.post(path, data=form).status_code == 403
        token = csrf_of(ann, path)
        foreign = ann.post(
            path, data=form | {"csrf": token}, headers={"Origin": "https://x.example"}
        )
        assert foreign.status_code == 403
        assert "that is no act" in send(ann, path, act="burn").text
        gone = send(ann, path, act="hold" if path == WARM_UPS else "note", incident_id="none",
                    note="x", ip="192.0.2.1", provider="x")  # fmt: skip
        assert gone.status_code == 404


def test_a_lead_sees_what_a_warm_up_does_before_it_starts(served: Served) -> None:
    with served.browse("ann") as ann:
        page = ann.get(PLAN).text
        assert "Nothing is changed yet" in page
        assert "Today at most <strong>200</strong>" in page
        assert served.house.store.warm_ups("192.0.2.60") == ()
        form = {"ip": "192.0.2.60", "provider": "gmail", "target_per_day": "50000"}
        started = send(ann, PLAN.partition("?")[0], act="start", **form)
        assert "192.0.2.60 may send 200 mails today" in started.text
        changes = ann.get(PLAN.replace("50000", "90000")).text
        assert "target 50,000 becomes 90,000" in changes
        named = {"ip": "192.0.2.60", "provider": "gmail"}
        assert "stays at stage 1" in send(ann, WARM_UPS, act="hold", **named).text
        assert send(ann, WARM_UPS, act="hold", **named).status_code == 409
        shown = ann.get(f"{WARM_UPS}?ip=192.0.2.60&provider=gmail").text
        assert "Resume it" in shown
        assert "Hold it" not in shown
        assert "climbs again" in send(ann, WARM_UPS, act="resume", **named).text
        assert "nothing limits it" in send(ann, WARM_UPS, act="end", **named).text
    assert deeds(served, "192.0.2.60") == [
        ("ann", f"warm_up.{act}") for act in ("end", "resume", "hold", "start")
    ]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"ip": HOSTILE}, "is no IP address"),
        ({"ip": "300.1.1.1"}, "is no IP address"),
        ({"provider": ""}, "name a mailbox provider"),
        ({"target_per_day": "many"}, "whole numbers"),
        ({"target_per_day": "-5"}, "whole numbers"),
        ({"target_per_day": "99999999999"}, "1 to 1,000,000,000"),
        ({"stages": "0"}, "stages are from 1 to 365"),
        ({"first_per_day": "٣"}, "whole numbers"),
    ],
)  # fmt: skip
def test_a_plan_that_makes_no_sense_is_said_beside_the_form(
    served: Served, changes: dict[str, str], said: str
) -> None:
    asked = {"ip": "192.0.2.62", "provider": "gmail", "target_per_day": "5000", "stages": "30",
             "first_per_day": "200"} | changes  # fmt: skip
    with served.browse("ann") as ann:
        page = ann.get(WARM_UPS, params=asked)
        assert (page.status_code, said in page.text) == (200, True), page.text
        assert "<script>document" not in page.text
        assert send(ann, WARM_UPS, act="start", **asked).status_code == 422
    assert served.house.store.warm_ups("192.0.2.62") == ()


def test_only_a_lead_acts_on_warm_ups(served: Served, warming: None) -> None:
    with served.browse("bob") as bob:
        assert "Hold it" not in bob.get(ONE).text
        assert "A lead starts" in bob.get(WARM_UPS).text
        assert bob.get(PLAN).status_code == 422
        assert send(bob, WARM_UPS, act="end", ip="192.0.2.61", provider="gmail").status_code == 422
    assert len(served.house.store.warm_ups("192.0.2.61")) == 1


def test_a_warm_up_is_drawn_day_by_day(served: Served, warming: None) -> None:
    with served.browse("vera") as vera:
        page = vera.get(ONE).text
        assert vera.get(f"{WARM_UPS}?ip=192.0.2.1&provider=gmail").status_code == 404
    assert "150 sent of 200 allowed, climbed" in page
    assert "150 mails in 2 days" in page


@pytest.mark.parametrize("path", [LISTS, INCIDENTS, ONE, PLAN, WARM_UPS])
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (320, "dark")])
def test_the_pages_are_accessible_to_who_acts(
    looks: Looks, warming: None, path: str, width: int, scheme: str
) -> None:
    looks.are_accessible("ann", path, width, scheme)
