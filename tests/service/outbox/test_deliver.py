"""Deliveries to a real receiver: signed, in order for each account, again after failures, once at a time."""

import json
import os
import random
import socket
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from standardwebhooks import Webhook

from service.desk.sign_in import Keys
from service.outbox.changes import STANDING, TYPES, Change
from service.outbox.deliver import RETRY_AFTER, Deliverer
from service.outbox.endpoints import BadEndpoint, UnknownEndpoint, checked
from service.outbox.mail import Mailer
from service.outbox.post import Poster
from service.outbox.receivers import Receivers
from service.stores import open_store
from service.stores.sql import SqlStore
from tests.forked import Forked
from tests.service.outbox.conftest import Receiver

KEYS = Keys(b"k" * 32)


class Clock:
    def __init__(self) -> None:
        self.now = datetime.now(UTC).replace(microsecond=0)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def _receivers(store: SqlStore) -> Receivers:
    numbers = iter(range(100))
    return Receivers(store, KEYS, lambda: f"w-{next(numbers)}", os.urandom, insecure=True)


def _deliverer(
    store: SqlStore,
    clock: Callable[[], datetime],
    holder: str = "one",
    mailer: Mailer | None = None,
) -> Deliverer:
    return Deliverer(store, KEYS, Poster(private=True), mailer, holder, lambda: 0.5, clock)


def _change(account_id: str, number: int, kind: str = STANDING) -> Change:
    at = datetime(2026, 11, 23, 10, tzinfo=UTC)
    return Change(type=kind, account_id=account_id, at=at, data={"n": f"<{account_id}-{number}>"})


def _names(receiver: Receiver) -> list[str]:
    return [json.loads(body)["data"]["n"].strip("<>") for _, body in receiver.got]


def test_messages_are_signed_and_name_the_change(
    store: SqlStore, receiver: Receiver, clock: Clock
) -> None:
    _, secret = _receivers(store).add(receiver.url, (), clock())
    store.add_changes([_change("a", 1)])
    assert _deliverer(store, clock).step().delivered == 1
    headers, body = receiver.got[0]
    message = Webhook(secret).verify(body, headers)
    assert message["type"] == STANDING
    assert message["data"] == {"change_id": 1, "account_id": "a", "n": "<a-1>"}
    assert headers["webhook-id"] == "chg_1"
    assert _deliverer(store, clock).step().delivered == 0


def test_who_is_added_later_hears_of_later_changes_and_of_its_types(
    store: SqlStore, receiver: Receiver, clock: Clock
) -> None:
    store.add_changes([_change("a", 1)])
    _receivers(store).add(receiver.url, (STANDING,), clock())
    store.add_changes([_change("a", 2, "alert.opened"), _change("a", 3)])
    _deliverer(store, clock).step()
    assert _names(receiver) == ["a-3"]


def test_a_failing_account_holds_up_itself_alone_and_keeps_its_order(
    store: SqlStore, receiver: Receiver, clock: Clock
) -> None:
    _receivers(store).add(receiver.url, (), clock())
    receiver.refuses = {b"<a-1>"}
    store.add_changes([_change("a", 1), _change("b", 1), _change("a", 2), _change("b", 2)])
    deliverer = _deliverer(store, clock)
    deliverer.step()
    assert _names(receiver) == ["b-1", "b-2"]
    store.add_changes([_change("a", 3)])
    deliverer.step()
    assert len(receiver.refused) == 1, "not before it is due"
    clock.now += timedelta(seconds=6)
    deliverer.step()
    assert len(receiver.refused) == 2
    receiver.refuses = set()
    for _ in range(6):
        clock.now += timedelta(seconds=60)
        deliverer.step()
    assert _names(receiver) == ["b-1", "b-2", "a-1", "a-2", "a-3"]


