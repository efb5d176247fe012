"""Events from real brokers count exactly once, however often the consumer is killed."""

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from features.tiles import COUNTER_INDEX, account_key
from features.windows import Grain
from service.stores import open_store
from tests.conftest import missing
from tests.forked import Forked

NATS = os.environ.get("SENDWARDEN_TEST_NATS", "nats://127.0.0.1:4222")
RABBIT = os.environ.get("SENDWARDEN_TEST_RABBIT", "amqp://guest:guest@127.0.0.1:5672/")
MESSAGES, EVENTS = 1_000, 4
KILLS = 3


def message(number: int) -> bytes:
    rows = [
        {
            "event_id": f"{number}-{k}",
            "type": "delivered",
            "account_id": "acme",
            "occurred_at": "2026-11-23T10:00:00Z",
        }
        for k in range(EVENTS)
    ]
    return b"\n".join(json.dumps(row).encode() for row in rows)


async def publish_nats(subject: str, bodies: list[bytes]) -> None:
    import nats

    client = await nats.connect(NATS, connect_timeout=3, max_reconnect_attempts=1)
    stream = client.jetstream()
    await stream.add_stream(name=subject, subjects=[subject])
    for body in bodies:
        await stream.publish(subject, body)
    await client.close()


async def drop_nats(subject: str) -> None:
    import nats

    client = await nats.connect(NATS)
    await client.jetstream().delete_stream(subject)
    await client.close()


async def publish_rabbit(subject: str, bodies: list[bytes]) -> None:
    import aio_pika

    connection = await aio_pika.connect(RABBIT, timeout=5)
    async with connection:
        channel = await connection.channel()
        await channel.declare_queue(subject, durable=True)
        for body in bodies:
            kept = aio_pika.Message(body, delivery_mode=aio_pika.DeliveryMode.PERSISTENT)
            await channel.default_exchange.publish(kept, routing_key=subject)


async def drop_rabbit(subject: str) -> None:
    import aio_pika

    connection = await aio_pika.connect(RABBIT)
    async with connection:
        await (await connection.channel()).queue_delete(subject)


BROKERS: dict[str, tuple[str, Callable[..., Any], Callable[..., Any]]] = {
    "nats": (NATS, publish_nats, drop_nats),
    "rabbit": (RABBIT, publish_rabbit, drop_rabbit),
}


@pytest.fixture(params=sorted(BROKERS))
def queue(
    request: pytest.FixtureRequest,
) -> Iterator[tuple[str, str, Callable[[list[bytes]], None]]]:
    """URL and name of an empty queue, and what puts messages into it."""
    url, publish, drop = BROKERS[request.param]
    subject = f"sendwarden-test-{uuid4().hex[:12]}"
    try:
        asyncio.run(publish(subject, []))
    except Exception as error:  # noqa: BLE001 - each client has errors of its own
        missing(request.param, f"no broker at {url}: {error}")
    yield url, subject, lambda bodies: asyncio.run(publish(subject, bodies))
    asyncio.run(drop(subject))


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Forked]]:
    """Start a consumer of its own process on one database."""
    running: list[Forked] = []

    def started(url: str, subject: str, *options: str) -> Forked:
        process = Forked(
            "consume", url, subject, "--stream", subject, "--ack-wait-s", "2", *options,
            environment=os.environ | {"SENDWARDEN_HOME": str(tmp_path)},
        )  # fmt: skip
        running.append(process)
        process.wait_until_said("consuming")
        return process

    yield started
    for process in running:
        process.close()


def delivered(home: Path) -> int:
    with closing(open_store(f"sqlite:///{home / 'sendwarden.db'}")) as store:
        store.migrate()
        counts = store.tiles([account_key("acme")], Grain.TOTAL, 0, 0).counts.sum(axis=0)
    return int(counts[COUNTER_INDEX["delivered"]])  # type: ignore[index]


def wait_for(home: Path, count: int, process: Forked, seconds: float) -> int:
    until = time.monotonic() + seconds
    while (done := delivered(home)) < count and time.monotonic() < until:
        assert process.poll() is None, process.err
        time.sleep(0.05)
    return done


@pytest.mark.slow
def test_every_event_counts_once_though_the_consumer_is_killed(
    queue: Any, start: Any, tmp_path: Path
) -> None:
    url, subject, publish = queue
    rng = random.Random(7)
    bodies = [message(n) for n in range(MESSAGES)]
    bodies += [bodies[n] for n in rng.sample(range(MESSAGES), 30)]
    portion = len(bodies) // KILLS
    for kill in range(KILLS):
        # New ones each time: a quick consumer would be through with all before it is killed.
        publish(bodies[kill * portion : (kill + 1) * portion])
        before = delivered(tmp_path)
        process = start(url, subject)
        wait_for(tmp_path, before + rng.randint(1, 100) * EVENTS, process, 20)
        time.sleep(rng.random() * 0.02)
        process.send_signal(signal.SIGKILL)
        process.wait(10)
    assert 0 < delivered(tmp_path) <= MESSAGES * EVENTS
    publish(bodies[KILLS * portion :])
    process = start(url, subject)
    assert wait_for(tmp_path, MESSAGES * EVENTS, process, 60) == MESSAGES * EVENTS
    time.sleep(1)
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0, process.err
    assert "messages: accepted" in process.out
    assert delivered(tmp_path) == MESSAGES * EVENTS


def test_what_cannot_be_read_does_not_hold_up_the_rest(
    queue: Any, start: Any, tmp_path: Path
) -> None:
    url, subject, publish = queue
    publish([message(0), b"[nonsense", message(1), b"[", message(2)])
    process = start(url, subject)
    assert wait_for(tmp_path, 3 * EVENTS, process, 30) == 3 * EVENTS
    time.sleep(0.5)
    process.send_signal(signal.SIGTERM)
    process.wait(20)
    assert "refused 2" in process.out, (process.out, process.err)
    assert process.err.count("refused a message") == 2


def test_vendors_payloads_come_by_a_broker_too(queue: Any, start: Any, tmp_path: Path) -> None:
    url, subject, publish = queue
    publish(
        [json.dumps([{"event": "delivered", "email": "a@b.example", "sg_event_id": "1"}]).encode()]
    )
    process = start(url, subject, "--source", "sendgrid", "--account-id", "acme")
    assert wait_for(tmp_path, 1, process, 30) == 1


def test_an_unknown_broker_is_refused(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sendwarden", "consume", "pigeon://loft", "events"]
    environment = os.environ | {"SENDWARDEN_HOME": str(tmp_path)}
    done = subprocess.run(command, env=environment, capture_output=True, timeout=60, check=False)
    assert done.returncode == 2
    assert b"pigeon" in done.stderr
