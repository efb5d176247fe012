"""What people do about incidents through the API: each act is in the audit log, as the key that did it."""

from typing import Any

import pytest

from service.desk.chain import verify
from service.desk.sign_in import Keys
from service.stores.contract import Incident

AUDIT = Keys(b"k" * 32).audit


def an_incident(api: Any, name: str, kind: str = "listing", **facts: Any) -> str:
    at = api.house.clock.now
    told = {"list": "bl.test", "subject": "192.0.2.9", **facts}
    api.house.store.put_incident(
        Incident(
            incident_id=name, kind=kind, key=f"{kind}:{name}", severity=1, opened_at=at,
            updated_at=at, facts=told,
        )
    )  # fmt: skip
    return f"/v1/incidents/{name}"


def deeds(api: Any, target: str) -> list[tuple[str, str, dict[str, Any]]]:
    """The acts on an incident, newest first; the whole chain holds."""
    store = api.house.store
    verify(AUDIT, store.entries())
    return [(e.deed.actor, e.deed.act, e.deed.after) for e in store.newest_entries(target)]


def test_a_listing_is_noted_asked_to_be_removed_and_closed(api: Any) -> None:
    path = an_incident(api, "l1")
    noted = api("POST", f"{path}/note", "review", json={"note": "asked joe@home.example"})
    assert noted.status_code == 200, noted.text
    (note,) = noted.json()["handling"]["notes"]
    assert (note["by"], "joe@" in note["text"]) == ("key:review", False)
    marked = api("POST", f"{path}/request-removal", "admin").json()["handling"]
    assert marked["removal_requested_by"] == "key:admin"
    assert api("POST", f"{path}/request-removal", "admin").status_code == 409
    api.house.clock.forward(minutes=1)
    closed = api("POST", f"{path}/close", "review", json={"reason": "they removed it"}).json()
    assert closed["closed_at"] is not None
    assert (closed["handling"]["closed_by"], closed["handling"]["closed_reason"]) == (
        "key:review",
        "they removed it",
    )
    assert api("GET", path).json() == closed
    assert [(who, act) for who, act, _ in deeds(api, "l1")] == [
        ("key:review", "incident.close"),
        ("key:admin", "incident.request_removal"),
        ("key:review", "incident.note"),
    ]
    assert deeds(api, "l1")[0][2]["reason"] == "they removed it"


def test_closing_needs_no_reason_over_the_api_and_happens_once(api: Any) -> None:
    path = an_incident(api, "l2", "alert")
    first = api("POST", f"{path}/close", "review").json()
    api.house.clock.forward(hours=1)
    assert api("POST", f"{path}/close", "review", json={}).json() == first
    assert len(deeds(api, "l2")) == 1, "what was closed before is no deed"
    assert api("POST", f"{path}/request-removal").status_code == 409
    assert api("POST", f"{path}/note", json={"note": "looked at it"}).status_code == 200


@pytest.mark.parametrize(
    ("act", "body", "status"),
    [
        ("note", {"note": ""}, 422),
        ("note", {"note": "  "}, 422),
        ("note", {"note": "x" * 4_001}, 422),
        ("note", {"note": "a\x00b"}, 422),
        ("note", {"note": 5}, 422),
        ("note", {"other": "x"}, 422),
        ("close", {"reason": "x" * 4_001}, 422),
        ("close", {"why": "x"}, 422),
        ("close", [], 422),
    ],
)
def test_bad_bodies_change_nothing(api: Any, act: str, body: Any, status: int) -> None:
    path = an_incident(api, "l3")
    answer = api("POST", f"{path}/{act}", "review", json=body)
    assert answer.status_code == status, answer.text
    assert deeds(api, "l3") == []


def test_a_body_that_is_no_json_is_refused(api: Any) -> None:
    path = an_incident(api, "l4")
    headers = {"Content-Type": "application/json"}
    assert api("POST", f"{path}/close", content=b"{", headers=headers).status_code == 400
    wrong = api("POST", f"{path}/close", content=b"x", headers={"Content-Type": "text/plain"})
    assert wrong.status_code == 415
    assert api("GET", path).json()["closed_at"] is None


@pytest.mark.parametrize("scope", ["score", "ingest"])
@pytest.mark.parametrize("act", ["note", "request-removal", "close"])
def test_only_the_desk_acts(api: Any, scope: str, act: str) -> None:
    path = an_incident(api, "l5")
    assert api("POST", f"{path}/{act}", scope, json={"note": "x"}).status_code == 403
    assert api("POST", f"/v1/incidents/none/{act}", json={"note": "x"}).status_code in (404, 422)


def test_notes_that_stay_with_an_incident_are_bounded(api: Any) -> None:
    path = an_incident(api, "l6")
    for n in range(53):
        api.house.clock.forward(seconds=1)
        answer = api("POST", f"{path}/note", json={"note": f"note {n}"}).json()
    assert [one["text"] for one in answer["handling"]["notes"]] == [
        f"note {n}" for n in range(3, 53)
    ]
    assert len(deeds(api, "l6")) == 53, "the audit log has them all"


def test_a_report_on_what_somebody_closed_opens_another_incident(api: Any) -> None:
    mail = {"Content-Type": "message/rfc822"}
    body = b"From: a@b.example\nSubject: phishing %d\n\nsee http://x.example\n"
    first = api("POST", "/v1/reports", "ingest", content=body % 1, headers=mail).json()
    api("POST", f"/v1/incidents/{first['incident_id']}/close", json={"reason": "done"})
    api.house.clock.forward(minutes=5)
    again = api("POST", "/v1/reports", "ingest", content=body % 1, headers=mail).json()
    assert again["incident_id"] != first["incident_id"]
    assert again["closed_at"] is None
