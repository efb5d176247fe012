"""How much of a list is read, so that no file exhausts memory or time."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ScanLimits:
    """Sizes in bytes and counts. `ratio` bounds decompression once `ratio_from` bytes came out."""

    max_bytes: int = 4 * 2**30
    max_rows: int = 10_000_000
    max_line_bytes: int = 2**20
    max_columns: int = 1_000
    ratio: int = 200
    ratio_from: int = 64 * 2**20
    chunk_rows: int = 50_000