def test_what_never_arrives_is_a_dead_letter_that_can_be_sent_again(
    store: SqlStore, receiver: Receiver, clock: Clock
) -> None:
    receivers = _receivers(store)
    endpoint, _ = receivers.add(receiver.url, (), clock())
    receiver.refuses = {b"<a-1>"}
    store.add_changes([_change("a", 1), _change("a", 2)])
    deliverer = _deliverer(store, clock)
    for wait in (timedelta(0), *RETRY_AFTER):
        clock.now += wait * 1.2
        deliverer.step()
    dead, waiting = receivers.undelivered(endpoint.webhook_id)
    assert (dead[0].state, dead[0].attempts, dead[0].error) == ("dead", 10, "answered 500")
    assert waiting[0].state == "waiting"
    clock.now += timedelta(minutes=1)
    deliverer.step()
    assert _names(receiver) == ["a-2"], "the dead one holds up nothing"
    receiver.refuses = set()
    assert receivers.redeliver(endpoint.webhook_id, clock()) == 1
    deliverer.step()
    assert _names(receiver) == ["a-2", "a-1"]
    assert receivers.undelivered(endpoint.webhook_id) == ()


def test_a_receiver_that_is_down_is_not_tried_for_every_change(
    store: SqlStore, receiver: Receiver, clock: Clock
) -> None:
    _receivers(store).add(receiver.url, (), clock())
    receiver.refuses = {b"<"}
    store.add_changes([_change(f"a{i}", 1) for i in range(40)])
    assert _deliverer(store, clock).step().failed == 3
    assert len(receiver.refused) == 3
    receiver.refuses = set()
    for _ in range(4):
        clock.now += timedelta(seconds=10)
        _deliverer(store, clock).step()
    assert sorted(_names(receiver)) == sorted(f"a{i}-1" for i in range(40))


def test_two_processes_do_not_send_at_the_same_time(
    store: SqlStore, receiver: Receiver, clock: Clock
) -> None:
    endpoint, _ = _receivers(store).add(receiver.url, (), clock())
    store.add_changes([_change("a", 1)])
    until = clock() + timedelta(seconds=60)
    assert store.lease_endpoint(endpoint.webhook_id, "one", clock(), until)
    assert _deliverer(store, clock, "two").step().delivered == 0
    clock.now += timedelta(seconds=61)
    assert _deliverer(store, clock, "two").step().delivered == 1


def test_alerts_go_by_mail_over_a_real_server(store: SqlStore, clock: Clock) -> None:
    from aiosmtpd.controller import Controller
    from aiosmtpd.handlers import Message

    got = []

    class Inbox(Message):
        def handle_message(self, message: object) -> None:
            got.append(message)

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(Inbox(), hostname="127.0.0.1", port=port)
    controller.start()
    try:
        _receivers(store).add("mailto:desk@esp.example", ("alert.opened",), clock())
        store.add_changes([_change("a", 1), _change("a\nBcc: x@y", 2, "alert.opened")])
        assert _deliverer(store, clock).step().failed == 1
        clock.now += timedelta(minutes=1)
        mailer = Mailer(f"smtp://127.0.0.1:{port}", "warden@esp.example")
        assert _deliverer(store, clock, mailer=mailer).step().delivered == 1
    finally:
        controller.stop()
    (message,) = got
    assert message["To"] == "desk@esp.example"
    assert message["Bcc"] is None
    assert message["Subject"].startswith("[Sendwarden] alert.opened")
    assert message["Message-ID"] == "<chg_2@esp.example>"


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("127.0.0.1", "private"), ("10.1.2.3", "private"), ("::1", "private"), ("169.254.169.254", "private"),
        ("::ffff:10.0.0.1", "private"), ("64:ff9b::a00:1", "private"), ("2002:0a00:0001::", "private"), ("fd00::1", "private"), ("0.0.0.0", "private"), ("224.0.0.1", "private"),
    ],
)  # fmt: skip
def test_the_inside_of_the_own_network_is_never_told(address: str, told: str) -> None:
    poster = Poster(resolve=lambda *_: ["93.184.216.34", address])
    error = poster("https://inside.example/hook", b"{}", {})
    assert error is not None
    assert told in error


