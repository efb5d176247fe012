"""Mutated payloads of every source: events or a clear error, never an exception, in bounded time."""

import random
import time
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

import features.sources
from benchmarks._bounces import mails
from benchmarks._feedback_seeds import SEEDS, mutated
from benchmarks.feedback import data_dir
from features.discovery import discover
from features.sources.attribution import shipped_rules
from features.sources.source import Source, UnreadablePayload

MUTATIONS: Final = 100_000
RULES: Final = shipped_rules()


def seeds_of(source: str, real: list[bytes]) -> list[bytes]:
    """Return the payloads to mutate; for mail sources real mails, too."""
    return [*SEEDS[source], *(real if source in ("dsn", "mail", "arf") else [])]


def read(source: Source, body: bytes) -> str:
    """Read a payload as ingest does; return what came of it."""
    try:
        parsed = source.parse(body, "text/plain; received=2026-11-23")
    except UnreadablePayload:
        return "refused"
    for draft in parsed.drafts:
        account, campaign = RULES.whose(draft, source.name, lambda _: None)
        if account is not None and draft.occurred_at is not None:
            draft.event(source.name, account, campaign, draft.occurred_at)
    return "events" if parsed.drafts or parsed.events or parsed.reports else "reasons"


def run(quick: bool) -> None:
    """Print what became of the mutations of each source and the longest one took."""
    total = MUTATIONS // 20 if quick else MUTATIONS
    folder: Path = data_dir() / "bounces"
    real = list(mails(folder)) if (folder / "eml").is_dir() else []
    sources = {source.name: source for source in discover(features.sources, Source)}
    table = Table(
        "source", "mutations", "events", "only reasons", "refused", "exceptions", "longest ms"
    )
    rng, exceptions = random.Random(20_261_123), 0
    for name, source in sorted(sources.items()):
        seeds, found, longest, failed = (
            seeds_of(name, real),
            dict.fromkeys(("events", "reasons", "refused"), 0),
            0.0,
            0,
        )
        weight = 8 if name in ("dsn", "mail") else 1
        count = total * weight // (len(sources) + 14)
        for _ in range(count):
            body = mutated(rng.choice(seeds), rng)
            started = time.process_time()
            try:
                found[read(source, body)] += 1
            except Exception as error:  # noqa: BLE001 - counted and shown
                failed += 1
                print(f"{name}: {type(error).__name__}: {error}", flush=True)
            longest = max(longest, time.process_time() - started)
        exceptions += failed
        table.add_row(
            name,
            f"{count:,}",
            *(f"{n:,}" for n in found.values()),
            str(failed),
            f"{longest * 1e3:.0f}",
        )
    Console(width=110).print(table)
    print(f"exceptions: {exceptions}")
