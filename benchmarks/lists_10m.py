"""The list scan on 10 M rows: time against the floor, and peak memory (aims: 4x, 1 GiB)."""

from benchmarks.lists import compare


def run(quick: bool) -> None:
    """Print the table of `lists` for 10 M rows; 1 M when quick."""
    compare(1_000_000 if quick else 10_000_000, with_small=False)
