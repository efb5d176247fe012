"""Prints what sources make of files, as NDJSON."""

import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import msgspec
import typer

import features.sources
from features.bounces.classes import KINDS
from features.discovery import discover
from features.records import Event, EventType
from features.sources.attribution import Attribution
from features.sources.draft import Draft
from features.sources.drafting import when
from features.sources.source import ParsedEvents, Source, UnreadablePayload
from sendwarden.clocks import system_clock
from sendwarden.compose import attribution_rules
from sendwarden.settings import load_settings

_LOG_BYTES: Final = 2**24


def parse_paths(
    source_name: str, paths: list[Path], account_id: str | None, received_at: str | None
) -> int:
    """Print the events of files in order; return the exit code."""
    source = named_source(source_name)
    at = _time(received_at)
    rules = attribution_rules(load_settings())
    good = bad = 0
    for path in paths:
        for body in bodies(path):
            for line in _lines(source, body, rules, account_id, at):
                good, bad = (good, bad + 1) if "error" in line else (good + 1, bad)
                sys.stdout.buffer.write(msgspec.json.encode(line) + b"\n")
    sys.stdout.flush()
    return 1 if bad and not good else 0


def named_source(name: str) -> Source:
    """Return the source of that name. Raises `typer.BadParameter`."""
    sources = {source.name: source for source in discover(features.sources, Source)}
    if name not in sources:
        raise typer.BadParameter(f"one of: {', '.join(sorted(sources))}", param_hint="SOURCE")
    return sources[name]


def bodies(path: Path) -> Iterator[bytes]:
    """Yield what a path holds: a file, standard input, or the mails of a Maildir."""
    if str(path) == "-":
        yield sys.stdin.buffer.read()
    elif path.is_dir():
        yield from (file.read_bytes() for file in mails_of(path))
    else:
        yield path.read_bytes()


def mails_of(folder: Path) -> list[Path]:
    """Return the mails of a Maildir, or all files of another folder, by name."""
    inner = [folder / name for name in ("new", "cur") if (folder / name).is_dir()]
    return sorted(file for place in inner or [folder] for file in place.iterdir() if file.is_file())


def _lines(
    source: Source, body: bytes, rules: Attribution, account_id: str | None, at: datetime
) -> Iterator[dict[str, Any]]:
    try:
        parsed = source.parse(body, f"text/plain; received={at:%Y-%m-%d}")
    except UnreadablePayload as error:
        yield {"error": str(error), "index": 0}
        return
    for event in parsed.events:
        yield _shown(event, event.account_id, event.campaign_id, event.source, at)
    yield from _of_drafts(parsed, source.name, rules, account_id, at)
    for report in parsed.reports:
        yield {"report": msgspec.to_builtins(report)}
    for row in parsed.rejected:
        yield {"error": row.error, "index": row.index}


def _of_drafts(
    parsed: ParsedEvents, source: str, rules: Attribution, account_id: str | None, at: datetime
) -> Iterator[dict[str, Any]]:
    for draft in parsed.drafts:
        account, campaign = rules.whose(draft, source, lambda _: None)
        yield _shown(draft, account or account_id, campaign, draft.source or source, at)


def _shown(
    found: Draft | Event, account: str | None, campaign: str | None, source: str, at: datetime
) -> dict[str, Any]:
    """Return the fields of an event, those that are not known left out."""
    line = {k: v for k, v in msgspec.to_builtins(found).items() if v not in (None, {})}
    clues, bounce_class = line.pop("clues", None), line.pop("bounce_class", None)
    line |= {"account_id": account, "source": source}
    line.setdefault("occurred_at", at.isoformat().replace("+00:00", "Z"))
    if campaign is not None:
        line["campaign_id"] = campaign
    if bounce_class is not None:
        deferred = found.type is EventType.DEFERRED
        line |= {
            "class": bounce_class,
            "kind": "deferral" if deferred else KINDS[bounce_class].value,
        }
    if account is None and clues:
        line["clues"] = clues
    return line


def _time(text: str | None) -> datetime:
    if text is None:
        return system_clock()
    found = when(text)
    if found is None:
        raise typer.BadParameter("write 2026-11-23T10:00:00Z", param_hint="--received-at")
    return found
