"""When a rate is an alert, when it stops being one, and which alerts are one and the same. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from features.deliverability import METRICS, Metric, Tally
from features.rates import lower_bound, upper_bound

# One-sided 99 %: a platform asks hundreds of questions an hour.
_Z: Final = 2.3263478740408408
MIN_MAILS: Final = 100
# An open alert closes when the rate is surely below the limit, or well below it.
_CLOSES_AT: Final = 0.6
_SHARE_OF_MEMBERS: Final = 0.5
_MIN_MEMBERS: Final = 2
WATCHED: Final = tuple(metric for metric in METRICS if metric.limit is not None)


class Level(StrEnum):
    """Who an alert is about, from the widest to the narrowest."""

    PLATFORM = "platform"
    PROVIDER = "provider"
    IP = "ip"
    ACCOUNT = "account"


@dataclass(frozen=True)
class Watched:
    """A subject and one rate of it."""

    level: Level
    subject: str
    metric: str

    @property
    def key(self) -> str:
        return f"alert:{self.level}:{self.subject}:{self.metric}"


def is_bad(metric: Metric, tally: Tally, *, is_open: bool) -> bool:
    """Return whether a rate is an alert; one that is open needs less to stay so than to begin.

    It begins when the 99 % lower bound passes the limit on at least 100 mails. It ends when the
    rate falls below 60 % of the limit, the upper bound falls below the limit, or mail stops.
    """
    n, limit = tally.over(metric), metric.limit
    if limit is None or n <= 0:
        return False
    k = min(float(tally.count(metric.counter)), n)
    if not is_open:
        return n >= MIN_MAILS and float(lower_bound(np.array(k), np.array(n), _Z)) > limit
    if k / n < _CLOSES_AT * limit:
        return False
    return float(upper_bound(np.array(k), np.array(n), _Z)) >= limit


@dataclass(frozen=True)
class Group:
    """An alert and the narrower ones that it stands for."""

    watched: Watched
    members: tuple[Watched, ...] = ()


def grouped(
    bad: Sequence[Watched], busy: Mapping[Level, Sequence[str]], sends_to: Mapping[str, set[str]]
) -> tuple[Group, ...]:
    """Return what to tell: one alert for the platform, or a provider, when half of its parts are bad.

    `busy` names the subjects with enough mail to judge; `sends_to` the providers of each IP.
    Accounts are never folded into others: they are what is acted on.
    """
    found: list[Group] = []
    for metric in dict.fromkeys(watched.metric for watched in bad):
        mine = [watched for watched in bad if watched.metric == metric]
        found.extend(_of_metric(mine, busy, sends_to))
    return tuple(found)


def _of_metric(
    bad: Sequence[Watched], busy: Mapping[Level, Sequence[str]], sends_to: Mapping[str, set[str]]
) -> list[Group]:
    of = {level: [watched for watched in bad if watched.level is level] for level in Level}
    groups = [Group(watched) for watched in of[Level.ACCOUNT]]
    whole = of[Level.PLATFORM]
    parts = of[Level.PROVIDER]
    if whole and _most(parts, busy.get(Level.PROVIDER, ())):
        return [*groups, Group(whole[0], (*parts, *of[Level.IP]))]
    folded: set[Watched] = set()
    for provider in parts:
        ips = [w for w in of[Level.IP] if sends_to.get(w.subject) == {provider.subject}]
        there = [ip for ip in busy.get(Level.IP, ()) if provider.subject in sends_to.get(ip, ())]
        members = tuple(ips) if _most(ips, there) else ()
        folded.update(members)
        groups.append(Group(provider, members))
    groups.extend(Group(watched) for watched in (*whole, *of[Level.IP]) if watched not in folded)
    return groups


def _most(parts: Sequence[Watched], whole: Sequence[str]) -> bool:
    return len(parts) >= _MIN_MEMBERS and len(parts) >= _SHARE_OF_MEMBERS * len(whole)
