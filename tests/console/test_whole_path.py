"""From signing in to the customer's own server: a verdict in the browser, all the way."""

import base64
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from standardwebhooks import Webhook

from service.desk.chain import verify
from service.keys import create_key
from service.outbox.deliver import Deliverer
from service.outbox.post import Poster
from tests.console.conftest import PASSWORD, Served
from tests.console.test_browser import sign_in

pytestmark = pytest.mark.browser
DOCS: Final = Path(__file__).parents[2] / "docs" / "webhooks.md"


class Customer:
    """The receiver that docs/webhooks.md gives customers, as it stands there but for the port."""

    def __init__(self, folder: Path) -> None:
        block = DOCS.read_text(encoding="utf-8").split("    # receiver.py")[1].split("\n\nAfter")[0]
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        code = "\n".join(line.removeprefix("    ") for line in f"#{block}".splitlines())
        assert "8099" in code
        (folder / "receiver.py").write_text(code.replace("8099", str(self.port)), encoding="utf-8")
        self.folder, self.url, self.process = folder, f"http://127.0.0.1:{self.port}/", None

    def start(self, secret: str) -> None:
        with (self.folder / "said").open("w") as said:
            self.process: Any = subprocess.Popen(
                [sys.executable, "-u", "receiver.py"],
                cwd=self.folder, env={**os.environ, "SECRET": secret}, stdout=said, stderr=said,
            )  # fmt: skip
        _until(self._answers)

    def _answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def heard(self) -> list[str]:
        """Return the messages whose signature held."""
        lines = (self.folder / "said").read_text(encoding="utf-8").splitlines()
        return [line for line in lines if line.startswith("account.standing_changed")]

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait(10)


@pytest.fixture
def customer(tmp_path: Path) -> Iterator[Customer]:
    found = Customer(tmp_path)
    yield found
    found.stop()


@pytest.fixture(scope="module")
def api(served: Served) -> Iterator[httpx.Client]:
    key = create_key(served.house.store, "whole", ["admin"], b"w" * 32, served.house.clock.now)
    headers = {"Authorization": f"Bearer {key}"}
    with httpx.Client(base_url=f"{served.url}/v1", headers=headers, timeout=60) as client:
        yield client


def _until(holds: Callable[[], bool]) -> None:
    for _ in range(200):
        if holds():
            return
        time.sleep(0.05)
    raise AssertionError("it did not come about in 10 s")


def _deliver(served: Served) -> int:
    """Deliver what is due in a thread of its own, as the serving process does; return how much."""
    store, keys = served.house.store, served.desk.keys
    poster = Poster(private=True)
    # The receiver refuses what was signed long ago, so this clock is the real one.
    deliverer = Deliverer(store, keys, poster, None, "one", lambda: 0.5, lambda: datetime.now(UTC))
    with ThreadPoolExecutor(1) as one:
        return int(one.submit(deliverer.step).result(30).delivered)


def _code(served: Served, name: str) -> str:
    """Ask for one-time codes for a person; return the one of now."""
    uri = served.desk.sign_in.set_totp(name, "test", served.house.clock.now)
    secret = base64.b32decode(parse_qs(urlsplit(uri).query)["secret"][0])
    return TOTP(secret, 6, SHA1(), 30).generate(int(served.house.clock.now.timestamp())).decode()


