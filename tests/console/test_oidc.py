"""Sign-in with a real OpenID provider, by browser and by hand."""

import secrets
import socket
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx
import msgspec
import pytest
import uvicorn

from models.policy import Policy
from service.api.app import create_app
from service.console.page import Desk
from service.desk.cases import Cases
from service.desk.oidc import Oidc, OidcClient, oidc_http
from service.desk.records import Deed, Person
from service.desk.sign_in import Keys, SignIn
from service.errors import PersonMoved
from service.stores import open_store
from service.stores.contract import PersonChange
from tests.console.conftest import PASSWORD
from tests.service.conftest import (  # noqa: F401 - fixtures
    bundle,
    catalogue,
    open_house,
    policy,
)

KEYS = Keys(b"k" * 32)
ROLES = {"desk": "reviewer", "desk-leads": "lead", "watchers": "viewer"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Door:
    """A console whose people come from the provider; `late` is how far its clock is ahead."""

    url: str
    issuer: str
    desk: Desk
    database: Path
    late: timedelta = timedelta(0)

    def deeds(self, act: str) -> list[Deed]:
        entries = self.desk.warden.store.newest_entries(limit=1_000)
        return [entry.deed for entry in reversed(entries) if entry.deed.act == act]

    def to_the_door(self, client: httpx.Client, who: str) -> httpx.URL:
        """Sign in at the provider; return where it sends the browser then."""
        answer = client.get(f"{self.url}/console/sign-in/oidc?after=/console/queue")
        assert answer.status_code == 303, answer.text
        at = answer.headers["location"]
        for _ in range(12):
            if at.startswith(self.url):
                return httpx.URL(at)
            answer = client.get(at)
            if answer.status_code == 200:
                prompt = "login" if 'name="login"' in answer.text else "consent"
                data = {"prompt": prompt, "login": who, "password": "x"}
                answer = client.post(answer.url, data=data)
            at = urljoin(str(answer.url), answer.headers["location"])
        raise AssertionError(f"the provider never sent us back: {at}")

    def knock(self, who: str) -> tuple[int, int]:
        """Sign in; return what the door answers and what the queue answers after."""
        with httpx.Client(timeout=30) as client:
            answer = client.get(self.to_the_door(client, who))
            return answer.status_code, client.get(f"{self.url}/console/queue").status_code


@pytest.fixture(scope="module")
def door(
    open_house: Callable[..., Any],  # noqa: F811
    policy: Policy,  # noqa: F811
    provider_folder: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Door]:
    ours, theirs = free_port(), free_port()
    url, issuer = f"http://127.0.0.1:{ours}", f"http://localhost:{theirs}"
    back = f"{url}/console/sign-in/oidc/callback"
    command = ["node", "provider.mjs", str(theirs), back]
    folder = tmp_path_factory.mktemp("door")
    store = open_store(f"sqlite:///{folder / 'door.db'}")
    store.migrate()
    client = OidcClient(issuer, "console", "a secret: with/odd+signs", roles=ROLES)
    with (
        subprocess.Popen(
            command, cwd=provider_folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ) as provider,
        open_house(folder, store=store) as house,
        oidc_http() as http,
    ):
        assert provider.stdout is not None
        assert b"ready" in provider.stdout.readline()
        oidc = Oidc(client, KEYS.flows, secrets.token_bytes, http)
        cases = Cases(store, KEYS.audit, lambda: secrets.token_hex(8))
        sign_in = SignIn(store, KEYS, secrets.token_bytes, oidc=oidc)
        desk = Desk(warden=house.warden, cases=cases, sign_in=sign_in, keys=KEYS)
        served = Door(url, issuer, desk, folder / "door.db")
        app = create_app(house.warden, clock=lambda: datetime.now(UTC) + served.late, desk=desk)
        served.desk = app.state.console.desk
        server = uvicorn.Server(
            uvicorn.Config(app, host="127.0.0.1", port=ours, log_config=None, ws="none")
        )
        thread = threading.Thread(target=server.run)
        thread.start()
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)
        yield served
        server.should_exit = True
        thread.join(30)
        provider.terminate()


