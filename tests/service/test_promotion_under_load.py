"""A running server takes up promotions and rollbacks under load and answers every request."""

import os
import secrets
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from features.catalogue import load_catalogue
from sendwarden.compose import build_models, build_store
from sendwarden.settings import Settings
from service.desk.chain import verify
from service.desk.sign_in import Keys
from service.keys import create_key
from tests.forked import Forked

CLIENTS = 4
NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
ROOT = Path(__file__).parent.parent.parent


@dataclass
class Load:
    """Clients that ask for decisions all the time, and what they were answered, in order."""

    url: str
    key: str
    stop: threading.Event = field(default_factory=threading.Event)
    statuses: Counter[int | str] = field(default_factory=Counter)
    versions: list[str] = field(default_factory=list)

    def run(self, client: int) -> None:
        headers = {"Authorization": f"Bearer {self.key}"}
        with httpx.Client(base_url=self.url, headers=headers, timeout=30) as http:
            while not self.stop.is_set():
                try:
                    answer = http.post(f"/v1/accounts/acct-{client}/score")
                except httpx.HTTPError as error:
                    self.statuses[repr(error)] += 1
                    continue
                self.statuses[answer.status_code] += 1
                if answer.status_code == 200:
                    self.versions.append(answer.json()["model_version"])

    def wait_for(self, version: str) -> None:
        """Wait until newly answered decisions rest on a model."""
        deadline = time.monotonic() + 60
        while not self.versions or self.versions[-1] != version:
            assert time.monotonic() < deadline, (version, self.statuses)
            time.sleep(0.02)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, model_check_seconds=0.1)


@pytest.fixture
def served(settings: Settings) -> Iterator[str]:
    """The real server in a process of its own."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {"SENDWARDEN_HOME": str(settings.home), "SENDWARDEN_MODEL_CHECK_SECONDS": "0.1"}
    process = Forked("serve", "--port", str(port), environment=os.environ | environment)
    url = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + 90
        while True:
            try:
                if httpx.get(f"{url}/readyz", timeout=5).status_code == 200:
                    break
            except httpx.TransportError:
                time.sleep(0.1)
            assert time.monotonic() < deadline, process.err
            assert process.poll() is None, process.err
        yield url
    finally:
        process.terminate()
        process.wait(30)
        process.close()


# A server process starts, and clients keep asking while it changes its model six times.
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SADeprecationWarning")  # MLflow's own queries
@pytest.mark.filterwarnings("ignore::DeprecationWarning:mlflow")
@pytest.mark.filterwarnings("ignore::FutureWarning:mlflow")
def test_no_request_is_lost_while_models_come_and_go(
    settings: Settings, served: str, bundle_of: Callable[[int], dict[str, bytes]]
) -> None:
    store = build_store(settings)
    models = build_models(settings, store, load_catalogue())
    first, second = (models.shelf.add(bundle_of(rounds)) for rounds in (3, 4))
    key = create_key(store, "load", ("score", "ingest"), secrets.token_bytes(32), NOW)
    headers = {"Authorization": f"Bearer {key}"}
    for client in range(CLIENTS):
        body = {"created_at": "2026-11-01T00:00:00Z"}
        put = httpx.put(f"{served}/v1/accounts/acct-{client}", json=body, headers=headers)
        assert put.status_code == 200, put.text
    load = Load(served, key)
    threads = [threading.Thread(target=load.run, args=(client,)) for client in range(CLIENTS)]
    for thread in threads:
        thread.start()
    try:
        for digest in (first, second):
            models.promote(digest, "ann", NOW, "a test")
            load.wait_for(digest[:12])
        for digest in (first, second, first):
            if digest == first:
                models.roll_back("ann", NOW)
            else:
                models.promote(digest, "ann", NOW, "a test")
            load.wait_for(digest[:12])
    finally:
        load.stop.set()
        for thread in threads:
            thread.join(60)
    assert set(load.statuses) == {200}, load.statuses
    assert load.statuses[200] > 50
    assert {first[:12], second[:12]} <= set(load.versions)
    entries = store.entries()
    assert verify(Keys(settings.key_bytes()).audit, entries) is not None
    assert [one.deed.act for one in entries] == [
        "model.promote", "model.promote", "model.roll_back", "model.promote", "model.roll_back",
    ]  # fmt: skip
    store.close()
