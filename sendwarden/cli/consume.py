"""`sendwarden consume`: events from a message broker."""

from typing import Annotated

import typer

from sendwarden.cli.command import Command


def consume(
    url: Annotated[str, typer.Argument(help="nats://..., amqp://... or kafka://host:port.")],
    subject: Annotated[
        str, typer.Argument(help="Subject (NATS), queue (RabbitMQ) or topic (Kafka).")
    ],
    source: Annotated[str, typer.Option(help="Whose format the messages have.")] = "canonical",
    group: Annotated[str, typer.Option(help="Name that several consumers share.")] = "sendwarden",
    stream: Annotated[
        str | None, typer.Option(help="JetStream stream; named after the group when left out.")
    ] = None,
    ack_wait_s: Annotated[
        float, typer.Option(help="Seconds until JetStream delivers again.", min=1.0)
    ] = 30.0,
    account_id: Annotated[
        str | None, typer.Option(help="Account of what the rules give none.")
    ] = None,
) -> None:
    """Count the events of a broker's messages until Ctrl-C, each exactly once.

    A message is acknowledged when its events are committed. What can never be read is rejected: it
    goes where the broker puts such messages. Needs the extra of the broker: pip install
    "sendwarden[nats]", "sendwarden[rabbit]" or "sendwarden[kafka]".

    Example: sendwarden consume nats://localhost:4222 events

    Example: sendwarden consume amqp://guest:guest@localhost:5672/ ses-events --source ses
    """
    import asyncio
    from contextlib import closing

    from features.hashing import AddressHasher
    from sendwarden.clocks import system_clock
    from sendwarden.compose import attribution_rules, build_store
    from sendwarden.consume import Consumer, Place, UnknownBroker, broker_of, run_until_signal
    from sendwarden.parse_files import named_source
    from sendwarden.settings import load_settings
    from service.ingest import TakePayload

    settings = load_settings()
    with closing(build_store(settings)) as store:
        rules = attribution_rules(settings)
        take = TakePayload(store, AddressHasher(settings.key_bytes()), rules)
        consumer = Consumer(take, named_source(source), system_clock, account_id)
        try:
            broker = broker_of(Place(url, subject, group, stream, ack_wait_s), consumer)
        except (UnknownBroker, ImportError) as error:
            raise typer.BadParameter(str(error), param_hint="URL") from error
        asyncio.run(run_until_signal(broker))
    done = consumer.consumed
    typer.echo(
        f"{done.messages:,} messages: accepted {done.accepted:,}, counted before "
        f"{done.duplicates:,}, without account {done.unattributed:,}; refused {done.unreadable:,}"
    )


COMMAND = Command("consume", consume)
