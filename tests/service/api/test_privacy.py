"""No clear address is left behind: not in the database, its log, the answers' log or elsewhere."""

import base64
import logging
from pathlib import Path
from typing import Any

import pytest

SECRET = "zebra.quill"
ADDRESS = f"{SECRET}@hidden-mailbox.example"


def everything(account: str, number: int) -> list[tuple[str, str, dict[str, Any]]]:
    """Calls that carry an address wherever one can be."""
    event = {
        "event_id": f"e-{number}",
        "type": "hard_bounce",
        "account_id": account,
        "occurred_at": "2026-11-23T09:00:00Z",
        "recipient": ADDRESS,
        "mailbox_provider": "hidden.example",
        "diagnostic": f"550 5.1.1 <{ADDRESS}>: no such user; VERP b+{SECRET}=x.example@esp.example",
    }
    raw = f"From: <{ADDRESS}>\nReply-To: {ADDRESS}\nTo: {ADDRESS}\nSubject: {ADDRESS}\n\n{ADDRESS}"
    campaign = {"account_id": account, "recipients": 1, "stream": "broadcast"}
    parts = {"from": ADDRESS, "reply_to": ADDRESS, "subject": ADDRESS, "html": f"<p>{ADDRESS}</p>"}
    csv = {"headers": {"Content-Type": "text/csv"}}
    imports = f"/v1/accounts/{account}/lists/l-1/imports?source=file"
    return [
        ("POST", "/v1/events", {"json": [event, {**event, "type": ADDRESS}]}),
        ("POST", "/v1/events", {"content": f'{{"event_id": "{ADDRESS}'.encode(),
                                "headers": {"Content-Type": "application/x-ndjson"}}),
        ("POST", imports, {"content": f"email\n{ADDRESS}\n".encode(), **csv}),
        ("POST", imports, {"content": f"{ADDRESS};x\n{ADDRESS},y".encode(), **csv}),
        ("POST", "/v1/campaigns/c-1/score", {"json": {**campaign, "message": raw}}),
        ("POST", "/v1/campaigns/c-2/score", {"json": {**campaign, "message": parts}}),
        ("POST", "/v1/campaigns/c-3/score", {"json": {**campaign, "surprise": ADDRESS}}),
        ("GET", f"/v1/accounts/{ADDRESS}", {}),
        ("GET", f"/v1/decisions?account_id={ADDRESS}", {}),
        ("GET", f"/{ADDRESS}", {}),
        ("POST", "/v1/decisions/id-00000001/verdict",
         {"json": {"verdict": "careless", "note": f"wrote to {ADDRESS}", "category": ADDRESS}}),
        ("POST", "/v1/decisions/id-00000001/appeal",
         {"json": {"cause": ADDRESS, "change_made": ADDRESS, "prevention": ADDRESS}}),
        ("GET", f"/v1/accounts/{account}/advice", {}),
        ("GET", "/metrics", {}),
    ]  # fmt: skip


def forms() -> list[bytes]:
    """The address as it could lie about: as text, in UTF-16, in base64 at any offset."""
    shifted = [base64.b64encode(b"x" * n + SECRET.encode())[4:-4] for n in range(3)]
    return [SECRET.encode(), SECRET.upper().encode(), SECRET.encode("utf-16-le"), *shifted]


def test_no_address_is_left_behind(
    open_house: Any, serve: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    found_in: list[str] = []
    with open_house(tmp_path) as house, serve(house) as api:
        put = api("PUT", "/v1/accounts/a-1", json={"created_at": "2026-01-01T00:00:00Z"})
        assert put.status_code == 200
        for number in range(3):
            for method, path, options in everything("a-1", number):
                assert api(method, path, **options).status_code < 500
        logged = "\n".join(
            record.getMessage()
            for record in caplog.records
            if not record.name.startswith(("httpx", "httpcore"))  # the client of this test
        )
        assert "request method=POST route=/v1/events" in logged
        assert SECRET not in logged
        files = [path for path in tmp_path.rglob("*") if path.is_file()]
        assert {path.suffix for path in files} >= {".db", ".db-wal"}
        for path in files:
            content = path.read_bytes()
            found_in += [f"{path.name}: {form!r}" for form in forms() if form in content]
    for path in tmp_path.rglob("*"):
        found_in += [f"{path.name} closed" for form in forms() if form in path.read_bytes()]
    assert found_in == []


def test_the_search_finds_what_is_there(open_house: Any, tmp_path: Path) -> None:
    from features.records import Account

    with open_house(tmp_path) as house:
        account = Account(account_id="a-1", created_at=house.clock(), website=ADDRESS)
        house.warden.put_account(account, house.clock())
    content = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert any(form in content for form in forms())
