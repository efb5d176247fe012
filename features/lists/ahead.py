"""Work on the parts of a stream in threads, with results in the order of the parts."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import chain, islice
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


def in_order(
    work: Callable[[Item], Result], items: Iterable[Item], threads: int
) -> Iterator[Result]:
    """Yield `work` of each item in order, at most one item more than threads being ahead.

    Worth it where work lets go of the interpreter's lock, as Polars and NumPy do. Raises what
    `work` raises, and at once what `items` raises.
    """
    rest = iter(items)
    first = list(islice(rest, 2))
    if len(first) < 2:
        # Nothing to do at the same time: a short list is read without a thread.
        yield from map(work, first)
        return
    waiting: deque[Future[Result]] = deque()
    with ThreadPoolExecutor(threads) as pool:
        for item in chain(first, rest):
            waiting.append(pool.submit(work, item))
            if len(waiting) > threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
