"""What was answered survives: the real server is killed at random moments and loses nothing.

Clients post events and ask for decisions all the time, and send again what was not answered.
At the end every event counts exactly once, and every decision that was answered is stored, one
for each Idempotency-Key. What a power failure adds, lost page cache, is SQLite's synchronous=FULL
and PostgreSQL's fsync; a test cannot pull the plug.
"""

import itertools
import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from features.records import EventType
from features.tiles import COUNTER_INDEX, account_key
from features.windows import Grain
from models.registry import Shelf
from service.keys import create_key
from service.stores import open_store
from service.stores.contract import DecisionQuery, Store

KILLS = 32
ACCOUNTS = ("a-0", "a-1", "a-2")
KINDS = [kind.value for kind in EventType]
ROOT = Path(__file__).parent.parent.parent
NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)


class Servers:
    """One server after another on one listening socket; connections wait while there is none."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.listening = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.url = f"http://127.0.0.1:{self.listening.getsockname()[1]}"
        descriptor = self.listening.fileno()
        self._server: int | None = None
        self._parent = subprocess.Popen(
            [sys.executable, str(Path(__file__).parent / "forking_server.py"), str(descriptor)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            pass_fds=(descriptor,),
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
        )

    def start(self) -> None:
        """Start a server; it may not be ready yet."""
        assert self._parent.stdin is not None
        assert self._parent.stdout is not None
        self._parent.stdin.write("\n")
        self._parent.stdin.flush()
        self._server = int(self._parent.stdout.readline())

    def wait_until_ready(self) -> None:
        assert httpx.get(f"{self.url}/readyz", timeout=60, verify=False).status_code == 200

    def end(self, how: signal.Signals) -> None:
        server, self._server = self._server, None
        if server is not None:
            os.kill(server, how)

    def close(self) -> None:
        self.end(signal.SIGTERM)
        self._parent.communicate(timeout=60)
        self.listening.close()


@dataclass
class Load:
    """What the clients were answered; each client writes lists of its own."""

    url: str
    key: str
    stop: threading.Event = field(default_factory=threading.Event)
    batches: list[list[dict[str, Any]]] = field(default_factory=list)
    decisions: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    interrupted: Counter[str] = field(default_factory=Counter)
    accepted: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def send(self, what: str, method: str, path: str, **options: Any) -> dict[str, Any]:
        """Send until there is an answer, as a pipeline does, and return it."""
        headers = {"Authorization": f"Bearer {self.key}", **options.pop("headers", {})}
        # Connections are new each time; certificates, which nothing here has, are not loaded.
        while True:
            try:
                with httpx.Client(base_url=self.url, timeout=60, verify=False) as http:
                    answer = http.request(method, path, headers=headers, **options)
            except httpx.TransportError:
                with self.lock:
                    self.interrupted[what] += 1
                continue
            assert answer.status_code == 200, answer.text
            found: dict[str, Any] = answer.json()
            return found

    def post_events(self, client: int) -> None:
        """Post batches; each repeats some events of the one before."""
        earlier: list[dict[str, Any]] = []
        for number in itertools.count():
            if self.stop.is_set():
                return
            batch = a_batch(client, number) + earlier[:15]
            answer = self.send("events", "POST", "/v1/events", json=batch)
            assert answer["accepted"] + answer["duplicates"] == len(batch)
            with self.lock:
                self.batches.append(batch)
                self.accepted += answer["accepted"]
            earlier = batch

    def score(self, client: int) -> None:
        """Ask for decisions on accounts and campaigns by turns."""
        for number in itertools.count():
            if self.stop.is_set():
                return
            account, key = ACCOUNTS[number % len(ACCOUNTS)], f"{client}-{number}"
            path, body = f"/v1/accounts/{account}/score", None
            if number % 2:
                path = f"/v1/campaigns/c-{key}/score"
                body = {"account_id": account, "recipients": 100, "stream": "broadcast"}
            headers = {"Idempotency-Key": key}
            answer = self.send("decisions", "POST", path, headers=headers, json=body)
            with self.lock:
                self.decisions.append((key, answer))


def a_batch(client: int, number: int) -> list[dict[str, Any]]:
    return [
        {
            "event_id": f"{client}-{number}-{i}",
            "type": KINDS[i % len(KINDS)],
            "account_id": ACCOUNTS[(i + number) % len(ACCOUNTS)],
            "campaign_id": f"c-{i % 4}",
            "occurred_at": "2026-11-23T10:00:00Z",
            "recipient": f"{client}-{i}@example.org",
            "mailbox_provider": f"provider-{i % 3}",
            "diagnostic": "550 no such user",
        }
        for i in range(60)
    ]


@contextmanager
def running(load: Load, jobs: list[Callable[[], None]]) -> Iterator[None]:
    """Run clients in threads; what fails in one fails the test."""
    with ThreadPoolExecutor(len(jobs)) as pool:
        futures = [pool.submit(job) for job in jobs]
        try:
            yield
        finally:
            load.stop.set()
    for future in futures:
        future.result()


def kill_again_and_again(servers: Servers, seed: int) -> None:
    """Kill servers after a random time of work, some before they can answer at all.

    The last one is left running.
    """
    rng = random.Random(seed)
    for kill in range(KILLS):
        if kill % 8:
            servers.wait_until_ready()
        time.sleep(rng.uniform(0.0, 0.3))
        servers.end(signal.SIGKILL)
        servers.start()


@pytest.fixture
def servers(
    durable_store_url: str, tmp_path: Path, bundle_of: Callable[[int], dict[str, bytes]]
) -> Iterator[Servers]:
    home = tmp_path / "home"
    shelf = Shelf(home / "models")
    shelf.promote(shelf.add(bundle_of(20)), NOW)
    opened = Servers({"SENDWARDEN_HOME": str(home), "SENDWARDEN_DATABASE_URL": durable_store_url})
    yield opened
    opened.close()


@pytest.mark.slow
def test_nothing_answered_is_lost_or_counted_twice(
    servers: Servers, durable_store_url: str
) -> None:
    store = open_store(durable_store_url)
    store.migrate()
    load = Load(servers.url, create_key(store, "all", ["admin"], b"k" * 32, NOW))
    servers.start()
    for account in ACCOUNTS:
        put = {"created_at": "2026-11-01T00:00:00Z"}
        load.send("accounts", "PUT", f"/v1/accounts/{account}", json=put)
    clients = [partial(load.post_events, 0), partial(load.post_events, 1)]
    clients += [partial(load.score, 2), partial(load.score, 3)]
    with running(load, clients):
        kill_again_and_again(servers, seed=7)
    servers.close()

    assert load.interrupted["events"] >= KILLS // 8, load.interrupted
    assert load.interrupted["decisions"] >= KILLS // 8, load.interrupted
    check_events(store, load)
    check_decisions(store, load)
    store.close()
    if durable_store_url.startswith("sqlite"):
        check_file(durable_store_url.removeprefix("sqlite:///"))


def check_events(store: Store, load: Load) -> None:
    sent = {event["event_id"]: event for batch in load.batches for event in batch}
    assert len(sent) >= 60 * KILLS // 4
    assert load.accepted <= len(sent)
    expected = Counter((event["account_id"], event["type"]) for event in sent.values())
    for grain in (Grain.FIVE_MINUTES, Grain.HOUR, Grain.DAY, Grain.TOTAL):
        for account in ACCOUNTS:
            counts = store.tiles([account_key(account)], grain, 0, 2**40).counts.sum(axis=0)
            counted = {kind: counts[COUNTER_INDEX[kind]] for kind in EventType}
            assert counted == {kind: expected[account, kind.value] for kind in EventType}


def check_decisions(store: Store, load: Load) -> None:
    for _, answer in load.decisions:
        stored = store.decision(answer["decision_id"])
        assert stored is not None
        assert (stored.action, stored.risk) == (answer["action"], answer["risk"])
    by_key = {key: answer["decision_id"] for key, answer in load.decisions}
    at_sign_up = len(ACCOUNTS)
    assert len(set(by_key.values())) == len(load.decisions)
    assert count_decisions(store) == len(load.decisions) + at_sign_up


def count_decisions(store: Store) -> int:
    count, cursor = 0, None
    while True:
        page = store.decisions(DecisionQuery(cursor=cursor, limit=500))
        count, cursor = count + len(page.decisions), page.next_cursor
        if cursor is None:
            return count


def check_file(path: str) -> None:
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()