@pytest.mark.browser
def test_a_person_comes_in_through_the_provider(door: Door, chromium: Any) -> None:
    page = chromium.new_context().new_page()
    page.goto(f"{door.url}/console/queue")
    page.click("text=Sign in with your organisation")
    page.fill("[name=login]", "olga")
    page.fill("[name=password]", "x")
    page.keyboard.press("Enter")
    page.click("text=Continue")
    page.wait_for_url(f"{door.url}/console/queue")
    assert page.inner_text(".who").split()[:2] == ["olga", "lead"]
    page.click("text=Sign out")
    page.wait_for_url(f"{door.url}/console/sign-in")
    page.context.close()
    assert [deed.after for deed in door.deeds("person.put")] == [{"role": "lead"}]
    assert [(d.actor, d.after) for d in door.deeds("sign_in")] == [
        ("olga", {"by": "identity provider"})
    ]


FAULTS = {
    "wrong-audience": "aud", "two-audiences": "azp", "wrong-nonce": "nonce", "no-nonce": "nonce",
    "wrong-issuer": "iss", "expired": "expired", "wrong-key": "signature", "unsigned": "does not hold",
    "nora": "no role here",
}  # fmt: skip


@pytest.mark.parametrize(("who", "why"), FAULTS.items())
def test_what_does_not_hold_lets_nobody_in(door: Door, who: str, why: str) -> None:
    assert door.knock(who) == (401, 303)
    last = door.deeds("sign_in.refused")[-1]
    assert why in str(last.after["why"]).lower()
    assert last.target == ("nora" if who == "nora" else "unknown")
    assert door.desk.warden.store.person(who) is None


def test_a_way_back_works_once_and_only_in_its_own_browser(door: Door) -> None:
    with httpx.Client(timeout=30) as client:
        back = door.to_the_door(client, "vic")
        flow = client.cookies.get("sendwarden-sign-in", domain="127.0.0.1")

    def come(at: httpx.URL, cookie: str | None) -> tuple[int, str]:
        headers = {"Cookie": f"sendwarden-sign-in={cookie}"} if cookie else {}
        status = httpx.get(at, headers=headers, timeout=30).status_code
        refused = door.deeds("sign_in.refused")
        return status, str(refused[-1].after["why"]) if refused else ""

    assert come(back, None) == (401, "this sign-in was not begun in this browser")
    assert come(back, "00" * 40) == (401, "this sign-in was not begun in this browser")
    wrong_state = back.copy_set_param("state", "0" * 64)
    assert come(wrong_state, flow) == (401, "the state is not that of this sign-in")
    wrong_issuer = back.copy_set_param("iss", "http://other.example")
    assert come(wrong_issuer, flow) == (401, "another issuer answered")
    no = back.copy_remove_param("code").copy_set_param("error", "access_denied")
    assert come(no, flow) == (401, "the provider refused: access_denied")
    assert come(back, flow)[0] == 200
    assert come(back, flow) == (401, "the code was refused: invalid_grant")


def test_the_way_back_is_short(door: Door) -> None:
    with httpx.Client(timeout=30) as client:
        back = door.to_the_door(client, "vic")
        door.late = timedelta(minutes=11)
        try:
            assert client.get(back).status_code == 401
        finally:
            door.late = timedelta(0)
    assert "too long" in str(door.deeds("sign_in.refused")[-1].after["why"])


def test_who_is_disabled_stays_out_and_a_new_role_counts(door: Door) -> None:
    assert door.knock("pete") == (200, 200)
    at = datetime.now(UTC)
    old = door.desk.warden.store.person("pete")
    assert old is not None
    assert (old.role, old.password_hash) == ("reviewer", "")
    # What the provider says now counts: pete was an admin here by mistake.
    above = PersonChange(before=old, after=msgspec.structs.replace(old, role="admin"))
    door.desk.warden.store.record(
        KEYS.audit, Deed(at=at, actor="test", act="person.put", target="pete"), above
    )
    door.knock("pete")
    last = door.deeds("person.put")[-1]
    assert (last.actor, last.before, last.after) == (
        "identity provider", {"role": "admin"}, {"role": "reviewer"},
    )  # fmt: skip
    door.desk.sign_in.disable("pete", "test", at)
    assert door.knock("pete") == (401, 303)
    assert door.deeds("sign_in.refused")[-1].target == "pete"


def test_a_name_of_somebody_else_is_not_taken_over(door: Door) -> None:
    door.desk.sign_in.add("carl", "viewer", PASSWORD, "test", datetime.now(UTC))
    assert door.knock("carl+lead") == (401, 303)
    carl = door.desk.warden.store.person("carl")
    assert carl is not None
    assert (carl.role, carl.subject) == ("viewer", None)


