"""The window kernel against a quadratic oracle, and proof that the comparison catches real faults.

Uniform times miss boundary bugs, so times cluster on slot and window edges.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from features.records import EventType
from features.tiles import COUNTER_INDEX, Ints, TileRows, window_sums
from features.windows import WINDOWS, Grain, Window, closed_end

GRAINS: Final = (Grain.FIVE_MINUTES, Grain.HOUR, Grain.DAY)
MIDNIGHT: Final = 1_704_067_200
ENTITIES: Final = (-(2**63), -1, 0, 7, 2**63 - 1)


@dataclass(frozen=True)
class Counted:
    """One event: what the kernel's tiles are made of."""

    entity: int
    kind: EventType
    received: int
    occurred: int


Tiles = dict[Grain, TileRows]
TileBuilder = Callable[[Iterable[Counted]], Tiles]


def tiles_of(events: Iterable[Counted]) -> Tiles:
    """Count events by received time, as ingest does."""
    events = list(events)
    return {grain: _rows(events, grain) for grain in GRAINS}


def _rows(events: list[Counted], grain: Grain) -> TileRows:
    counted = Counter((e.entity, grain.slot(e.received), COUNTER_INDEX[e.kind]) for e in events)
    keys = sorted({key[:2] for key in counted})
    counts = np.zeros((len(keys), len(EventType)), dtype=np.int64)
    for i, key in enumerate(keys):
        for j in range(len(EventType)):
            counts[i, j] = counted[*key, j]
    flat = np.array(keys, dtype=np.int64).reshape(-1, 2)
    return TileRows(flat[:, 0].copy(), flat[:, 1].copy(), counts)


def oracle(events: list[Counted], entity: int, end: int, window: Window, kind: EventType) -> int:
    """Count every event one by one: the definition of a window, in one line."""
    start = (end - window.seconds) // window.grain * window.grain
    return sum(e.entity == entity and e.kind is kind and start <= e.received < end for e in events)


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Counted], Ints, Ints]:
    """Return events, and the entities and ends of the rows asked for."""
    n_rows = draw(st.integers(1, 4))
    ends = [
        MIDNIGHT + draw(st.sampled_from((0, 3_600, 23 * 3_600, 300, 11 * 300))) * draw(sign)
        for _ in range(n_rows)
    ]
    edges = list(ends) + [
        (end - w.seconds) // grain * grain for end in ends for w in WINDOWS for grain in GRAINS
    ]
    events = draw(st.lists(_events(edges), max_size=25))
    rows = draw(st.lists(st.sampled_from(ENTITIES), min_size=n_rows, max_size=n_rows))
    return events, np.array(rows, dtype=np.int64), np.array(ends, dtype=np.int64)


sign = st.sampled_from((1, -1, 25, -200))


def _events(edges: list[int]) -> st.SearchStrategy[Counted]:
    near = st.sampled_from((0, -1, 1, -300, 299, 300, -3_600, 3_599, 86_399, -86_400))
    received = st.builds(lambda edge, by: edge + by, st.sampled_from(edges), near)
    late = st.sampled_from((0, 0, 30, 300, 7_200, 3 * 86_400))
    return st.builds(
        lambda entity, kind, at, by: Counted(entity, kind, at, at - by),
        st.sampled_from(ENTITIES[:4]),
        st.sampled_from(tuple(EventType)),
        received,
        late,
    )


Kernel = Callable[[Tiles, Ints, Ints], Ints]


SEARCH_ONLY: Final = (Phase.generate,)


def assert_parity(
    kernel: Kernel, build: TileBuilder, phases: Iterable[Phase] = tuple(Phase)
) -> None:
    """Compare a kernel on built tiles with the oracle on the events themselves."""

    @settings(max_examples=200, deadline=None, database=None, derandomize=True, phases=phases)
    @given(histories())
    def check(history: tuple[list[Counted], Ints, Ints]) -> None:
        events, entities, ends = history
        sums = kernel(build(events), entities, ends)
        for i, (entity, end) in enumerate(zip(entities.tolist(), ends.tolist(), strict=True)):
            for j, window in enumerate(WINDOWS):
                expected = [oracle(events, entity, end, window, kind) for kind in EventType]
                assert sums[i, j].tolist() == expected

    check()


