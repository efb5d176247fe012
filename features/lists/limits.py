"""How much of a list is read, so that no file exhausts memory or time."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ScanLimits:
    """Sizes in bytes and counts.

    `max_bytes` counts after decompression; `ratio` bounds how much larger than the file that may
    be, once `ratio_from` bytes came out. `max_page_bytes`, `max_group_bytes` and `max_footer_bytes`
    bound what a Parquet file says it unpacks to. `chunk_rows`, from how many characters on a block
    goes through Polars, `polars_from`, and `threads` never change a result.
    """

    max_bytes: int = 4 * 2**30
    max_rows: int = 10_000_000
    max_line_bytes: int = 2**20
    max_columns: int = 1_000
    ratio: int = 50
    ratio_from: int = 8 * 2**20
    max_footer_bytes: int = 4 * 2**20
    max_page_bytes: int = 64 * 2**20
    max_group_bytes: int = 256 * 2**20
    max_group_rows: int = 2_000_000
    chunk_rows: int = 100_000
    polars_from: int = 2**16
    threads: int = 2
    min_segment_rows: int = 200