@pytest.mark.parametrize("password", ["", "x" * 12])
def test_a_person_of_the_provider_has_no_password(door: Door, password: str) -> None:
    door.knock("olga")
    data = {"name": "olga", "password": password}
    answer = httpx.post(f"{door.url}/console/sign-in", data=data, timeout=30)
    assert answer.status_code == 401


def test_either_way_can_be_switched_off(door: Door) -> None:
    store, at = door.desk.warden.store, datetime.now(UTC)
    both = door.desk.sign_in
    both.add("lola", "viewer", PASSWORD, "test", at)
    token, _ = both("lola", PASSWORD, "", "192.0.2.1", at)
    only = SignIn(store, KEYS, secrets.token_bytes, local=False, oidc=both.oidc)
    assert both.whose(token, at) is not None
    assert only.whose(token, at) is None, "a session of a way that is shut"
    object.__setattr__(door.desk, "sign_in", only)
    try:
        shown = httpx.get(f"{door.url}/console/sign-in").text
        assert "Password" not in shown
        assert "your organisation" in shown
        data = {"name": "lola", "password": PASSWORD}
        assert httpx.post(f"{door.url}/console/sign-in", data=data).status_code == 401
        object.__setattr__(door.desk, "sign_in", SignIn(store, KEYS, secrets.token_bytes))
        assert "your organisation" not in httpx.get(f"{door.url}/console/sign-in").text
        assert httpx.get(f"{door.url}/console/sign-in/oidc").status_code == 404
        assert httpx.get(f"{door.url}/console/sign-in/oidc/callback").status_code == 401
    finally:
        object.__setattr__(door.desk, "sign_in", both)


def test_a_provider_that_is_away_is_no_fault_of_ours(door: Door) -> None:
    away = OidcClient(f"http://localhost:{free_port()}", "console", roles=ROLES)
    http = oidc_http()
    oidc = Oidc(away, KEYS.flows, secrets.token_bytes, http)
    both = door.desk.sign_in
    shut = SignIn(door.desk.warden.store, KEYS, secrets.token_bytes, oidc=oidc)
    object.__setattr__(door.desk, "sign_in", shut)
    try:
        answer = httpx.get(f"{door.url}/console/sign-in/oidc")
        assert answer.status_code == 503
        assert "cannot be reached" in answer.text
    finally:
        http.close()
        object.__setattr__(door.desk, "sign_in", both)


@pytest.mark.parametrize("issuer", ["http://idp.example", "ftp://localhost", "idp.example", ""])
def test_an_issuer_that_others_could_speak_for_is_refused(issuer: str) -> None:
    client = replace(OidcClient("https://idp.example", "console"), issuer=issuer)
    with oidc_http() as http, pytest.raises(ValueError, match="https"):
        Oidc(client, KEYS.flows, secrets.token_bytes, http)


def test_where_to_go_after_is_a_page_of_ours(door: Door) -> None:
    url = f"{door.url}/console/sign-in/oidc?after=https://evil.example/"
    with httpx.Client(timeout=30) as client:
        leaving = client.get(url)
        assert urlsplit(leaving.headers["location"]).netloc == urlsplit(door.issuer).netloc
        assert door.desk.sign_in.oidc is not None
        flow = door.desk.sign_in.oidc.flow_of(
            client.cookies["sendwarden-sign-in"], datetime.now(UTC)
        )
    assert flow.after == "/console/"


def test_people_of_an_older_version_can_still_be_changed(door: Door) -> None:
    """A row written before `subject` existed is the same person."""
    store, at = door.desk.warden.store, datetime.now(UTC)
    person = Person(name="olden", role="viewer", password_hash="x", created_at=at)
    told = Deed(at=at, actor="test", act="person.put", target="olden")
    store.record(KEYS.audit, told, PersonChange(before=None, after=person))
    old = {k: v for k, v in msgspec.to_builtins(person).items() if k != "subject"}
    with closing(sqlite3.connect(door.database)) as connection, connection:
        statement = "UPDATE people SET body = ? WHERE name = 'olden'"
        assert connection.execute(statement, (msgspec.msgpack.encode(old),)).rowcount == 1
    door.desk.sign_in.disable("olden", "test", at)
    found = store.person("olden")
    assert found is not None
    assert found.disabled_at == at
    with pytest.raises(PersonMoved):
        store.record(KEYS.audit, told, PersonChange(before=person, after=person))
