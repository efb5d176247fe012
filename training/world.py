"""Reads a world directory as one stream of typed facts in time order, in bounded memory.

A world may come from any generator: files and fields may be missing, lines may be broken. Nothing
of that stops the reading; `Oddities` says what was met.
"""

import heapq
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import msgspec

from features.records import Account, Event, ImportSource, SendingDomain, Stream
from training.event_lines import existing, lines_of, lines_with_offsets, ordered_events
from training.lenient import lenient, parse_time, safe_id
from training.message_source import message_of
from training.oddities import Oddities

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class AccountPut:
    at: datetime
    account: Account


@dataclass(frozen=True, slots=True)
class DomainPut:
    at: datetime
    domain: SendingDomain


@dataclass(frozen=True, slots=True)
class ListImported:
    """A list file handed in. `rows` is what the world says, None when it does not."""

    at: datetime
    account_id: str
    list_id: str
    source: ImportSource
    path: Path
    rows: int | None = None


@dataclass(frozen=True, slots=True)
class CampaignDue:
    """A campaign at the moment before its first mail."""

    at: datetime
    campaign_id: str
    account_id: str
    list_ids: tuple[str, ...]
    recipients: int
    stream: Stream
    message: bytes | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class EventReceived:
    at: datetime
    event: Event


Fact = AccountPut | DomainPut | ListImported | CampaignDue | EventReceived
RANK: Final = {AccountPut: 0, DomainPut: 1, ListImported: 2, CampaignDue: 3, EventReceived: 4}


@dataclass(frozen=True)
class CampaignEntry:
    """Where a campaign's line stands, so that its message need not be kept in memory."""

    at: datetime
    campaign_id: str
    account_id: str
    recipients: int
    line: bytes | None = field(repr=False)
    offset: int = 0


