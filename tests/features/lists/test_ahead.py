"""Work in threads: in order, not too far ahead, and failures come through."""

from collections.abc import Iterator
from threading import Event

import pytest

from features.lists.ahead import in_order
from features.lists.errors import UnreadableList


@pytest.mark.parametrize("threads", [1, 2, 5])
@pytest.mark.parametrize("items", [0, 1, 3, 40])
def test_results_come_in_the_order_of_the_items(threads: int, items: int) -> None:
    assert list(in_order(str, range(items), threads)) == list(map(str, range(items)))


def test_a_slow_first_item_is_waited_for() -> None:
    second_began = Event()

    def work(item: int) -> int:
        if item == 0:
            assert second_began.wait(10)
        second_began.set()
        return item

    assert list(in_order(work, range(3), 2)) == [0, 1, 2]


def test_items_are_taken_one_more_than_threads_ahead() -> None:
    taken = []

    def items() -> Iterator[int]:
        for item in range(9):
            taken.append(item)
            yield item

    first = next(in_order(abs, items(), 2))
    assert (first, taken) == (0, [0, 1, 2])


def test_failures_of_work_and_of_items_come_through() -> None:
    def items() -> Iterator[int]:
        yield 1
        raise UnreadableList("torn")

    with pytest.raises(UnreadableList, match="torn"):
        list(in_order(abs, items(), 2))
    with pytest.raises(ZeroDivisionError):
        list(in_order(lambda item: 1 // item, [1, 0, 2, 3], 2))
