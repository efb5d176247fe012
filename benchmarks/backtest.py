"""A backtest over many decisions: reading them, replaying both policies, figures with intervals.

The store is SQLite in a temporary folder, filled with made-up decisions of 4,000 accounts, half of
them campaigns of 20 to 20,000 mails. Floor: reading the bodies of the same decisions and no more.
Then, on a simulated world, an estimate from the log of another policy beside really running it.
"""

import re
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import numpy as np
from rich.console import Console
from rich.table import Table
from sqlalchemy import insert

from features.catalogue import Catalogue, load_catalogue
from features.records import Account, Stream, Subject
from models.decision import Decision, Forecast, Interval, Seen, SubjectRef
from models.inflight import Plan
from models.policy import default_policy_text, load_policy
from models.policy.policy import Lane
from sendwarden.bundles import serving_bundle
from sendwarden.history import read_history
from sendwarden.settings import load_settings
from sendwarden.world_backtest import COMPARED, logged, really
from service.stores import open_store, schema
from service.stores.contract import DecisionQuery
from service.stores.decision_rows import _row
from service.stores.sql import SqlStore
from training.backtest import backtest, report_on
from training.backtest_replay import names_read
from training.backtest_rows import Assumptions
from training.simulate import SimulationConfig, simulate

T = TypeVar("T")
START = datetime(2026, 10, 1, tzinfo=UTC)


def run(quick: bool = False) -> None:
    """Print seconds of each step."""
    n = 5_000 if quick else 100_000
    catalogue = load_catalogue()
    live = load_policy(default_policy_text(), catalogue)
    draft = load_policy(default_policy_text().replace("trickle: 0.35", "trickle: 0.25"), catalogue)
    table = Table("step", "s", "µs a decision", title=f"{n:,} decisions")

    def timed(name: str, work: Callable[[], T]) -> T:
        started = time.perf_counter()
        found = work()
        took = time.perf_counter() - started
        table.add_row(name, f"{took:.1f}", f"{1e6 * took / n:,.0f}")
        return found

    with tempfile.TemporaryDirectory() as folder:
        opened = open_store(f"sqlite:///{Path(folder) / 'store.db'}?synchronous=off")
        assert isinstance(opened, SqlStore)
        opened.migrate()
        _fill(opened, catalogue, n)
        timed("floor: reading the stored decisions alone", lambda: _all(opened))
        names = names_read((live, draft))
        history = timed(
            "reading them with their mail", lambda: read_history(opened, catalogue, names, None)
        )
        found = timed("replaying both policies", lambda: backtest(history, live, draft))
        timed("figures, 400 draws, by segment", lambda: report_on(found))
        opened.close()
    Console().print(table)
    _on_a_world(catalogue, 80 if quick else 400)


def _on_a_world(catalogue: Catalogue, accounts: int) -> None:
    """Print what the log of a permissive policy tells of the default, and really running that."""
    settings = load_settings()
    bundle = serving_bundle(settings, catalogue)
    live, draft = (load_policy(text, catalogue) for text in (permissive(), default_policy_text()))
    with tempfile.TemporaryDirectory() as folder:
        world = Path(folder) / "world"
        config = SimulationConfig(
            accounts=accounts, days=30, seed=31, abusive_share=0.15, volume=0.2
        )
        simulate(config, world, lambda *_: None)
        walked = logged(world, settings, catalogue, bundle, live, draft, shown=False)
        found = backtest(walked.history, live, draft, assumed=Assumptions(looked_after=None))
        truth = really(world, settings, catalogue, bundle, draft, shown=False)
    report = report_on(found)
    title = f"simulated: {accounts} accounts, {report['campaigns']} campaigns, the default policy"
    table = Table("", "estimated, 95 % interval", "really run", title=title)
    for name, own in COMPARED.items():
        value, low, high = (f"{100 * x:.2f} %" for x in report["figures"][name]["draft"])
        table.add_row(name, f"{value} ({low} to {high})", f"{100 * truth[own]:.2f} %")
    Console().print(table)


def permissive() -> str:
    """A policy that lets everything go at once: no bands, no rules, no fallbacks, one stage."""
    text = default_policy_text()
    before, rest = text.split("bands:\n", 1)
    rest = rest[rest.index("# --- Limits") :]
    rest = rest.replace("stop_risk: 0.10", "stop_risk: 1")
    rest = rest.replace("first_share: 0.1", "first_share: 1")
    rest = re.sub(r"(?m)^  (model|store|content): \{account.*$", r"  \1: allow", rest)
    lanes = ", ".join(f"{lane}: {{}}" for lane in Lane)
    return f"{before}bands: {{{lanes}}}\n{rest}"


def _all(store: SqlStore) -> int:
    cursor, count = None, 0
    while True:
        page = store.decisions(DecisionQuery(cursor=cursor, limit=1_000))
        count, cursor = count + len(page.decisions), page.next_cursor
        if cursor is None:
            return count


def _fill(store: SqlStore, catalogue: Catalogue, n: int) -> None:
    rng = np.random.default_rng(0)
    for number in range(4_000):
        account = Account(account_id=f"a{number}", created_at=START - timedelta(days=number % 900),
                          country=("US", "DE", "BR")[number % 3], plan=("free", "pro")[number % 2])  # fmt: skip
        store.put_account(account, {}, START)
    decisions = [_decision(catalogue, number, n, rng) for number in range(n)]
    store.write(lambda c: c.execute(insert(schema.DECISIONS), [_row(d) for d in decisions]))
    campaigns = [d for d in decisions if d.subject.type is Subject.CAMPAIGN]
    store.write(lambda c: c.execute(insert(schema.RELEASES), [_release(d) for d in campaigns]))


def _decision(catalogue: Catalogue, number: int, n: int, rng: np.random.Generator) -> Decision:
    kind = Subject.CAMPAIGN if number % 2 else Subject.ACCOUNT
    risk = float(rng.beta(0.25, 4))
    account_id = f"a{rng.integers(4_000)}"
    row = np.zeros(len(catalogue.names(kind)))
    row[rng.integers(len(row), size=40)] = rng.random(40) / 20
    mails = int(20 * 10 ** rng.uniform(0, 3)) if kind is Subject.CAMPAIGN else None
    rate = Interval(mean=0.01, low=0.001, high=0.04)
    return Decision(
        decision_id=f"d{number:07d}", account_id=account_id,
        subject=SubjectRef(type=kind, id=f"c{number}" if mails else account_id),
        as_of=START + timedelta(days=30) * (number / n), action="allow", limits=None,
        risk=risk, malicious=risk / 3, careless=risk - risk / 3,
        forecast=Forecast(hard_bounce_rate=rate, complaint_rate=rate) if mails else None,
        reasons=(), rules=(), policy_version="p", model_version="m",
        feature_set=catalogue.fingerprint(kind), valid_until=START, vector=tuple(row.tolist()),
        seen=Seen(stream=Stream.BROADCAST.value if mails else None, recipients=mails, paid=True,
                  account_age_days=float(number % 900)),
    )  # fmt: skip


def _release(decision: Decision) -> dict[str, object]:
    import msgspec

    from models.inflight import Progress

    mails = decision.seen.recipients if decision.seen and decision.seen.recipients else 0
    plan = Plan(decision_id=decision.decision_id, account_id=decision.account_id,
                recipients=mails, action="allow")  # fmt: skip
    return {
        "campaign_id": decision.subject.id, "account_id": decision.account_id,
        "plan": msgspec.msgpack.encode(plan),
        "progress": msgspec.msgpack.encode(Progress(granted=mails)),
    }  # fmt: skip
