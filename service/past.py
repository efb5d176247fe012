"""Gathers what was known of a subject when a decision was made, out of what the store keeps with times.

The counterpart of `service.facts` for the past: an account's record and domains as they stood, the
imports, ties, verdicts and campaigns known by then, and tiles up to the slot that had closed. What
nothing keeps is told by name, and never guessed.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Final, TypeVar

import numpy as np

from features.catalogue import WINDOW_INDEX
from features.facts import AccountFacts, CampaignFacts, Facts, ListFacts
from features.inputs.campaign import CONTENT, OF_ORDER
from features.inputs.imports import OF_LISTS
from features.records import Account, Campaign, ListImport, SendingDomain, Stream, Subject
from features.tiles import TileRows, account_key, account_provider_key
from features.windows import DAY_7, WINDOWS, Grain
from models.decision import Decision, Ordered
from service.facts import MAX_PROVIDERS, peers_of, slot_ranges, tiles_of
from service.past_peers import Others
from service.stores.contract import DecisionQuery, Store
from service.stores.retention import KEPT_DAYS
from service.ties import message_ties

_GRAINS: Final = (Grain.FIVE_MINUTES, Grain.HOUR, Grain.DAY)
_PAGE: Final = 1_000
T = TypeVar("T")


@dataclass(frozen=True)
class Then:
    """The facts of a decision as of its time.

    `unknown` inputs, and `windows` of every counter, are kept by nothing any more.
    """

    facts: Facts
    unknown: frozenset[str]
    windows: tuple[int, ...]
    providers_known: bool


@dataclass(frozen=True)
class _Done:
    """One earlier decision of the account, as far as later ones counted it."""

    at: datetime
    decision_id: str
    subject: Subject
    id: str
    recipients: int
    import_id: str | None


class Past:
    """One account's past; `decisions` are those that will be asked about, `now` is the time of asking."""

    def __init__(
        self,
        store: Store,
        account_id: str,
        decisions: Sequence[Decision],
        now: datetime,
        others: Others,
    ) -> None:
        self._account_id, self._others, self._now = account_id, others, now
        with store.snapshot():
            self._records = store.account_past(account_id)
            self._domains = store.domains_past(account_id)
            self._imports = store.imports_past(account_id)
            self._first, self._thousandth = store.milestones(account_id)
            self._done = _done(store, account_id)
            self._tiles = _Tiles(store, account_id, decisions)
        self._told = {one.import_id: one.at for one in self._done if one.import_id is not None}

    def at(
        self, decision: Decision, *, tied: bool = True, slack: timedelta = timedelta(0)
    ) -> Then | None:
        """Return the facts of a decision, None where the account was not known; `tied`: peers too.

        With `slack` what became known so long after its time is known, too: deciding takes a moment.
        """
        at = decision.as_of
        account = _newest(self._records, at + slack)
        if account is None:
            return None
        facts = self._account(account, decision, at + slack, tied=tied)
        windows, providers_known = _readable(at, self._now)
        match decision.subject.type:
            case Subject.ACCOUNT:
                return Then(facts, frozenset(), windows, providers_known)
            case Subject.LIST:
                record = self._imported(decision)
                if record is None:
                    return Then(facts, frozenset(OF_LISTS), windows, providers_known)
                listed = ListFacts(facts, record)
                return Then(listed, frozenset(), windows, providers_known)
            case Subject.CAMPAIGN:
                campaign, unknown = _campaign(decision)
                imports = [one for one in facts.imports if one.list_id in campaign.list_ids]
                newest = {one.list_id: one for one in imports}
                named = tuple(newest[i] for i in campaign.list_ids if i in newest)
                return Then(
                    CampaignFacts(facts, campaign, named), unknown, windows, providers_known
                )

    def _account(
        self, account: Account, decision: Decision, known_by: datetime, *, tied: bool
    ) -> AccountFacts:
        at = decision.as_of
        domains = self._domains_at(known_by)
        tiles, providers = self._tiles.at(at)
        ordered = decision.ordered or Ordered()
        extra = message_ties(ordered.from_domain, ordered.fingerprint, ordered.near_keys)
        before = self._campaigns_before(decision)
        return AccountFacts(
            account=account,
            as_of=at,
            tiles=tiles,
            providers=providers,
            domains=domains,
            imports=self._imports_at(decision, known_by),
            ties=peers_of(self._others.finder(at, known_by), account, domains, extra)
            if tied
            else {},
            first_sent_at=_if_by(self._first, known_by),
            thousandth_sent_at=_if_by(self._thousandth, known_by),
            campaigns_before=len(before),
            max_recipients_before=max(before.values(), default=0),
        )

    def _domains_at(self, at: datetime) -> tuple[SendingDomain, ...]:
        states = {domain.domain: domain for since, domain in self._domains if since <= at}
        own = [one for one in states.values() if one.account_id == self._account_id]
        return tuple(sorted(own, key=lambda one: one.domain))

    def _imports_at(self, decision: Decision, known_by: datetime) -> tuple[ListImport, ...]:
        """Return the newest import of each list that was taken in before, by list."""
        own = decision.ordered.import_id if decision.ordered else None
        newest = {
            record.list_id: record
            for record in self._imports
            if record.import_id != own
            and self._told.get(record.import_id, record.imported_at) <= known_by
        }
        return tuple(newest[list_id] for list_id in sorted(newest))

    def _imported(self, decision: Decision) -> ListImport | None:
        """Return the import that a decision was about."""
        own = decision.ordered.import_id if decision.ordered else None
        for record in reversed(self._imports):
            if own is not None and record.import_id == own:
                return record
        return None

    def _campaigns_before(self, decision: Decision) -> dict[str, int]:
        """Return the recipients of the campaigns that were scored before this one, by campaign."""
        campaign = decision.subject.id if decision.subject.type is Subject.CAMPAIGN else None
        return {
            one.id: one.recipients
            for one in self._done
            if one.subject is Subject.CAMPAIGN
            and one.id != campaign
            and (one.at, one.decision_id) < (decision.as_of, decision.decision_id)
        }


