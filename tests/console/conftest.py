"""The console over a real socket, on a real store, in Debian's Chromium."""

import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from argon2 import PasswordHasher

from features.catalogue import Catalogue
from features.records import Account, Declared, Event, EventType, Stream
from models.policy import Policy
from sendwarden.lab import Replays
from service.api.app import create_app
from service.console.page import Desk
from service.desk.cases import Cases
from service.desk.sign_in import Keys, SignIn
from service.live import Fixed
from service.policies.acts import PolicyActs
from service.policies.serving import Policies
from service.review import Plea
from service.stores import open_store
from tests.console.readable import LAPTOP, faults_of
from tests.service.conftest import (  # noqa: F401 - fixtures
    START,
    House,
    bundle,
    catalogue,
    made_sqlite,
    open_house,
    policy,
)
from tests.service.databases import unsynced

PASSWORD = "correct horse battery"
HOSTILE = (
    "<img src=x onerror=document.title='owned'>\"'</script><script>document.title='owned'</script>"
)
# A real password costs a quarter of a second of two cores each time that somebody signs in.
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PEOPLE = {"ann": "lead", "bob": "reviewer", "vera": "viewer", "root": "admin"}


@dataclass
class Served:
    house: House
    desk: Desk
    url: str
    app: Any

    def streams_open(self) -> int:
        """How many pages are being told what changes; waits for those that have just gone."""
        console = self.app.state.console
        for _ in range(50):
            if not console.streams_open:
                break
            time.sleep(0.1)
        return int(console.streams_open)

    @contextmanager
    def browse(self, name: str) -> Iterator[httpx.Client]:
        """A client that has signed in."""
        # Nothing here is TLS: loading the certificates would take longer than the pages do.
        with httpx.Client(base_url=self.url, timeout=60, verify=False) as client:
            answer = client.post("/console/sign-in", data={"name": name, "password": PASSWORD})
            assert answer.status_code == 303, answer.text
            yield client

    def hold(
        self,
        account_id: str,
        recipients: int = 555,
        hostile: bool = False,
        message: bytes | None = None,
    ) -> str:
        """Put an account with some history, hold a campaign of it; return its open case."""
        warden, at = self.house.warden, self.house.clock.now
        word = HOSTILE if hostile else "bakery.example"
        warden.put_account(
            Account(
                account_id=account_id, created_at=at - timedelta(days=9), plan=word, website=word,
                country="NL", paid=False, signup_ip="203.0.113.9", email_domain="mail.example",
                declared=Declared(list_source=word, monthly_volume=20_000, industry=word),
            ),
            at,
        )  # fmt: skip
        events = [
            Event(
                event_id=f"{account_id}-{day}-{n}", account_id=account_id, occurred_at=at,
                type=kind, mailbox_provider=("gmail", "outlook", word)[n % 3][:120],
                diagnostic=f"550 5.1.1 no such user {word}" if kind is EventType.HARD_BOUNCE else None,
            )
            for day in range(6)
            for n, kind in enumerate(
                [EventType.SENT] * (40 + 9 * day) + [EventType.DELIVERED] * 38
                + [EventType.HARD_BOUNCE] * (2 + 3 * day) + [EventType.COMPLAINT] * (day > 3)
            )
        ]  # fmt: skip
        for day in range(6):
            batch = [event for event in events if f"-{day}-" in event.event_id]
            warden.ingest(batch, at - timedelta(days=6 - day))
        decision = warden.score_campaign(
            f"c-{account_id}", account_id, recipients, Stream.BROADCAST, [], message, None, at
        )
        return decision.decision_id

    def appeal(self, decision_id: str, words: str) -> str:
        """Appeal against a decision; return the appeal's id."""
        plea = Plea(words, words, words)
        return self.house.warden.appeal(decision_id, plea, self.house.clock.now).appeal_id


@pytest.fixture(scope="module")
def served(
    open_house: Callable[..., Any],  # noqa: F811
    policy: Policy,  # noqa: F811
    catalogue: Catalogue,  # noqa: F811
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("console")
    store = open_store(unsynced(f"sqlite:///{folder / 'console.db'}"))
    store.migrate()
    policies = Policies.following(Fixed(policy), store, catalogue, b"k" * 32, every_seconds=0)
    with open_house(folder, store=store, policy=policies) as house:
        keys = Keys(b"k" * 32)
        desk = Desk(
            warden=house.warden,
            cases=Cases(house.store, keys.audit, lambda: secrets.token_hex(8)),
            sign_in=SignIn(house.store, keys, secrets.token_bytes, hasher=CHEAP),
            keys=keys,
            lab=PolicyActs(
                house.store,
                house.warden.policy,
                house.warden.catalogue,
                keys.audit,
                lambda: secrets.token_hex(8),
                Replays(house.store, house.warden.catalogue),
            ),
        )
        for name, role in PEOPLE.items():
            desk.sign_in.add(name, role, PASSWORD, "test", START)
        app = create_app(house.warden, clock=house.clock, desk=desk)
        config = uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, ws="none")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run)
        thread.start()
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield Served(house, desk, f"http://127.0.0.1:{port}", app)
        server.should_exit = True
        thread.join(30)


@pytest.fixture(scope="module")
def chromium(chromium_path: str) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_path,
            args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def axe() -> str:
    return (Path(__file__).parent / "axe" / "axe.min.js").read_text(encoding="utf-8")


@dataclass
class Looks:
    """Opens pages as somebody, and asks axe about them."""

    served: Served
    chromium: Any
    axe: str

    def are_accessible(self, name: str, *paths: str) -> None:
        """No page has a violation, nothing of hostile words ran, and each fits laptop and phone."""
        page = self.chromium.new_page(
            viewport=LAPTOP, base_url=self.served.url, reduced_motion="reduce"
        )
        page.goto("/console/sign-in")
        page.fill("input[name=name]", name)
        page.fill("input[name=password]", PASSWORD)
        page.click("form button")
        page.wait_for_selector("nav")
        for path in paths:
            assert page.goto(path).status == 200, path
            page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
            assert faults_of(page, self.axe) == [], path
            assert page.title() != "owned"
        page.close()


@pytest.fixture
def looks(served: Served, chromium: Any, axe: str) -> Looks:
    return Looks(served, chromium, axe)
