"""The published figures that the simulator is anchored to (docs/simulator.md)."""

from collections import defaultdict
from typing import Any

import numpy as np
import pytest

from training.simulate import SimulationConfig
from training.simulate.universe import MONTH_SECONDS, Kind, Pool, build_universe


def _pooled(world: Any, chosen: Any) -> dict[str, float]:
    """Return rates over all recipients of the campaigns that `chosen` keeps."""
    sums: defaultdict[str, int] = defaultdict(int)
    truth = world.truth("campaign")
    for line in world.lines("campaigns"):
        if not chosen(line, truth[line["campaign_id"]]):
            continue
        a = world.recipients(line["campaign_id"])
        accepted = (a["outcome"] == 0) | (a["outcome"] == 4)
        sums["mails"] += len(a["outcome"])
        sums["hard"] += int((a["outcome"] == 1).sum())
        sums["block"] += int((a["outcome"] == 3).sum())
        sums["trap"] += int((a["outcome"] == 4).sum())
        sums["accepted"] += int(accepted.sum())
        sums["complaint"] += int((a["complaint"] > 0).sum())
        sums["reported"] += int((a["complaint"] == 2).sum())
        sums["reporting"] += int((accepted & (a["fbl"] == 1)).sum())
    mails, accepted = sums["mails"], sums["accepted"]
    return {
        "hard": sums["hard"] / mails,
        "block": sums["block"] / mails,
        "trap": sums["trap"] / mails,
        "complaint": sums["complaint"] / accepted,
        "reported": sums["reported"] / sums["reporting"],
    }


def _dead_share(world: Any, origin: str) -> float:
    found = [
        line["would_bounce"] for line in world.truth("list").values() if line["origin"] == origin
    ]
    assert len(found) > 10
    return float(np.mean(found))


def test_single_opt_in_bounces_about_twice_double_opt_in(figures_world: Any) -> None:
    """Mailchimp; here of whole lists at import, and they may differ by a factor of 1.5 to 5."""
    ratio = _dead_share(figures_world, "single") / _dead_share(figures_world, "confirmed")
    assert 1.5 < ratio < 5


def test_bought_and_stale_lists_are_far_worse(figures_world: Any) -> None:
    single = _dead_share(figures_world, "single")
    assert _dead_share(figures_world, "stale") > 4 * single
    assert _dead_share(figures_world, "bought") > 3 * single


def test_good_senders_stay_within_published_limits(figures_world: Any) -> None:
    """Amazon SES: bounces under 2 % are best, complaints under 0.1 %."""
    good = {"optin_newsletter", "shop", "saas", "club", "nonprofit"}
    rates = _pooled(figures_world, lambda _, truth: truth["kind"] in good)
    assert 0.003 < rates["hard"] < 0.025
    assert 0.0001 < rates["reported"] < 0.001
    assert rates["block"] < 0.03
    assert rates["trap"] < 0.001


def test_mail_nobody_asked_for_is_complained_about_and_hits_traps(figures_world: Any) -> None:
    bad = _pooled(figures_world, lambda _, truth: truth["abusive"] is True)
    good = _pooled(figures_world, lambda _, truth: truth["abusive"] is False)
    assert bad["complaint"] > 4 * good["complaint"]
    assert bad["trap"] > 3 * good["trap"]
    assert bad["block"] > 2 * good["block"]
    assert 0.002 < bad["complaint"] < 0.02


def test_about_two_per_cent_of_addresses_are_abandoned_a_month() -> None:
    config = SimulationConfig(accounts=300, days=60)
    universe = build_universe(config)
    start, stop = universe.ranges[0, Pool.HERE]
    within = universe.abandoned_at[start:stop] < config.start_s + MONTH_SECONDS
    assert within.mean() == pytest.approx(0.02, abs=0.004)


def test_a_small_part_of_closed_addresses_comes_back_as_traps() -> None:
    universe = build_universe(SimulationConfig(accounts=300, days=60))
    people = universe.kind == Kind.PERSON
    back = universe.recycled_at < universe.gone_at.max()
    assert 0.001 < back[people].mean() < 0.03
    assert np.all(universe.recycled_at[back] > universe.gone_at[back])


@pytest.mark.slow
def test_gmail_reports_no_complaints(figures_world: Any) -> None:
    complaints = figures_world.events("complaint")
    assert len(complaints) > 20
    assert all(event.get("mailbox_provider") != "gmail" for event in complaints)


def test_bounces_come_within_minutes_and_complaints_within_hours(figures_world: Any) -> None:
    bounce, complaint = [], []
    for line in figures_world.lines("campaigns"):
        a = figures_world.recipients(line["campaign_id"])
        bounce.append(a["delay"][a["outcome"] == 1])
        complaint.append(a["complaint_delay"][a["complaint"] > 0])
    assert np.median(np.concatenate(bounce)) < 120
    assert np.quantile(np.concatenate(bounce), 0.99) > 3_600
    assert 3_600 < np.median(np.concatenate(complaint)) < 24 * 3_600


def test_the_base_rate_is_what_was_asked(figures_world: Any) -> None:
    labels = figures_world.truth("account").values()
    abusive = sum(line["abusive"] for line in labels) / len(labels)
    assert abusive == pytest.approx(0.15, abs=0.02)


def test_recipients_spread_over_three_orders_of_magnitude(figures_world: Any) -> None:
    sizes = [line["recipients"] for line in figures_world.lines("campaigns")]
    assert np.quantile(sizes, 0.02) <= 5
    assert max(sizes) > 1_000