class World:
    """A world directory."""

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise FileNotFoundError(f"no world at {folder}: it is not a directory")
        self.folder = folder
        self.odd = Oddities()

    @cached_property
    def accounts(self) -> dict[str, Account]:
        """Every account that the world puts; the last line of an account wins."""
        found = {}
        for raw in self._rows("accounts.ndjson"):
            created_at = parse_time(raw.get("created_at")) or parse_time(raw.get("signup_at"))
            if created_at is None:
                self.odd.note("accounts: no usable created_at", raw.get("account_id"))
                created_at = self._start
            account = lenient(Account, {**raw, "created_at": created_at}, self.odd)
            if account is not None:
                found[account.account_id] = account
        return found

    @cached_property
    def domains(self) -> list[DomainPut]:
        found = []
        for raw in self._rows("sending_domains.ndjson"):
            domain = lenient(SendingDomain, raw, self.odd)
            if domain is None:
                self.odd.note("sending domains: no domain or account", raw)
                continue
            at = parse_time(raw.get("put_at")) or self._since(domain.account_id)
            found.append(DomainPut(at, domain))
        return found

    @cached_property
    def imports(self) -> list[ListImported]:
        found = (self._import(raw) for raw in self._rows("imports.ndjson"))
        return [made for made in found if made is not None]

    @cached_property
    def campaigns(self) -> list[CampaignEntry]:
        """The campaigns in time order, without their messages."""
        path = existing(self.folder, "campaigns.ndjson")
        if path is None:
            self.odd.note("campaigns.ndjson is missing")
            return []
        found: dict[str, CampaignEntry] = {}
        for offset, line in lines_with_offsets(path, self.odd):
            entry = self._campaign_entry(line, offset, keep=path.suffix == ".gz")
            if entry is None:
                continue
            if entry.campaign_id in found:
                self.odd.note("campaigns: the same campaign_id twice", entry.campaign_id)
                continue
            found[entry.campaign_id] = entry
        return sorted(found.values(), key=lambda e: e.at)

    @cached_property
    def events_path(self) -> Path | None:
        return existing(self.folder, "events.ndjson")

    def facts(self) -> Iterator[Fact]:
        """Yield every fact in time order; at one instant facts, then campaigns, then events."""
        known: list[Fact] = [AccountPut(a.created_at, a) for a in self.accounts.values()]
        known.extend(self.domains)
        known.extend(self.imports)
        known.sort(key=_order)
        others = heapq.merge(known, self._campaigns_due(), key=_order)
        yield from _before_events(others, self._events())

    def _events(self) -> Iterator[EventReceived]:
        if self.events_path is None:
            self.odd.note("events.ndjson is missing")
            return
        for at, event in ordered_events(self.events_path, self.odd):
            yield EventReceived(at, event)

    def _campaigns_due(self) -> Iterator[CampaignDue]:
        entries = self.campaigns
        path = existing(self.folder, "campaigns.ndjson")
        if path is None:
            return
        with path.open("rb") as file:
            for entry in entries:
                if entry.line is None:
                    file.seek(entry.offset)
                yield self._campaign_due(entry, entry.line or file.readline())

    def _campaign_due(self, entry: CampaignEntry, line: bytes) -> CampaignDue:
        raw = msgspec.json.decode(line)
        given = raw.get("list_ids")
        lists = given if isinstance(given, list) else [given] if given else []
        stream = str(raw.get("stream", "")).strip().lower()
        transactional = stream == Stream.TRANSACTIONAL
        return CampaignDue(
            at=entry.at,
            campaign_id=entry.campaign_id,
            account_id=entry.account_id,
            list_ids=tuple(dict.fromkeys(name for one in lists if (name := safe_id(one)))),
            recipients=entry.recipients,
            stream=Stream.TRANSACTIONAL if transactional else Stream.BROADCAST,
            message=message_of(raw, self.folder, self.odd),
        )

    def _campaign_entry(self, line: bytes, offset: int, *, keep: bool) -> CampaignEntry | None:
        raw = _object(line)
        campaign_id, account_id = (
            safe_id((raw or {}).get(k)) for k in ("campaign_id", "account_id")
        )
        if raw is None or campaign_id is None or account_id is None:
            self.odd.note("campaigns: a line is not a campaign", line[:80])
            return None
        at = parse_time(raw.get("scheduled_at"))
        if at is None:
            self.odd.note("campaigns: no usable scheduled_at", campaign_id)
            at = self._since(account_id)
        recipients = _count(raw.get("recipients"))
        if recipients is None:
            self.odd.note("campaigns: no usable recipients", campaign_id)
            recipients = self._list_rows(account_id, raw.get("list_ids"))
        return CampaignEntry(
            at, campaign_id, account_id, recipients, line if keep else None, offset
        )

    def _import(self, raw: Mapping[str, Any]) -> ListImported | None:
        account_id, list_id = safe_id(raw.get("account_id")), safe_id(raw.get("list_id"))
        if account_id is None or list_id is None:
            self.odd.note("imports: no account or list", raw)
            return None
        given = raw.get("path")
        named = given if isinstance(given, str) and given else f"imports/{account_id}/{list_id}.csv"
        path = existing(self.folder, named)
        if path is None:
            self.odd.note("imports: the list file is missing", named)
            return None
        at = parse_time(raw.get("imported_at")) or self._since(account_id)
        source = str(raw.get("source", "")).strip().lower()
        if source not in set(ImportSource):
            self.odd.note("imports: unknown source, taken as file", source)
            source = ImportSource.FILE
        return ListImported(
            at, account_id, list_id, ImportSource(source), path, _count(raw.get("rows"))
        )

    def _list_rows(self, account_id: str, list_ids: object) -> int:
        named = set(map(str, list_ids)) if isinstance(list_ids, list) else set()
        rows = {m.list_id: m.rows or 0 for m in self.imports if m.account_id == account_id}
        return sum(count for list_id, count in rows.items() if list_id in named)

    def _since(self, account_id: str) -> datetime:
        account = self.accounts.get(account_id)
        return account.created_at if account else self._start

    @cached_property
    def _start(self) -> datetime:
        """The first time that any account names; where a fact without a time is put."""
        times = [
            parse_time(raw.get("created_at")) for raw in self._rows("accounts.ndjson", quiet=True)
        ]
        return min((time for time in times if time), default=_EPOCH)

    def _rows(self, name: str, *, quiet: bool = False) -> Iterator[dict[str, Any]]:
        odd = Oddities() if quiet else self.odd
        path = existing(self.folder, name)
        if path is None:
            odd.note(f"{name} is missing")
            return
        for line in lines_of(path, odd):
            raw = _object(line)
            if raw is None:
                odd.note(f"{name}: a line is not a JSON object", line[:80])
            else:
                yield raw


def _before_events(others: Iterator[Fact], events: Iterator[EventReceived]) -> Iterator[Fact]:
    """Merge by time, other facts first at one instant; a plain loop, as events are very many."""
    other = next(others, None)
    for event in events:
        while other is not None and other.at <= event.at:
            yield other
            other = next(others, None)
        yield event
    if other is not None:
        yield other
        yield from others


def _order(fact: Fact) -> tuple[datetime, int]:
    return fact.at, RANK[type(fact)]


def _object(line: bytes) -> dict[str, Any] | None:
    try:
        raw = msgspec.json.decode(line)
    except (msgspec.MsgspecError, RecursionError):
        return None
    return raw if isinstance(raw, dict) else None


def _count(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = int(float(value))
    except (ValueError, OverflowError):
        return None
    return number if 0 <= number <= 10**9 else None


def tee(facts: Iterable[Fact], see: Callable[[Fact], None]) -> Iterator[Fact]:
    """Pass facts on, showing each to `see` first."""
    for fact in facts:
        see(fact)
        yield fact
