"""Alerts begin on evidence, end with hysteresis, and are told once."""

from typing import Any

import numpy as np
import pytest

from features.alerting import Level, Watched, grouped, is_bad
from features.deliverability import BY_NAME, Tally
from features.tiles import COUNTER_INDEX, COUNTERS

HARD = BY_NAME["hard_bounce"]


def tally(n: int, k: int) -> Tally:
    counts: Any = np.zeros(len(COUNTERS), dtype=np.int64)
    counts[COUNTER_INDEX["sent"]] = n  # type: ignore[index]
    counts[COUNTER_INDEX["hard_bounce"]] = k  # type: ignore[index]
    return Tally(counts, float(n))


@pytest.mark.parametrize(
    ("n", "k", "opens", "stays"),
    [
        (0, 0, False, False),
        (13, 1, False, True),
        (99, 99, False, True),
        (1_000, 50, False, True),
        (1_000, 80, True, True),
        (1_000, 45, False, True),
        (1_000, 29, False, False),
        (100_000, 4_000, False, False),
    ],
)
def test_it_takes_more_to_begin_than_to_go_on(n: int, k: int, opens: bool, stays: bool) -> None:
    assert is_bad(HARD, tally(n, k), is_open=False) is opens
    assert is_bad(HARD, tally(n, k), is_open=True) is stays


def bad(level: Level, *subjects: str) -> list[Watched]:
    return [Watched(level, subject, "hard_bounce") for subject in subjects]


SENDS = {"ip1": {"yahoo"}, "ip2": {"yahoo"}, "ip3": {"gmail", "yahoo"}}


def test_ips_are_folded_into_the_provider_they_all_suffer_from() -> None:
    found = grouped(
        [*bad(Level.PROVIDER, "yahoo"), *bad(Level.IP, "ip1", "ip2"), *bad(Level.ACCOUNT, "a")],
        {Level.IP: ["ip1", "ip2", "ip3"], Level.PROVIDER: ["yahoo", "gmail"]},
        SENDS,
    )
    assert [(g.watched.subject, len(g.members)) for g in found] == [("a", 0), ("yahoo", 2)]


def test_providers_are_folded_into_the_platform_when_half_are_bad() -> None:
    everything = [
        *bad(Level.PLATFORM, "all"), *bad(Level.PROVIDER, "yahoo", "gmail"), *bad(Level.IP, "ip3"),
    ]  # fmt: skip
    busy = {Level.PROVIDER: ["yahoo", "gmail", "gmx"], Level.IP: ["ip3"]}
    (group,) = grouped(everything, busy, SENDS)
    assert (group.watched.level, len(group.members)) == (Level.PLATFORM, 3)


def test_a_single_ip_stands_for_itself() -> None:
    found = grouped(bad(Level.IP, "ip3"), {Level.IP: ["ip1", "ip2", "ip3"]}, SENDS)
    assert [g.watched.subject for g in found] == ["ip3"]
