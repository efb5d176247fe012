"""A full desk: cases, an account with a long history, incidents, appeals, a list, a policy on its way."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np

from features.records import Account, Event, EventType, ImportSource, ListImport, Stream, Subject
from models.decision import Decision, ReasonGiven, SubjectRef
from models.policy import default_policy_text
from service.console.page import Desk
from service.review import Plea
from service.stores.contract import Incident, Store
from service.warden import Warden

NOW: Final = datetime(2026, 11, 23, 10, tzinfo=UTC)
_BATCH: Final = 10_000
_CODES: Final = ("HARD_BOUNCES", "LIST_SHARED", "DOMAIN_NEW", "ACCOUNT_NEW", "COMPLAINTS")


def fill(warden: Warden, desk: Desk, cases: int, events: int) -> dict[str, str]:
    """Fill a store; return the ids of what it made, by the names of the routes' parameters."""
    for n in range(cases - 1):
        _hold(warden.store, f"a-{n}", f"d-{n}", n)
    _hold(warden.store, "big", "d-big", cases)
    _import(warden.store)
    for at, batch in _batches(cases, events):
        warden.ingest(batch, at)
    warden.score_campaign("c-big", "big", 500, Stream.BROADCAST, ["l-big"], None, None, NOW)
    for n in range(max(cases // 10, 1)):
        _trouble(warden, n)
    assert desk.lab is not None
    policy = desk.lab.create(default_policy_text(), "bench", "ann", NOW)
    oldest = warden.store.appeals(waiting=True, limit=1)[0]
    return {"policy_id": policy.policy_id, "appeal_id": oldest.appeal_id}


def _hold(store: Store, account_id: str, decision_id: str, n: int) -> None:
    """An account with a decision that opens a case."""
    country = ("NL", "DE", "TW", None)[n % 4]
    created = NOW - timedelta(days=60, seconds=n)
    account = Account(account_id=account_id, created_at=created, country=country, plan="free")
    store.put_account(account, {}, created)
    reason = ReasonGiven(
        code=_CODES[n % 5], family="behaviour", weight=0.5, value=1.0, typical=0.1, message="m",
        advice="a",
    )  # fmt: skip
    store.save_decision(
        Decision(
            decision_id=decision_id, subject=SubjectRef(type=Subject.CAMPAIGN, id=f"c-{n}"),
            account_id=account_id, as_of=NOW - timedelta(minutes=n % 600), action="review",
            limits=None, risk=n % 97 / 97, malicious=n % 97 / 194, careless=n % 97 / 194,
            forecast=None, reasons=(reason,), rules=("rule",), policy_version="p",
            model_version="m", feature_set="f", valid_until=NOW,
        ),
        recipients=n + 1,
    )  # fmt: skip


def _import(store: Store) -> None:
    record = ListImport(
        import_id="i-big", account_id="big", list_id="l-big", source=ImportSource.FILE,
        imported_at=NOW - timedelta(days=1), rows=90_000, valid=80_000, invalid=9_000,
        duplicates=1_000, numbers={"list_role_share": 0.2},
    )  # fmt: skip
    store.add_import(record, np.arange(1_000, dtype=np.int64))


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
