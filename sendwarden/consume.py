"""Events from a broker: read, committed, and only then acknowledged.

A message that was committed and not acknowledged (the process died between) comes again and counts
nothing: events are known by their ids. So every event counts exactly once.
"""

import asyncio
import signal
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

import typer

from features.sources.source import Source
from service.errors import Unreadable
from service.ingest import TakePayload

_CONCURRENT: Final = 16
SCHEMES: Final = ("nats", "amqp", "amqps", "kafka")


class UnknownBroker(ValueError):
    """The URL names no broker that is known; the text says which are."""


@dataclass
class Consumed:
    """What became of the messages so far."""

    messages: int = 0
    accepted: int = 0
    duplicates: int = 0
    unattributed: int = 0
    unreadable: int = 0


@dataclass(frozen=True)
class Place:
    """Where messages come from: a subject, queue or topic, and the consumers' shared name.

    `ack_wait_s`: how long JetStream waits for an acknowledgement before it delivers again.
    """

    url: str
    subject: str
    group: str
    stream: str | None = None
    ack_wait_s: float = 30.0

    @property
    def scheme(self) -> str:
        return urlsplit(self.url).scheme


class Consumer:
    """Takes messages of one source; `clock` gives the time of receipt."""

    def __init__(
        self,
        take: TakePayload,
        source: Source,
        clock: Callable[[], datetime],
        account_id: str | None = None,
    ) -> None:
        self._take = take
        self._source = source
        self._clock = clock
        self._account_id = account_id
        self.consumed = Consumed()

    async def __call__(self, body: bytes) -> None:
        """Count the events of a message. When it returns, they are durable.

        Raises FastStream's `RejectMessage` for what can never be read, so that the broker puts it
        where its rejected messages go; any other error leaves it in the queue.
        """
        from faststream.exceptions import RejectMessage

        try:
            taken = await asyncio.to_thread(
                self._take, self._source, body, "", self._clock(), self._account_id
            )
        except Unreadable as error:
            self.consumed.unreadable += 1
            typer.echo(f"refused a message: {error}", err=True)
            raise RejectMessage from error
        self.consumed.messages += 1
        self.consumed.accepted += taken.accepted
        self.consumed.duplicates += taken.duplicates
        self.consumed.unattributed += taken.unattributed


def broker_of(place: Place, handle: Consumer) -> Any:
    """Return a FastStream broker that hands the messages of a place on.

    Raises `UnknownBroker`, and `ImportError` where the client library is not installed.
    """
    makers = {"nats": _nats, "amqp": _rabbit, "amqps": _rabbit, "kafka": _kafka}
    if place.scheme not in makers:
        raise UnknownBroker(f"no broker for {place.scheme!r}; one of {', '.join(SCHEMES)}")
    return makers[place.scheme](place, handle)


async def run_until_signal(broker: Any) -> None:
    """Consume until SIGINT or SIGTERM; messages under way are finished."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    try:
        await broker.start()
        typer.echo("consuming; Ctrl-C ends", err=True)
        await stop.wait()
    finally:
        await broker.stop()


async def _raw(message: Any) -> bytes:
    """Leave a message's body as it is: the source reads it."""
    body: bytes = message.body
    return body


def _nats(place: Place, handle: Consumer) -> Any:
    """JetStream, by a durable consumer that several processes share."""
    from faststream import AckPolicy
    from faststream.nats import ConsumerConfig, JStream, NatsBroker, PullSub

    broker = NatsBroker(place.url, logger=None)
    stream = JStream(place.stream or place.group, subjects=[place.subject])

    async def take(body: bytes) -> None:
        await handle(body)

    broker.subscriber(
        place.subject,
        durable=place.group,
        stream=stream,
        config=ConsumerConfig(ack_wait=place.ack_wait_s),
        pull_sub=PullSub(batch_size=_CONCURRENT, timeout=1.0),
        ack_policy=AckPolicy.NACK_ON_ERROR,
        decoder=_raw,
        max_workers=_CONCURRENT,
    )(take)
    return broker


def _rabbit(place: Place, handle: Consumer) -> Any:
    """RabbitMQ, a durable queue."""
    from faststream import AckPolicy
    from faststream.rabbit import Channel, RabbitBroker, RabbitQueue

    broker = RabbitBroker(
        place.url, logger=None, default_channel=Channel(prefetch_count=_CONCURRENT)
    )

    async def take(body: bytes) -> None:
        await handle(body)

    broker.subscriber(
        RabbitQueue(place.subject, durable=True),
        ack_policy=AckPolicy.NACK_ON_ERROR,
        decoder=_raw,
    )(take)
    return broker


def _kafka(place: Place, handle: Consumer) -> Any:
    """Kafka, by a consumer group; offsets are committed after the events."""
    from faststream import AckPolicy
    from faststream.kafka import KafkaBroker

    broker = KafkaBroker(urlsplit(place.url).netloc, logger=None)

    async def take(body: bytes) -> None:
        await handle(body)

    broker.subscriber(
        place.subject,
        group_id=place.group,
        auto_offset_reset="earliest",
        ack_policy=AckPolicy.NACK_ON_ERROR,
        decoder=_raw,
    )(take)
    return broker
