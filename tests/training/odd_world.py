"""A tiny hand-made world with every oddity that another generator could have."""

import gzip
import json
from pathlib import Path

EVENT = {"type": "delivered", "account_id": "bakery"}


def write_odd_world(folder: Path) -> None:
    folder.mkdir(parents=True)
    _lines(
        folder / "accounts.ndjson",
        {"account_id": "late", "created_at": "2026-03-05T00:00:00Z", "shoe_size": 44},
        {"account_id": "bakery", "created_at": "2026-03-01T09:00:00+02:00", "paid": "true",
         "declared": {"monthly_volume": "lots", "industry": "food", "extra": 1}},
        '{"account_id": "torn", "created_at": "2026-03-',
        "[1, 2]",
        {"account_id": "naive", "created_at": "2026-03-02T00:00:00", "paid": "perhaps"},
        {"account_id": "epoch", "created_at": 1772409600},
        {"account_id": "timeless"},
        {"account_id": "sp ace/ü", "created_at": "2026-03-02 06:00:00"},
        {"created_at": "2026-03-02T00:00:00Z"},
    )  # fmt: skip
    _lines(
        folder / "sending_domains.ndjson",
        {"domain": "bakery.example", "account_id": "bakery", "put_at": "2026-03-01T10:00:00Z",
         "spf": "PASS", "dkim": "maybe"},
        {"domain": "early.example", "account_id": "late", "put_at": "2026-03-03T00:00:00Z"},
        {"domain": "nobody.example"},
    )  # fmt: skip
    _lines(
        folder / "imports.ndjson",
        {"account_id": "bakery", "list_id": "l1", "imported_at": "2026-03-01T11:00:00Z",
         "source": "carrier_pigeon", "rows": 2, "path": "imports/bakery/l1.csv"},
        {"account_id": "bakery", "list_id": "gone", "imported_at": "2026-03-01T12:00:00Z",
         "source": "file", "rows": 9, "path": "imports/bakery/gone.csv"},
        {"account_id": "stranger", "list_id": "l9", "imported_at": "2026-03-02T00:00:00Z",
         "source": "api", "path": "imports/bakery/l1.csv"},
    )  # fmt: skip
    listed = folder / "imports" / "bakery" / "l1.csv"
    listed.parent.mkdir(parents=True)
    listed.write_text("email,note\nanna@example.com,x\nbob@example.com,y\n")
    _lines(
        folder / "campaigns.ndjson",
        {"campaign_id": "c2", "account_id": "bakery", "list_ids": ["l1", "never"], "recipients": 2,
         "stream": "broadcast", "scheduled_at": "2026-03-02T12:00:00Z",
         "message": {"from": "a@bakery.example", "subject": "Bread\r\nX: y", "text": "Hello"}},
        "",
        {"campaign_id": "c1", "account_id": "bakery", "list_ids": "l1", "stream": "BROADCAST",
         "scheduled_at": "2026-03-01T12:00:00Z", "message": "Subject: hi\r\n\r\nhello", "mood": 1},
        {"campaign_id": "c3", "account_id": "stranger2", "recipients": "7", "stream": "x",
         "scheduled_at": "2026-03-03T12:00:00Z", "message_path": "messages/none.eml"},
        {"campaign_id": "c4", "account_id": "late", "recipients": 5, "stream": "transactional",
         "scheduled_at": "2026-03-04T12:00:00Z"},
        {"campaign_id": "c1", "account_id": "bakery", "recipients": 2},
        {"campaign_id": "c5", "account_id": "bakery", "recipients": 3, "scheduled_at": "soon"},
        {"account_id": "bakery"},
    )  # fmt: skip
    _write_events(folder)
    _lines(
        folder / "truth.ndjson",
        {"type": "account", "account_id": "bakery", "kind": "shop", "label": "legitimate",
         "abusive": False, "bad_from": None, "actor": "bakery", "horoscope": "leo"},
        {"type": "account", "account_id": "late", "kind": "phisher", "label": "malicious",
         "abusive": True, "bad_from": "2026-03-05T00:00:00Z", "actor": "gang"},
        {"type": "campaign", "campaign_id": "c1", "abusive": False, "kind": "shop",
         "p_hard": 0.01, "p_complaint": 0.0002},
        {"type": "campaign", "campaign_id": "c4", "abusive": True, "kind": "phisher"},
        {"type": "campaign", "campaign_id": "c2", "abusive": None, "kind": "shop", "p_hard": 7},
        {"type": "list", "account_id": "bakery", "list_id": "l1", "unasked": 0.9,
         "would_bounce": 0.1, "traps": 0},
        {"type": "weather", "id": "rain"},
        "nonsense",
    )  # fmt: skip


def _write_events(folder: Path) -> None:
    lines = [
        {"received_at": "2026-03-02T12:06:00Z", "event": {**EVENT, "event_id": "e2",
         "campaign_id": "c2", "occurred_at": "2026-03-02T12:05:59Z", "color": "red"}},
        {"received_at": "2026-03-01T12:01:00Z", "event": {**EVENT, "event_id": "e1",
         "campaign_id": "c1", "occurred_at": "2026-03-01T12:00:59Z"}},
        {"received_at": "2026-03-02T13:00:00", "event": {**EVENT, "event_id": "e3",
         "occurred_at": "2026-03-02T14:00:00+02:00", "smtp_code": "nine"}},
        {"received_at": "2026-03-02T14:00:00Z", "event": {**EVENT, "event_id": "e4",
         "type": "teleported", "occurred_at": "2026-03-02T14:00:00Z"}},
        {"received_at": 1772464000, **EVENT, "event_id": "e5"},
        '{"received_at": "2026-03-02T',
        {"received_at": "2026-03-02T15:30:00Z"},
    ]  # fmt: skip
    with gzip.open(folder / "events.ndjson.gz", "wt") as file:
        file.writelines(_text(line) + "\n" for line in lines)


def _lines(path: Path, *lines: object) -> None:
    path.write_text("".join(_text(line) + "\n" for line in lines))


def _text(line: object) -> str:
    return line if isinstance(line, str) else json.dumps(line)
