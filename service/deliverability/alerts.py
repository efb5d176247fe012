"""Looks at everyone's last 24 hours, opens alerts, keeps them while they last, and closes them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from msgspec import structs

from features.alerting import MIN_MAILS, WATCHED, Group, Level, Watched, grouped, is_bad
from features.deliverability import BY_NAME, Cause, Tally, rates_of, tally_of
from features.tiles import account_provider_key, ip_provider_key
from features.windows import HOUR_24
from service.deliverability.causes import causes_at_provider, causes_everywhere, causes_on_ip
from service.deliverability.counts import every_active, hours_ago, platform, sums
from service.stores.contract import ActiveKind, Incident, IncidentQuery, Store

KIND: Final = "alert"
_MAX_OPEN: Final = 10_000
_CAUSES_TOLD: Final = 5
_SEVERITY: Final = {Level.PLATFORM: 1, Level.PROVIDER: 2, Level.IP: 2, Level.ACCOUNT: 3}
Notify = Callable[[str, Incident], None]


@dataclass(frozen=True)
class Looked:
    """What one look changed."""

    opened: tuple[Incident, ...]
    closed: tuple[Incident, ...]


@dataclass(frozen=True)
class Seen:
    """The tallies of 24 hours by level and subject, and which providers each IP sends to."""

    tallies: dict[Level, dict[str, Tally]]
    sends_to: dict[str, set[str]]


def look(store: Store, at: datetime, new_id: Callable[[], str], notify: Notify) -> Looked:
    """Open, keep and close alerts as of `at`; `notify` is told of what opened and closed."""
    with store.snapshot():
        seen = _seen(store, at)
        query = IncidentQuery(kind=KIND, is_open=True, limit=_MAX_OPEN)
        held = {incident.key: incident for incident in store.incidents(query)}
    groups = grouped(_bad(seen, _still_open(held)), _busy(seen), seen.sends_to)
    wanted = {group.watched.key: group for group in groups}
    opened = []
    for key, group in wanted.items():
        facts = _facts(store, group, seen, at)
        if key in held:
            store.put_incident(structs.replace(held[key], facts=facts, updated_at=at))
            continue
        incident = _incident(group, facts, at, new_id())
        # Of two processes that look at once, one opens it and tells.
        if store.put_incident(incident).incident_id == incident.incident_id:
            opened.append(incident)
            notify("alert.opened", incident)
    closed = [_close(store, incident, at) for key, incident in held.items() if key not in wanted]
    for incident in closed:
        notify("alert.closed", incident)
    return Looked(tuple(opened), tuple(closed))


def _still_open(held: dict[str, Incident]) -> set[str]:
    """Return the keys under which a rate is open, folded members included."""
    folded = {key for incident in held.values() for key in incident.facts.get("members", ())}
    return set(held) | folded


def _close(store: Store, incident: Incident, at: datetime) -> Incident:
    return store.put_incident(structs.replace(incident, closed_at=at, updated_at=at))


def _seen(store: Store, at: datetime) -> Seen:
    everyone = platform(store, at)[HOUR_24.name]
    accounts = _by_subject(store, ActiveKind.ACCOUNT, account_provider_key, at)
    ips = _by_subject(store, ActiveKind.IP, ip_provider_key, at)
    tallies = {
        Level.PLATFORM: {"all": tally_of(everyone)},
        Level.PROVIDER: {name: tally_of({name: row}) for name, row in everyone.items()},
        Level.IP: {ip: tally_of(rows) for ip, rows in ips.items()},
        Level.ACCOUNT: {name: tally_of(rows) for name, rows in accounts.items()},
    }
    return Seen(tallies, {ip: set(rows) for ip, rows in ips.items()})


def _by_subject(
    store: Store, kind: str, key: Callable[[str, str], int], at: datetime
) -> dict[str, dict[str, Any]]:
    """Return the counts of 24 hours by subject and provider, of those who were active."""
    found: dict[str, dict[str, Any]] = {}
    for pairs in every_active(store, kind, hours_ago(at, 2)):
        counts = sums(store, [key(pair.subject, pair.part) for pair in pairs], at, (HOUR_24,))
        for i, pair in enumerate(pairs):
            if counts[i, 0].any():
                found.setdefault(pair.subject, {})[pair.part] = counts[i, 0]
    return found


def _bad(seen: Seen, open_keys: set[str]) -> list[Watched]:
    return [
        watched
        for level, tallies in seen.tallies.items()
        for subject, tally in tallies.items()
        for metric in WATCHED
        if is_bad(
            metric,
            tally,
            is_open=(watched := Watched(level, subject, metric.name)).key in open_keys,
        )
    ]


def _busy(seen: Seen) -> dict[Level, list[str]]:
    return {
        level: [subject for subject, tally in tallies.items() if tally.handed >= MIN_MAILS]
        for level, tallies in seen.tallies.items()
    }


def _incident(group: Group, facts: dict[str, Any], at: datetime, incident_id: str) -> Incident:
    watched = group.watched
    return Incident(
        incident_id=incident_id,
        kind=KIND,
        key=watched.key,
        severity=_SEVERITY[watched.level],
        opened_at=at,
        updated_at=at,
        account_id=watched.subject if watched.level is Level.ACCOUNT else "",
        facts=facts,
    )


def _facts(store: Store, group: Group, seen: Seen, at: datetime) -> dict[str, Any]:
    watched = group.watched
    rate = rates_of(seen.tallies[watched.level][watched.subject])[watched.metric]
    return {
        "level": watched.level.value,
        "subject": watched.subject,
        "signal": watched.metric,
        "k": rate.k,
        "n": rate.n,
        "rate": rate.rate,
        "low": rate.low,
        "high": rate.high,
        "limit": BY_NAME[watched.metric].limit,
        "members": [member.key for member in group.members],
        "causes": [
            {"account_id": c.account_id, "k": c.k, "n": c.n, "excess": c.excess, "share": c.share}
            for c in _causes(store, watched, seen, at)[:_CAUSES_TOLD]
        ],
    }


def _causes(store: Store, watched: Watched, seen: Seen, at: datetime) -> tuple[Cause, ...]:
    if watched.level is Level.PLATFORM:
        accounts = list(seen.tallies[Level.ACCOUNT].items())
        return causes_everywhere(store, accounts, at).by_metric.get(watched.metric, ())
    if watched.level is Level.IP:
        return causes_on_ip(store, watched.subject, at).by_metric.get(watched.metric, ())
    if watched.level is Level.PROVIDER:
        return causes_at_provider(store, watched.subject, at).by_metric.get(watched.metric, ())
    return ()