def test_a_verdict_reaches_the_customers_server(
    served: Served, chromium: Any, api: httpx.Client, customer: Customer
) -> None:
    case_id = served.hold("whole-1")
    clock = served.house.clock
    _, secret = served.house.warden.receivers.add(customer.url, (), clock.now)
    customer.start(secret)
    served.desk.sign_in.add("tina", "reviewer", PASSWORD, "test", clock.now)
    code = _code(served, "tina")

    page = chromium.new_page()
    page.goto(f"{served.url}/console/queue")
    for given, said in (("", "text=Sign in"), (code, "h1:has-text('Queue')")):
        for field, text in (("name", "tina"), ("password", PASSWORD), ("code", given)):
            page.fill(f"[name={field}]", text)
        page.keyboard.press("Enter")
        page.wait_for_load_state()
        page.wait_for_selector(said)
    page.click("text=Next case")
    page.wait_for_url(f"**/cases/{case_id}")
    page.check("[name=verdict][value=careless]", force=True)
    page.select_option("[name=action]", "throttle")
    page.fill("[name=note]", "asked them to clean the list")
    page.click("button[value=decide]")
    page.wait_for_selector("text=Decided: careless, throttle")

    label = api.get(f"/decisions/{case_id}/label").json()
    assert "careless" in str(label), label
    standing = api.get("/accounts/whole-1").json()["standing"]
    assert (standing["action"], standing["by"]) == ("throttle", "person")
    assert _deliver(served) == 1
    _until(lambda: bool(customer.heard()))
    assert re.search(r"'account_id': 'whole-1', .*'after': 'throttle', 'by': 'person'", customer.heard()[0])  # fmt: skip

    clock.forward(minutes=1)
    page.click("button[value=undo]")
    page.wait_for_selector("text=Undone")
    assert api.get("/accounts/whole-1").json()["standing"]["by"] != "person"
    assert _deliver(served) == 1
    _until(lambda: len(customer.heard()) == 2)
    page.close()
    deeds = [e.deed for e in served.house.store.newest_entries(case_id)][::-1]
    assert [(d.actor, d.act) for d in deeds] == [("tina", f"case.{act}") for act in ("claim", "decide", "undo")]  # fmt: skip
    assert verify(served.desk.keys.audit, served.house.store.entries(limit=10_000))


def test_a_message_that_was_changed_on_its_way_is_not_heard(
    served: Served, customer: Customer
) -> None:
    secret = "whsec_" + base64.b64encode(b"s" * 32).decode()
    customer.start(secret)
    good = b'{"type":"account.standing_changed","timestamp":"2026-11-23T10:00:00Z","data":{"n":1}}'
    at = datetime.now(UTC)
    headers = {
        "webhook-id": "chg_1",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign("chg_1", at, good.decode()),
    }
    with pytest.raises(httpx.HTTPError):
        httpx.post(customer.url, content=good.replace(b"1}", b"2}"), headers=headers)
    assert httpx.post(customer.url, content=good, headers=headers).status_code == 204
    assert len(customer.heard()) == 1


def test_two_reviewers_on_one_case(served: Served, chromium: Any, api: httpx.Client) -> None:
    case_id = served.hold("whole-2")
    before = api.get("/accounts/whole-2").json()["standing"]
    contexts = [chromium.new_context() for _ in range(2)]
    ann, bob = (context.new_page() for context in contexts)
    for page, name in ((ann, "ann"), (bob, "bob")):
        sign_in(page, served, name)
        page.goto(f"{served.url}/console/cases/{case_id}")
    ann.wait_for_selector("[data-live=queue]:not([hidden])")

    bob.click("button[value=claim]")
    bob.wait_for_selector("text=The case is yours")
    ann.wait_for_selector("#live-said:has-text('bob has claimed this case')")
    # Her page is older than his claim.
    assert _decide(ann, "legitimate", "") == 409
    assert "bob" in ann.inner_text("main")

    assert _decide(bob, "abusive", "terminate") == 200
    bob.wait_for_selector("text=a second reviewer has to confirm it")
    assert api.get("/accounts/whole-2").json()["standing"] == before
    bob.goto(f"{served.url}/console/cases/{case_id}")
    assert _decide(bob, "abusive", "terminate") == 409, "nobody confirms what they proposed"

    ann.goto(f"{served.url}/console/cases/{case_id}")
    ann.wait_for_selector("text=bob proposes: abusive, terminate")
    assert _decide(ann, "abusive", "terminate") == 200
    ann.wait_for_selector("text=Decided: abusive, terminate")
    standing = api.get("/accounts/whole-2").json()["standing"]
    assert (standing["action"], standing["by"]) == ("terminate", "person")

    served.house.clock.forward(seconds=5)
    ann.click("button[value=undo]")
    ann.wait_for_selector("text=Undone")
    assert api.get("/accounts/whole-2").json()["standing"] == before
    acts = [entry.deed.act for entry in served.house.store.newest_entries(case_id)][::-1]
    assert acts == ["case.claim", "case.propose_terminate", "case.decide", "case.undo"]
    ann.goto(f"{served.url}/console/audit")
    assert "entries hold" in ann.inner_text("main")
    for context in contexts:
        context.close()


def _decide(page: Any, verdict: str, action: str) -> int:
    """Send the form of the page that is open; return the status of what follows."""
    page.check(f"[name=verdict][value={verdict}]", force=True)
    page.select_option("[name=action]", action)
    with page.expect_navigation() as going:
        page.click("button[value=decide]")
    return int(going.value.status)
