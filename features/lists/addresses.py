"""What one address is: well formed or not, its parts, a role or a person."""

import re
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

Ints = npt.NDArray[np.int64]

# A practical subset of RFC 5321 with RFC 6531's letters: what providers accept in sign-up forms.
# Possessive quantifiers: a hostile cell is read once, not searched.
_ATOM: Final = r"[^\s@\"(),:;<>\[\]\\.\x00-\x20\x7f\ufffd]++"
_LABEL: Final = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_WELL_FORMED: Final = re.compile(
    rf"(?=[^@]{{1,64}}@)(?=.{{5,254}}\Z)({_ATOM}(?:\.{_ATOM})*+)@((?:{_LABEL}\.)+[^\W\d_][\w-]{{0,61}}[^\W_])"
)
_WRAPPED: Final = re.compile(r"[^<>]*<\s*(?:mailto:)?([^<>\s]{3,254})\s*>|mailto:(\S{3,254})")
_MAX_ADDRESS: Final = 254

# What nearly every address is: ASCII in lower case, all of it accepted by the pattern above. Polars'
# expressions find it forty times faster; whatever else a cell holds is read by the pattern above,
# one by one.
_PLAIN: Final = (
    r"^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?\.)+[a-z][a-z0-9_-]*[a-z0-9]$"
)
_MAX_PLAIN: Final = 64
_TEXT: Final = pl.col("text")
_HALVES: Final = _TEXT.str.split_exact("@", 1).struct.rename_fields(["local", "domain"])
_SHORT: Final = (pl.col("local").str.len_bytes() <= _MAX_PLAIN) & (
    pl.col("domain").str.len_bytes() <= _MAX_PLAIN
)
_IS_PLAIN: Final = _SHORT.fill_null(value=False) & _TEXT.str.contains(_PLAIN)
_PARTS: Final = {
    "row": pl.Int64, "text": pl.String, "local": pl.String, "domain": pl.String, "upper": pl.Boolean,
}  # fmt: skip


@dataclass(frozen=True)
class Addresses:
    """The well-formed addresses of a chunk in lower case; `rows` `(n,)` says where they stood.

    `texts`, `locals` and `domains` have `n` strings. `upper` counts those written with capital
    letters, `non_ascii` those with letters outside ASCII.
    """

    rows: Ints
    texts: pl.Series
    locals: pl.Series
    domains: pl.Series
    upper: int = 0
    non_ascii: int = 0

    @property
    def frame(self) -> pl.DataFrame:
        """Return the columns `text`, `local` and `domain`."""
        return pl.DataFrame({"text": self.texts, "local": self.locals, "domain": self.domains})


def read_addresses(cells: pl.Series) -> Addresses:
    """Return the well-formed addresses of a column; `Name <a@b.c>` and `mailto:a@b.c` count."""
    frame = _split(pl.LazyFrame({"text": cells}), filled=_TEXT != "")
    plain = frame["plain"].to_numpy()
    rows = np.flatnonzero(plain)
    usual = frame if rows.size == frame.height else frame.filter(frame["plain"])
    rest = np.flatnonzero(~plain & frame["filled"].to_numpy())
    if not rest.size:
        return Addresses(rows, usual["text"], usual["local"], usual["domain"])
    usual = usual.with_columns(row=pl.Series(rows, dtype=pl.Int64), upper=pl.lit(value=False))
    return _with_rest(usual.select(*_PARTS), rest, cells.gather(rest))


def _split(texts: pl.LazyFrame, **more: pl.Expr) -> pl.DataFrame:
    """Return `text`, its `local` part and `domain`, and whether it is a `plain` address."""
    halved = texts.with_columns(_HALVES.alias("halves")).unnest("halves")
    return halved.with_columns(plain=_IS_PLAIN, **more).collect()


def _with_rest(usual: pl.DataFrame, rows: Ints, cells: pl.Series) -> Addresses:
    """Add what the other cells hold, at `rows`: in capitals, with spaces around, or odd."""
    trimmed = pl.LazyFrame({"row": rows, "trimmed": cells.str.strip_chars()})
    tidy = trimmed.with_columns(text=pl.col("trimmed").str.to_lowercase())
    frame = _split(tidy, upper=pl.col("trimmed") != _TEXT)
    odd = np.flatnonzero(~frame["plain"].to_numpy())
    found = [
        (row, *parts, cell.strip() != cell.strip().lower())
        for row, cell in zip(rows[odd].tolist(), cells.gather(odd).to_list(), strict=True)
        if (parts := read_address(cell)) is not None
    ]
    tidied = frame.filter(pl.col("plain")).select(*_PARTS)
    extra = pl.DataFrame(found, schema=_PARTS, orient="row")
    kept = pl.concat([usual, tidied, extra]).sort("row")
    return Addresses(
        rows=kept["row"].to_numpy(),
        texts=kept["text"],
        locals=kept["local"],
        domains=kept["domain"],
        upper=int(kept["upper"].sum()),
        non_ascii=sum(not parts[1].isascii() for parts in found),
    )


def read_address(cell: str) -> tuple[str, str, str] | None:
    """Return the address in a cell, its local part and its domain in lower case."""
    lowered = cell.strip().lower()
    match = _WELL_FORMED.fullmatch(lowered) or _unwrapped(lowered)
    return None if match is None else (match[0], match[1], match[2])


def parse_address(text: str) -> str | None:
    """Return the address in a cell in lower case, None when it is not well formed."""
    found = read_address(text) if len(text) <= 2 * _MAX_ADDRESS else None
    return None if found is None else found[0]


def _unwrapped(cell: str) -> "re.Match[str] | None":
    """Match the address inside of `Name <a@b.c>` or after `mailto:`."""
    if "<" not in cell and not cell.startswith("mailto:"):
        return None
    found = _WRAPPED.fullmatch(cell)
    return _WELL_FORMED.fullmatch(found[1] or found[2]) if found else None


def canonical(local: str, domain: str) -> str:
    """Return what an address is without its plus tag and, at Gmail, its dots (which Gmail ignores)."""
    plain = local.partition("+")[0] or local
    if domain in {"gmail.com", "googlemail.com"}:
        return plain.replace(".", "") + "@gmail.com"
    return f"{plain}@{domain}"
