"""A real Postfix of the tests' own, a sink behind it, and a real Sendwarden server beside it."""

import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from benchmarks._postfix import DAEMONS, free_port, wait_for
from sendwarden.compose import build_store
from sendwarden.settings import load_settings
from service.keys import create_key
from tests.conftest import missing
from tests.forked import Forked


@pytest.fixture(scope="session")
def postfix_daemons() -> Path:
    """Where Debian's Postfix keeps its daemons (`apt-get install postfix`)."""
    if not shutil.which("postfix", path="/usr/sbin") or not DAEMONS.is_dir() or os.getuid() != 0:
        missing("postfix", "no Postfix here, or not root; apt-get install postfix")
    return DAEMONS


@dataclass
class Sink:
    """Takes all mail. `got` holds (recipient, message) in the order of arrival."""

    port: int
    got: list[tuple[str, bytes]] = field(default_factory=list)

    def recipients(self, campaign: str) -> list[str]:
        word = f"X-Campaign-ID: {campaign}\r\n".encode()
        return [recipient for recipient, message in self.got if word in message]


@pytest.fixture
def sink() -> Iterator[Sink]:
    from aiosmtpd.controller import Controller

    found = Sink(free_port())

    class Handler:
        async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
            found.got.extend((rcpt, envelope.content) for rcpt in envelope.rcpt_tos)
            return "250 OK"

    controller = Controller(Handler(), hostname="127.0.0.1", port=found.port)
    controller.start()
    yield found
    controller.stop()


@dataclass
class House:
    """A real server process that can be killed and started again, and its API."""

    home: Path
    port: int
    key: str
    process: Forked | None = None

    def environment(self) -> dict[str, str]:
        found = {**os.environ, "SENDWARDEN_HOME": str(self.home), "SENDWARDEN_API_KEY": self.key}
        found.pop("SENDWARDEN_DATABASE_URL", None)
        return found

    def run(self, *arguments: str) -> Forked:
        return Forked(*arguments, environment=self.environment())

    def start(self) -> None:
        self.process = self.run("serve", "--port", str(self.port), "--quiet")
        wait_for(self.port, self.process)

    def kill(self) -> None:
        assert self.process is not None
        self.process.close()

    def __call__(self, method: str, path: str, **options: Any) -> Any:
        url = f"http://127.0.0.1:{self.port}{path}"
        headers = {"Authorization": f"Bearer {self.key}"}
        answer = httpx.request(method, url, headers=headers, timeout=30, verify=False, **options)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    home = tmp_path / "home"
    store = build_store(load_settings(home=home), f"sqlite:///{home / 'sendwarden.db'}")
    key = create_key(store, "mta", ["admin"], secrets.token_bytes(32), datetime.now(UTC))
    store.close()
    opened = House(home, free_port(), key)
    opened.start()
    yield opened
    opened.kill()


@pytest.fixture
def milter(house: House) -> Iterator[Callable[..., int]]:
    """Start milters of one server; each returns its port."""
    running = []

    def start(*options: str) -> int:
        port = free_port()
        process = house.run(
            "milter", "--api", f"http://127.0.0.1:{house.port}", "--port", str(port),
            "--account-header", "X-Account", *options,
        )  # fmt: skip
        running.append(process)
        wait_for(port, process)
        return port

    yield start
    for process in running:
        process.terminate()
        process.wait(10)
        process.close()