def test_kernel_equals_the_oracle() -> None:
    assert_parity(window_sums, tiles_of)


def _with_windows(change: Callable[[Window], Window]) -> Kernel:
    changed = tuple(change(window) for window in WINDOWS)
    return lambda tiles, entities, ends: window_sums(tiles, entities, ends, changed)


def _inclusive_end(tiles: Tiles, entities: Ints, ends: Ints) -> Ints:
    return window_sums(tiles, entities, ends + Grain.FIVE_MINUTES.value)


def _whole_open_hour(tiles: Tiles, entities: Ints, ends: Ints) -> Ints:
    sums = window_sums(tiles, entities, ends)
    sums[:, 1:] = window_sums(tiles, entities, -(-ends // 3_600) * 3_600)[:, 1:]
    return sums


def _by_occurred(events: Iterable[Counted]) -> Tiles:
    return tiles_of(replace(e, received=e.occurred) for e in events)


def _ignoring(kind: EventType) -> TileBuilder:
    return lambda events: tiles_of(e for e in events if e.kind is not kind)


FAULTS: Final[dict[str, tuple[Kernel, TileBuilder]]] = {
    "exclusive start": (
        _with_windows(lambda w: replace(w, seconds=w.seconds - w.grain.value)),
        tiles_of,
    ),
    "start one tile early": (
        _with_windows(lambda w: replace(w, seconds=w.seconds + w.grain.value)),
        tiles_of,
    ),
    "unaligned tail": (_with_windows(lambda w: replace(w, grain=Grain.FIVE_MINUTES)), tiles_of),
    "inclusive end": (_inclusive_end, tiles_of),
    "whole open hour": (_whole_open_hour, tiles_of),
    "event time instead of received time": (window_sums, _by_occurred),
    **{f"ignored {kind}": (window_sums, _ignoring(kind)) for kind in EventType},
}


@pytest.mark.parametrize("fault", FAULTS)
def test_parity_check_catches(fault: str) -> None:
    kernel, build = FAULTS[fault]
    with pytest.raises(AssertionError):
        assert_parity(kernel, build, SEARCH_ONLY)


def test_rows_come_back_in_the_order_asked() -> None:
    events = [Counted(entity, EventType.SENT, MIDNIGHT - 60, MIDNIGHT - 60) for entity in (7, 7, 0)]
    entities = np.array([7, 5, 0, 7])
    sums = window_sums(tiles_of(events), entities, np.full(4, MIDNIGHT))
    assert sums[:, 0, 0].tolist() == [2, 0, 1, 2]


def test_absent_grains_and_no_rows_count_as_empty() -> None:
    assert not window_sums({}, np.array([1]), np.array([MIDNIGHT])).any()
    none = np.array([], dtype=np.int64)
    assert window_sums(tiles_of([]), none, none).shape == (0, 5, 11)


def test_one_row_equals_many() -> None:
    rng = np.random.default_rng(5)
    kinds = list(EventType)
    events = [
        Counted(ENTITIES[rng.integers(5)], kinds[rng.integers(11)], int(at), int(at))
        for at in MIDNIGHT - rng.integers(0, 95 * 86_400, 400)
    ]
    entities = np.array(ENTITIES)[rng.integers(0, 5, 50)]
    ends = MIDNIGHT - rng.integers(0, 900, 50) * 300
    tiles = tiles_of(events)
    together = window_sums(tiles, entities, ends)
    alone = [window_sums(tiles, entities[i : i + 1], ends[i : i + 1]) for i in range(50)]
    assert np.array_equal(together, np.concatenate(alone))


def test_counts_stored_by_column_or_as_32_bits_sum_alike() -> None:
    tiles = tiles_of([Counted(7, EventType.SENT, MIDNIGHT - 60, MIDNIGHT)] * 3)
    changed = {
        grain: replace(rows, counts=np.asfortranarray(rows.counts.astype(np.int32)))
        for grain, rows in tiles.items()
    }
    args = np.array([7]), np.array([MIDNIGHT])
    assert np.array_equal(window_sums(tiles, *args), window_sums(changed, *args))


def test_a_window_ends_at_the_last_closed_slot() -> None:
    from datetime import UTC, datetime

    assert closed_end(datetime.fromtimestamp(MIDNIGHT + 599.9, UTC)) == MIDNIGHT + 300
