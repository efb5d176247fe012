"""The e-processes: valid whatever one does, and quick where it counts."""

import itertools
import math
import statistics

import numpy as np
import pytest

from models.inflight.evidence import (
    Signal,
    evidence_of,
    log_e_value,
    log_safe_value,
    log_total,
)

SIGNALS = (Signal("hard_bounce", 0.05, 0.6), Signal("complaint", 0.003, 0.4))


@pytest.mark.parametrize("limit", [0.02, 0.2])
@pytest.mark.parametrize("share_of_limit", [0.3, 1.0])
@pytest.mark.parametrize("expected", [None, 0.1])
def test_the_mean_e_value_is_at_most_one_under_the_limit(
    limit: float, share_of_limit: float, expected: float | None
) -> None:
    """Exact: every outcome of twelve mails is enumerated."""
    rate, n = limit * share_of_limit, 12
    mean = sum(
        math.comb(n, k) * rate**k * (1 - rate) ** (n - k) * math.exp(log_e_value(k, n, limit, expected))
        for k in range(n + 1)
    )  # fmt: skip
    assert mean <= 1 + 1e-9
    assert share_of_limit < 1 or mean == pytest.approx(1)


def test_the_chance_of_ever_passing_is_at_most_the_level() -> None:
    """Exact for ten mails and every place to look: all 1,024 paths are walked."""
    limit, level = 0.2, 0.05
    chance = 0.0
    for path in itertools.product((0, 1), repeat=10):
        counts = list(itertools.accumulate(path))
        passed = any(
            log_e_value(k, n, limit) >= -math.log(level) for n, k in enumerate(counts, start=1)
        )
        chance += passed * limit ** counts[-1] * (1 - limit) ** (10 - counts[-1])
    assert 0 < chance <= level


@pytest.mark.parametrize(
    ("rate", "limit", "published"),
    [(0.20, 0.02, 30), (0.10, 0.02, 100), (0.05, 0.02, 510), (0.005, 0.001, 2_200)],
)
def test_the_median_stop_is_within_a_tenth_of_the_published(
    rate: float, limit: float, published: int
) -> None:
    rng = np.random.default_rng(5)
    stops = [_first_stop(np.cumsum(rng.geometric(rate, 150)).tolist(), limit) for _ in range(400)]
    assert statistics.median(stops) <= 1.1 * published


def _first_stop(bad_at: list[int], limit: float) -> float:
    """Return after how many mails the test stops, given the places of the bad ones.

    Evidence rises at bad mails only, so only these need a look.
    """
    needed = math.log(1_000)
    looks = enumerate(bad_at, start=1)
    return next((float(n) for k, n in looks if log_e_value(k, n, limit) >= needed), math.inf)


def test_evidence_falls_with_every_good_mail() -> None:
    values = [log_e_value(3, n, 0.02, 0.1) for n in range(3, 2_000)]
    assert all(later < earlier for earlier, later in itertools.pairwise(values))


def test_mails_answered_late_never_stop_a_campaign_that_answers_in_time_would_not() -> None:
    """Bounces come 1 to 200 mails late; both look after every mail, the late one sees less."""
    rng, limit, mails = np.random.default_rng(7), 0.05, 600
    for _ in range(40):
        bad = np.flatnonzero(rng.random(mails) < 0.06) + 1
        known_at = np.sort(bad + rng.integers(1, 200, len(bad)))
        in_time, late = (
            max(
                log_e_value(int(np.searchsorted(places, n, "right")), n, limit)
                for n in range(1, mails + 1)
            )
            for places in (bad, known_at)
        )
        assert late <= in_time + 1e-9


def test_unanswered_mail_counts_for_the_sender() -> None:
    (few,) = evidence_of(SIGNALS[:1], {"hard_bounce": 5}, 20)
    (many,) = evidence_of(SIGNALS[:1], {"hard_bounce": 5}, 200)
    assert many.log_e_value < few.log_e_value
    assert (few.n, few.k, few.limit) == (20, 5, 0.05)


def test_more_bad_news_than_mails_is_survived() -> None:
    (one,) = evidence_of(SIGNALS[:1], {"hard_bounce": 9}, 3)
    assert one.n == one.k == 9
    assert math.isfinite(one.log_e_value)


def test_one_signal_alone_can_carry_the_total_less_its_weight() -> None:
    found = evidence_of(SIGNALS, {"hard_bounce": 60}, 300)
    total = log_total(found, SIGNALS)
    assert total == pytest.approx(found[0].log_e_value + math.log(0.6), abs=0.01)


def test_a_forecast_near_the_truth_makes_the_stop_earlier() -> None:
    assert log_e_value(6, 60, 0.02, 0.1) > log_e_value(6, 60, 0.02, None)


def test_safety_needs_mail_and_is_valid() -> None:
    limit = 0.05
    assert log_safe_value(0, 20, limit) < math.log(20) < log_safe_value(1, 300, limit)
    mean = sum(
        math.comb(30, k) * limit**k * (1 - limit) ** (30 - k) * math.exp(log_safe_value(k, 30, limit))
        for k in range(31)
    )  # fmt: skip
    assert mean == pytest.approx(1)


def test_no_mail_is_no_evidence() -> None:
    assert log_e_value(0, 0, 0.02) == pytest.approx(0)
