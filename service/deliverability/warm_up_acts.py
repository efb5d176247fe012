"""What people do with warm-ups: start, change, hold, resume, end. Each act is in the audit log."""

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from msgspec import structs

from service.deliverability.counts import hours_ago
from service.deliverability.warmup import WarmUpStatus, status_of
from service.desk.cases import NotAllowed
from service.desk.records import Actor, Deed, Role
from service.errors import NotFound, ServiceError, WarmUpMoved
from service.stores.contract import ActiveKind, Store, WarmUp, WarmUpChange

MAX_MAILS: Final = 1_000_000_000
MAX_STAGES: Final = 365
# Accounts on an IP that a preview counts.
MOST_ACCOUNTS: Final = 1_000


class UnknownWarmUp(NotFound):
    """That IP is not warmed up at that provider."""


class BadWarmUp(ServiceError):
    """The plan makes no sense; the text says why."""


@dataclass(frozen=True)
class Preview:
    """What a start or a change would do: `before` is None for a start.

    `accounts` sent from the IP in 7 days, counted up to 1,000.
    """

    before: WarmUpStatus | None
    after: WarmUpStatus
    accounts: tuple[str, ...]


class WarmUpActs:
    """The acts over one store. `key` seals the audit log; each act is stored with its entry."""

    def __init__(self, store: Store, key: bytes) -> None:
        self._store, self._key = store, key

    def find(self, ip: str, provider: str) -> WarmUp:
        """Return a warm-up. Raises `UnknownWarmUp`."""
        found = self._known(ip, provider)
        if found is None:
            raise UnknownWarmUp(f"{ip} is not warmed up at {provider!r}")
        return found

    def preview(self, wanted: WarmUp, at: datetime) -> Preview:
        """Say what a start, or a change of target and ladder, would do. Raises `BadWarmUp`."""
        _check(wanted)
        with self._store.snapshot():
            known = self._known(wanted.ip, wanted.provider)
            pairs = self._store.active(
                ActiveKind.ACCOUNT_IP, hours_ago(at, 7), part=wanted.ip, limit=MOST_ACCOUNTS
            )
            return Preview(
                before=None if known is None else status_of(self._store, known, at),
                after=status_of(self._store, _kept(wanted, known), at),
                accounts=tuple(sorted(pair.subject for pair in pairs)),
            )

    def start(self, wanted: WarmUp, actor: Actor, at: datetime) -> WarmUpStatus:
        """Start a warm-up, or change its target and ladder; a running one keeps its first day and its holds.

        Raises `BadWarmUp`, `WarmUpMoved`.
        """
        _check(wanted)
        known = self._known(wanted.ip, wanted.provider)
        act = "warm_up.start" if known is None else "warm_up.change"
        wanted = _kept(wanted, known)
        return self._put(act, wanted, WarmUpChange(before=known, after=wanted), actor, at)

    def hold(self, ip: str, provider: str, actor: Actor, at: datetime) -> WarmUpStatus:
        """Keep a warm-up at its stage until it is resumed; a bad day still takes it back.

        Raises `UnknownWarmUp`, `WarmUpMoved`.
        """
        known = self.find(ip, provider)
        if known.held_since is not None:
            raise WarmUpMoved("this warm-up is held already")
        held = structs.replace(known, held_since=at)
        return self._put("warm_up.hold", held, WarmUpChange(before=known, after=held), actor, at)

    def resume(self, ip: str, provider: str, actor: Actor, at: datetime) -> WarmUpStatus:
        """Let a held warm-up climb again, by today's mail first. Raises `UnknownWarmUp`, `WarmUpMoved`."""
        known = self.find(ip, provider)
        if known.held_since is None:
            raise WarmUpMoved("this warm-up is not held")
        free = _resumed(known, known.held_since, at)
        return self._put("warm_up.resume", free, WarmUpChange(before=known, after=free), actor, at)

    def end(self, ip: str, provider: str, actor: Actor, at: datetime) -> WarmUpStatus:
        """End a warm-up and return where it stood; nothing limits the IP's mail there then.

        Raises `UnknownWarmUp`, `WarmUpMoved`.
        """
        known = self.find(ip, provider)
        return self._put("warm_up.end", known, WarmUpChange(before=known, after=None), actor, at)

    def _known(self, ip: str, provider: str) -> WarmUp | None:
        return next((w for w in self._store.warm_ups(ip) if w.provider == provider), None)

    def _put(
        self, act: str, named: WarmUp, change: WarmUpChange, actor: Actor, at: datetime
    ) -> WarmUpStatus:
        if actor.rank < Role.REVIEWER:
            raise NotAllowed("this needs the role reviewer")
        deed = Deed(
            at=at, actor=actor.name, act=act, target=named.ip,
            before=_said(change.before), after={"provider": named.provider, **_said(change.after)},
        )  # fmt: skip
        self._store.record(self._key, deed, change)
        return status_of(self._store, named, at)


def _kept(wanted: WarmUp, known: WarmUp | None) -> WarmUp:
    """Return what is wanted with what a running one keeps."""
    if known is None:
        return wanted
    return structs.replace(
        wanted, started_at=known.started_at, held_since=known.held_since, holds=known.holds
    )


def _resumed(known: WarmUp, since: datetime, at: datetime) -> WarmUp:
    """Return a warm-up that climbs again; the day of the resumption may climb."""
    first, until = since.astimezone(UTC).date(), at.astimezone(UTC).date()
    holds = known.holds
    if holds and holds[-1][1] >= first:
        first, holds = holds[-1][0], holds[:-1]
    held = ((first, until),) if until > first else ()
    return structs.replace(known, held_since=None, holds=(*holds, *held))


def _check(wanted: WarmUp) -> None:
    try:
        ipaddress.ip_address(wanted.ip)
    except ValueError:
        raise BadWarmUp(f"{wanted.ip!r} is no IP address") from None
    if not wanted.provider or len(wanted.provider) > 128:
        raise BadWarmUp("name a mailbox provider, as gmail")
    if not 1 <= wanted.target_per_day <= MAX_MAILS or not 1 <= wanted.first_per_day <= MAX_MAILS:
        raise BadWarmUp("mails a day are from 1 to 1,000,000,000")
    if not 1 <= wanted.stages <= MAX_STAGES:
        raise BadWarmUp("stages are from 1 to 365")


def _said(warm_up: WarmUp | None) -> dict[str, str | int | float | None]:
    if warm_up is None:
        return {}
    held = warm_up.held_since
    return {
        "target_per_day": warm_up.target_per_day,
        "stages": warm_up.stages,
        "first_per_day": warm_up.first_per_day,
        "held_since": held.isoformat() if held else None,
    }
