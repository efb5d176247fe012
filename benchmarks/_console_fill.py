"""A full desk: cases, a long history, campaigns with releases, lists, incidents, appeals, a policy."""

import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import numpy as np

from features.records import Account, Event, EventType, ImportSource, ListImport, Stream, Subject
from models.decision import Decision, ReasonGiven, Seen, SubjectRef
from models.inflight import Plan
from models.policy import default_policy_text
from service.console.page import Desk
from service.review import Plea
from service.stores.contract import Incident, Store
from service.ties import account_ties
from service.warden import Warden

NOW: Final = datetime(2026, 11, 23, 10, tzinfo=UTC)
_BATCH: Final = 10_000
_CODES: Final = ("HARD_BOUNCES", "LIST_SHARED", "DOMAIN_NEW", "ACCOUNT_NEW", "COMPLAINTS")
_ADDRESSES: Final = 20_000
_MESSAGE: Final = (
    b"""From: Shop <news@shop.example>
To: you@example.net
Subject: Half price this week
MIME-Version: 1.0
Content-Type: text/html; charset=utf-8

"""
    + b"<p>Everything is <a href='https://shop.example/x'>half price</a> this week.</p>\n" * 400
)


def fill(warden: Warden, desk: Desk, cases: int, events: int) -> dict[str, str]:
    """Fill a store; return the ids of what it made, by the names of the routes' parameters."""
    for n in range(cases - 1):
        _hold(warden.store, f"a-{n}", f"d-{n}", n)
    _hold(warden.store, "big", "d-big", cases)
    for n in range(max(cases // 10, 1)):
        _list(warden.store, f"a-{n}", n)
    for at, batch in _batches(cases, events):
        warden.ingest(batch, at)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "list.csv"
        file.write_text(
            "email\n" + "".join(f"user{n}@m{n % 99}.example\n" for n in range(_ADDRESSES))
        )
        warden.import_list("big", "l-big", ImportSource.FILE, file, NOW - timedelta(days=1))
    warden.score_campaign("c-big", "big", 500, Stream.BROADCAST, ["l-big"], _MESSAGE, None, NOW)
    for n in range(max(cases // 10, 1)):
        _trouble(warden, n)
    assert desk.lab is not None
    policy = desk.lab.create(default_policy_text(), "bench", "ann", NOW)
    oldest = warden.store.appeals(waiting=True, limit=1)[0]
    return {"policy_id": policy.policy_id, "appeal_id": oldest.appeal_id}


def _hold(store: Store, account_id: str, decision_id: str, n: int) -> None:
    """An account with a decision on a campaign that opens a case, and its release."""
    country = ("NL", "DE", "TW", None)[n % 4]
    created = NOW - timedelta(days=60, seconds=n)
    account = Account(
        account_id=account_id, created_at=created, country=country, plan="free",
        signup_ip=f"198.51.{n % 200}.{n % 250}", device_fingerprint=f"device-{n % 3_000}",
    )  # fmt: skip
    store.put_account(account, account_ties(account), created)
    plan = Plan(
        decision_id=decision_id, account_id=account_id, recipients=n + 1, action="review",
        risk=n % 97 / 97,
    )  # fmt: skip
    decision = _decision(decision_id, account_id, SubjectRef(type=Subject.CAMPAIGN, id=f"c-{n}"), n)
    store.save_decision(decision, recipients=n + 1, plan=plan)


def _decision(decision_id: str, account_id: str, subject: SubjectRef, n: int) -> Decision:
    reason = ReasonGiven(
        code=_CODES[n % 5], family="behaviour", weight=0.5, value=1.0, typical=0.1, message="m",
        advice="a",
    )  # fmt: skip
    held = subject.type is Subject.CAMPAIGN
    return Decision(
        decision_id=decision_id, subject=subject, account_id=account_id,
        # Half of them today, half over the weeks before.
        as_of=NOW - timedelta(minutes=n % 600 if n % 2 else 3 * n % 38_000), action="review" if held else "allow",
        limits=None, risk=n % 97 / 97, malicious=n % 97 / 194, careless=n % 97 / 194,
        forecast=None, reasons=(reason,), rules=("rule",), policy_version="p",
        model_version="m", feature_set="f", valid_until=NOW,
        seen=Seen(standing="allow", stream="broadcast", recipients=n + 1) if held else None,
    )  # fmt: skip


def _list(store: Store, account_id: str, n: int) -> None:
    """A list that was imported and decided on."""
    record = ListImport(
        import_id=f"i-{n}", account_id=account_id, list_id=f"l-{n}", source=ImportSource.FILE,
        imported_at=NOW - timedelta(days=1), rows=90_000, valid=80_000, invalid=9_000,
        duplicates=1_000, numbers={"list_role_share": 0.2},
    )  # fmt: skip
    store.add_import(record, np.arange(n, n + 100, dtype=np.int64))
    store.save_decision(
        _decision(f"dl-{n}", account_id, SubjectRef(type=Subject.LIST, id=f"l-{n}"), n)
    )


def _trouble(warden: Warden, n: int) -> None:
    """An incident, open or past, and an appeal."""
    kind = ("alert", "listing", "report", "drift")[n % 4]
    facts = {
        "k": 40, "n": 500, "limit": 0.05, "list": "bl.example", "subject": f"192.0.2.{n % 250}",
        "category": "phishing", "reports": 3, "text": "listed", "guilty": ["sent_7d"],
        "causes": [{"account_id": f"a-{n}", "share": 0.5, "probability": 0.5, "in_force": "review"}],
    }  # fmt: skip
    at = NOW - timedelta(hours=n % 600)
    warden.store.put_incident(
        Incident(
            incident_id=f"in-{n}", kind=kind, key=f"{kind}:{n}", severity=1 + n % 3, opened_at=at,
            updated_at=at, closed_at=NOW if n % 2 else None, account_id=f"a-{n}", facts=facts,
        )
    )  # fmt: skip
    warden.appeal(f"d-{n}", Plea("We moved servers.", "We cleaned the list.", "Double opt-in."), at)


def _batches(accounts: int, events: int) -> Iterator[tuple[datetime, list[Event]]]:
    """Yield the events of `big` over 60 days, and one of each other account on two days."""
    kinds = (*[EventType.SENT] * 5, *[EventType.DELIVERED] * 4, EventType.HARD_BOUNCE)
    count = max(events // _BATCH, 2)
    for batch in range(count):
        at = NOW - timedelta(days=60 * (count - 1 - batch) / count)
        yield at, [
            Event(
                event_id=f"{batch}-{i}", type=kinds[i % len(kinds)], occurred_at=at,
                account_id="big", mailbox_provider=f"p{i % 10}", sending_ip=f"192.0.2.{i % 20}",
                campaign_id="c-big" if batch == count - 1 else None,
            )
            for i in range(events // count)
        ]  # fmt: skip
    for day in (1, 8):
        at = NOW - timedelta(days=day)
        yield at, [
            Event(
                event_id=f"o-{day}-{n}", type=EventType.SENT, account_id=f"a-{n}", occurred_at=at,
                sending_ip=f"192.0.2.{n % 250}", mailbox_provider=f"p{n % 40}",
            )
            for n in range(accounts - 1)
        ]  # fmt: skip