def test_an_answer_that_drips_in_is_over_at_the_deadline() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        stop = threading.Event()

        def drip() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(65_536)
                for byte in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 1_000:
                    if stop.wait(0.05):
                        return
                    connection.sendall(bytes([byte]))

        thread = threading.Thread(target=drip)
        thread.start()
        poster = Poster(private=True, deadline_s=0.4)
        started = time.monotonic()
        error = poster(f"http://127.0.0.1:{server.getsockname()[1]}/", b"{}", {})
        assert time.monotonic() - started < 5
        assert error == "no whole answer within 0.4 s"
        stop.set()
        thread.join()


def test_the_address_that_was_checked_is_the_one_that_is_told(receiver: Receiver) -> None:
    """The name is asked for once: it cannot answer otherwise a moment later."""
    port = int(receiver.url.rsplit(":", 1)[1].split("/")[0])
    asked = []

    def resolve(host: str, _: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    assert Poster(private=True, resolve=resolve)(f"http://nowhere.invalid:{port}/x", b"{}", {}) is None  # fmt: skip
    assert asked == ["nowhere.invalid"]
    assert receiver.got[0][0]["host"] == f"nowhere.invalid:{port}"


@pytest.mark.parametrize(
    "url",
    [
        "http://esp.example/", "ftp://esp.example/", "https://", "https:///x", "not a url", "", "https://u:p@esp.example/",
        "https://esp.example:99999/", "mailto:nobody", "mailto:a@b@c", "mailto:a@b.example?cc=x@y.example", "https://esp.example/\n", "https://[::1",
        "https://esp.example/" + "x" * 2_000, "https://é.example/",
    ],
)  # fmt: skip
def test_what_cannot_be_told_is_refused(url: str) -> None:
    with pytest.raises(BadEndpoint):
        checked(url, (), insecure=False)


def test_unknown_types_and_webhooks_are_refused(store: SqlStore, clock: Clock) -> None:
    receivers = _receivers(store)
    with pytest.raises(BadEndpoint, match="no type"):
        receivers.add("https://esp.example/", ("nonsense",), clock())
    for call in (receivers.find, receivers.remove, receivers.undelivered):
        with pytest.raises(UnknownEndpoint):
            call("none")
    assert all(len(kind) <= 40 for kind in TYPES)


@pytest.mark.slow
def test_killed_at_random_it_loses_nothing_and_keeps_the_order(
    tmp_path: Path, receiver: Receiver
) -> None:
    """Real processes, SIGKILLed while they send; whoever comes back sends what is left."""
    home = tmp_path / "home"
    home.mkdir()
    environment = {
        **os.environ, "SENDWARDEN_HOME": str(home), "SENDWARDEN_INSTALLATION_KEY": "6b" * 32,
        "SENDWARDEN_WEBHOOKS_PRIVATE": "true",
    }  # fmt: skip
    environment.pop("SENDWARDEN_DATABASE_URL", None)
    store = open_store(f"sqlite:///{home / 'sendwarden.db'}")
    store.migrate()
    _receivers(store).add(receiver.url, (), datetime.now(UTC))
    total, rng = 240, random.Random(5)
    store.add_changes([_change(f"a{i % 7}", i) for i in range(total)])
    deadline = time.monotonic() + 90

    def done() -> bool:
        over = time.monotonic() > deadline
        return over or len({body for _, body in receiver.got}) == total

    while not done():
        process = Forked("deliver", environment=environment)
        goal = len(receiver.got) + rng.randint(25, 90)
        while len(receiver.got) < goal and process.poll() is None and not done():
            time.sleep(0.01)
        process.close()
        store.write(lambda c: c.exec_driver_sql("UPDATE endpoints SET leased_until_us = 0"))
    store.close()
    first = list(dict.fromkeys(_names(receiver)))
    assert len(first) == total
    by_account = defaultdict(list)
    for name in first:
        account, _, number = name.partition("-")
        by_account[account].append(int(number))
    assert all(numbers == sorted(numbers) for numbers in by_account.values())
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == total
