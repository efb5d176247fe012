"""Prices that somebody moves, over sets of thresholds that were tried once."""

from typing import Any

import pytest

from service.console.policy_charts import frontier_chart
from service.policies.weighing import PRICES, prices_of, weighed

FREE = dict.fromkeys(PRICES, 0.0)


def one(leaked: float, minutes: float, stops: float = 0, risk: float = 0.9) -> dict[str, Any]:
    return {"thresholds": {"broadcast.risk.review": risk}, "leaked": leaked, "delayed": 0,
            "false_stops": stops, "minutes": minutes}  # fmt: skip


FOUND = {
    "minutes_of_one": 360.0,
    "tried": [one(100, 300), one(50, 700, risk=0.8), one(400, 0), one(90, 500, stops=9)],
}


@pytest.mark.parametrize(
    ("prices", "reviewers", "best", "more", "less"),
    [
        ({"mail_leaked": 1.0}, 1, 100, 50, 400),
        ({"mail_leaked": 1.0}, 2, 50, 50, 100),
        ({"mail_leaked": 1.0, "reviewer_minute": 10.0}, 2, 400, 400, 400),
        ({"mail_leaked": 1.0}, 0.5, 400, 90, None),
    ],
)
def test_the_cheapest_within_the_reviewers_there_are(
    prices: dict[str, float], reviewers: float, best: float, more: float, less: float | None
) -> None:
    found = weighed(FOUND, FREE | prices, reviewers)
    assert found is not None
    assert found.best is not None
    assert found.more is not None
    assert found.best.leaked == best
    assert found.more.leaked == more
    assert (found.less.leaked if found.less else None) == less
    assert found.now.leaked == 100


def test_the_edge_only_falls() -> None:
    found = weighed(FOUND, FREE | {"mail_leaked": 1.0}, 1)
    assert found is not None
    assert [(e.minutes, e.leaked) for e in found.edge] == [
        (0, 400),
        (300, 100),
        (500, 90),
        (700, 50),
    ]
    drawn = frontier_chart(found)
    assert drawn.count('class="tried"') == 4
    assert "<polyline" in drawn


def test_nothing_tried_is_nothing_weighed() -> None:
    assert weighed({}, FREE, 1) is None
    assert weighed({"tried": [], "minutes_of_one": 360}, FREE, 1) is None


def test_prices_come_from_a_policys_costs() -> None:
    costs = {"mail_leaked": 1, "good_mail_delayed": 2, "false_stop": 3, "review": 20}
    assert list(prices_of(costs).values()) == [1, 2, 3, 4]
