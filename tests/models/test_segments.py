"""What is expected of segments, and which to take out."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from features.lists.cells import AGES, DOMAIN_KINDS, ENGAGEMENTS, Cell
from features.records import Segment
from models.decision import Forecast, Interval
from models.segments import (
    Sendable,
    cell_rates,
    is_sendable,
    removal,
    with_rates,
)

SOURCES = ("web form", "bought list", "unknown")


def a_forecast(hard: float, complaint: float = 0.0002) -> Forecast:
    return Forecast(
        hard_bounce_rate=Interval(mean=hard, low=0.0, high=1.0),
        complaint_rate=Interval(mean=complaint, low=0.0, high=1.0),
    )


def a_cell(rows: int, age: str = AGES[0], kind: str = DOMAIN_KINDS[0], source: str = "x") -> Cell:
    return Cell((age, ENGAGEMENTS[4], kind, source), rows)


def a_segment(by: str, value: str, rows: int = 500) -> Segment:
    return Segment(by=by, value=value, rows=rows)


CELLS = st.lists(
    st.builds(
        Cell,
        st.tuples(*map(st.sampled_from, (AGES, ENGAGEMENTS, DOMAIN_KINDS, SOURCES))),
        st.integers(1, 10_000),
    ),
    min_size=1,
    max_size=12,
    unique_by=lambda cell: cell.values,
)


@given(CELLS, st.floats(0, 1), st.floats(0, 0.1))
def test_cells_add_up_to_the_forecast(cells: list[Cell], hard: float, complaint: float) -> None:
    rates = cell_rates(cells, a_forecast(hard, complaint))
    rows = [cell.rows for cell in cells]
    assert np.average(rates, axis=0, weights=rows) == pytest.approx([hard, complaint], abs=1e-9)
    assert rates.min() >= 0
    assert rates.max() <= 1


def test_old_consent_bounces_more_and_clicks_prove_life() -> None:
    cells = [
        a_cell(100),
        a_cell(100, age="over 2 years"),
        Cell(("over 2 years", "within 90 days", DOMAIN_KINDS[0], "x"), 100),
        a_cell(100, kind="mistyped domains"),
    ]
    fresh, old, alive, mistyped = cell_rates(cells, a_forecast(0.1))[:, 0]
    assert fresh < alive < old < mistyped


def test_segments_get_the_mean_of_their_cells() -> None:
    cells = [a_cell(300), a_cell(100, source="bought list"), a_cell(600, age="over 2 years")]
    rates = cell_rates(cells, a_forecast(0.05))
    segments = [
        a_segment("consent_age", AGES[0], 400),
        a_segment("domain", "gmail.com"),
    ]
    young, gmail = with_rates(segments, cells, rates)
    assert young.expected_hard_bounce_rate == pytest.approx(
        (300 * rates[0, 0] + 100 * rates[1, 0]) / 400
    )
    assert young.expected_complaint_rate == pytest.approx(
        (300 * rates[0, 1] + 100 * rates[1, 1]) / 400
    )
    assert gmail.expected_hard_bounce_rate is gmail.expected_complaint_rate is None


def test_the_one_bad_segment_is_taken_out() -> None:
    cells = [a_cell(5_000), a_cell(1_000, age="over 2 years")]
    forecast = a_forecast(0.04)
    assert not is_sendable(forecast)
    rates = cell_rates(cells, forecast)
    segments = [a_segment("consent_age", cell.values[0], cell.rows) for cell in cells]
    found = removal(segments, cells, rates)
    assert found is not None
    assert [s.value for s in found.segments] == ["over 2 years"]
    assert (found.rows_removed, found.rows_left) == (1_000, 5_000)
    assert found.before.hard_bounce_rate == pytest.approx(0.04)
    assert found.after.hard_bounce_rate < 0.02


@given(CELLS, st.floats(0.005, 0.3))
def test_no_smaller_set_would_do(cells: list[Cell], hard: float) -> None:
    """Against trying every set of segments, one dimension after the other."""
    values = sorted(
        {("consent_age", c.values[0]) for c in cells}
        | {("domain_kind", c.values[2]) for c in cells}
    )
    segments = [a_segment(*value) for value in values]
    rates, limits = cell_rates(cells, a_forecast(hard)), Sendable(complaint_rate=1.0)
    found = removal(segments, cells, rates, limits, min_rows=1)
    kept_by = {
        chosen: [i for i, c in enumerate(cells)
                 if not {("consent_age", c.values[0]), ("domain_kind", c.values[2])} & set(chosen)]
        for size in range(4)
        for chosen in combinations(values, size)
    }  # fmt: skip
    means = {
        chosen: np.average(rates[kept, 0], weights=[cells[i].rows for i in kept])
        for chosen, kept in kept_by.items() if kept
    }  # fmt: skip
    # At the limit itself the order in which a mean is summed decides: either answer is right.
    assume(all(abs(mean - 0.02) > 1e-12 for mean in means.values()))
    sizes = [len(chosen) for chosen, mean in means.items() if mean <= 0.02]
    if found is None:
        assert not sizes or min(sizes) == 0
    else:
        assert len(found.segments) == min(sizes)
        assert found.after.hard_bounce_rate <= 0.02 < found.before.hard_bounce_rate


def test_what_leaves_too_few_rows_is_no_cure() -> None:
    cells = [a_cell(150), a_cell(5_000, age="over 2 years")]
    rates = cell_rates(cells, a_forecast(0.08))
    segments = [a_segment("consent_age", "over 2 years", 5_000)]
    assert removal(segments, cells, rates) is None


def test_a_sendable_list_needs_no_cure() -> None:
    cells = [a_cell(500), a_cell(500, age="over 2 years")]
    forecast = a_forecast(0.01)
    assert is_sendable(forecast)
    segments = [a_segment("consent_age", cell.values[0]) for cell in cells]
    assert removal(segments, cells, cell_rates(cells, forecast)) is None
    assert removal([], [], np.zeros((0, 2))) is None