def _campaign(decision: Decision) -> tuple[Campaign, frozenset[str]]:
    """Return a campaign without its words, and the inputs that are lost."""
    seen, ordered = decision.seen, decision.ordered
    campaign = Campaign(
        campaign_id=decision.subject.id,
        account_id=decision.account_id,
        recipients=(seen.recipients or 0) if seen else 0,
        stream=Stream(seen.stream) if seen and seen.stream else Stream.BROADCAST,
        list_ids=ordered.list_ids if ordered else (),
        scheduled_at=ordered.scheduled_at if ordered else None,
        from_domain=ordered.from_domain if ordered else None,
        fingerprint=ordered.fingerprint if ordered else None,
    )
    lost = set(CONTENT)
    if ordered is None:
        lost |= set(OF_ORDER) | set(OF_LISTS)
    if seen is None:
        lost |= {"recipients", "transactional"}
    return campaign, frozenset(lost)


def _done(store: Store, account_id: str) -> list[_Done]:
    """Return all decisions of an account in brief, oldest first."""
    found, cursor = [], None
    while True:
        page = store.decisions(DecisionQuery(account_id=account_id, cursor=cursor, limit=_PAGE))
        found += [
            _Done(
                one.as_of, one.decision_id, one.subject.type, one.subject.id,
                (one.seen.recipients or 0) if one.seen else 0,
                one.ordered.import_id if one.ordered else None,
            )
            for one in page.decisions
        ]  # fmt: skip
        cursor = page.next_cursor
        if cursor is None:
            return found[::-1]


class _Tiles:
    """The tiles of one account that any of some decisions reads."""

    def __init__(self, store: Store, account_id: str, decisions: Sequence[Decision]) -> None:
        self._own = account_key(account_id)
        names = store.providers(account_id)[:MAX_PROVIDERS]
        self._names = {account_provider_key(account_id, name): name for name in names}
        ranges = [slot_ranges(decision.as_of) for decision in decisions]
        self._rows = {
            grain: store.tiles(
                (self._own,) if grain is Grain.FIVE_MINUTES else (self._own, *self._names),
                grain,
                min(one[grain][0] for one in ranges),
                max(one[grain][1] for one in ranges),
            )
            for grain in _GRAINS
        }

    def at(self, at: datetime) -> tuple[dict[Grain, TileRows], dict[str, dict[Grain, TileRows]]]:
        """Return the account's tiles by grain, and each mailbox provider's, that had closed."""
        ranges = slot_ranges(at)
        own = {g: _within(tiles_of(rows, self._own), *ranges[g]) for g, rows in self._rows.items()}
        providers = {
            name: {
                grain: _within(tiles_of(self._rows[grain], key), *ranges[grain])
                for grain in (Grain.HOUR, Grain.DAY)
            }
            for key, name in self._names.items()
        }
        return own, providers


def _within(rows: TileRows, first: int, last: int) -> TileRows:
    """Return the tiles of one entity in a range of slots."""
    start, end = (
        np.searchsorted(rows.slots, first, "left"),
        np.searchsorted(rows.slots, last, "right"),
    )
    return TileRows(rows.entities[start:end], rows.slots[start:end], rows.counts[start:end])


def _readable(at: datetime, now: datetime) -> tuple[tuple[int, ...], bool]:
    """Return the windows whose tiles are gone by `now`, and whether those of providers are left.

    A window of a coarser grain stays without its last open hour or day: shorter, never longer.
    """
    lost = [
        WINDOW_INDEX[window.name]
        for window in WINDOWS
        if _gone(at, window.seconds, window.grain, now)
    ]
    return tuple(lost), not _gone(at, DAY_7.seconds, DAY_7.grain, now)


def _gone(at: datetime, seconds: int, grain: Grain, now: datetime) -> bool:
    oldest = now - timedelta(days=KEPT_DAYS[grain])
    return at - timedelta(seconds=seconds + grain.value) < oldest


def _newest(states: Sequence[tuple[datetime, T]], at: datetime) -> T | None:
    """Return the state that held at a time; `states` are in order of their times."""
    place = bisect_right(states, at, key=itemgetter(0))
    return states[place - 1][1] if place else None


def _if_by(time: datetime | None, at: datetime) -> datetime | None:
    return time if time is not None and time <= at else None
