"""What one address is: well formed or not, its parts, a role or a person."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from features.lists.coding import Coded
from features.spans import PADDING, Bytes, Ints, Spans, Words

Flags = npt.NDArray[np.bool_]
_FOUND: Final = {"row": pl.Int64, "text": pl.String, "upper": pl.Boolean, "non_ascii": pl.Boolean}

# A practical subset of RFC 5321 with RFC 6531's letters: what providers accept in sign-up forms.
# Possessive quantifiers: a hostile cell is read once, not searched.
_ATOM: Final = r"[^\s@\"(),:;<>\[\]\\.\x00-\x20\x7f\ufffd]++"
_LABEL: Final = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_WELL_FORMED: Final = re.compile(
    rf"(?=[^@]{{1,64}}@)(?=.{{5,254}}\Z)({_ATOM}(?:\.{_ATOM})*+)@((?:{_LABEL}\.)+[^\W\d_][\w-]{{0,61}}[^\W_])"
)
_WRAPPED: Final = re.compile(r"[^<>]*<\s*(?:mailto:)?([^<>\s]{3,254})\s*>|mailto:(\S{3,254})")
_MAX_ADDRESS: Final = 254
# What spreadsheets and copying leave around an address, and what nobody sees: format characters.
_BEFORE: Final = " \t\r\n\xa0\"'`´‘’“”"
_AFTER: Final = _BEFORE + ".,;"
_UNSEEN: Final = dict.fromkeys(
    [0xAD, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF]
)  # fmt: skip
# Between the addresses of one cell: Google's mark, then what people write, then spaces.
_BETWEEN: Final = (re.compile(r"\s*:::\s*|\s*[;,|]\s*"), re.compile(r"[\s/]+"))

# What nearly every address is: ASCII in lower case, all of it accepted by the pattern above. Of that,
# bytes tell for all cells at once; whatever else a cell holds is read by the pattern, one by one.
_PLAIN_BYTES: Final = b"abcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+/=?^_`{|}~-."
_MARKED: Final = bytes(byte not in _PLAIN_BYTES for byte in range(256))
_PLAIN_DOMAIN: Final = r"^(?:[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?\.)+[a-z][a-z0-9_-]*[a-z0-9]$"
_MAX_PLAIN: Final = 64
_AT, _DOT, _APOSTROPHE, _BACKTICK = (np.uint8(ord(mark)) for mark in "@.'`")


@dataclass(frozen=True)
class Addresses:
    """The well-formed addresses of a chunk in lower case; `rows` `(n,)` says where they stood.

    `texts` has `n` strings and `spans` their bytes, with the at signs at `ats` `(n,)`; `domains` is
    what follows them. `upper` counts those written with capital letters, `non_ascii` those with
    letters outside ASCII.
    """

    rows: Ints
    texts: pl.Series
    spans: Spans
    ats: Ints
    domains: Coded
    upper: int = 0
    non_ascii: int = 0

    @cached_property
    def beginnings(self) -> Words:
        """The first 8 bytes of each address as a number `(n,)`, in the order of the addresses."""
        return self.spans.pairs()[:, 0].byteswap()


def read_addresses(cells: pl.Series) -> Addresses:
    """Return the well-formed addresses of a column; `Name <a@b.c>` and `mailto:a@b.c` count."""
    spans = Spans.of(cells)
    rows, ats, domains = _plain(spans)
    if rows.size == len(cells):
        return Addresses(rows, cells, spans, ats, domains)
    others = spans.ends > spans.starts
    others[rows] = False
    found = _tidied(cells, np.flatnonzero(others))
    usual = cells.gather(rows)
    if not found.height:
        return Addresses(rows, usual, spans.at(rows), ats, domains)
    both = pl.concat([pl.DataFrame({"row": rows, "text": usual}), found.select("row", "text")])
    both = both.sort("row")
    spans = Spans.of(both["text"])
    ats = np.flatnonzero(spans.data == _AT)
    return Addresses(
        rows=both["row"].to_numpy(),
        texts=both["text"],
        spans=spans,
        ats=ats,
        domains=_domains(spans, ats),
        upper=int(found["upper"].sum()),
        non_ascii=int(found["non_ascii"].sum()),
    )


def _domains(spans: Spans, ats: Ints) -> Coded:
    return Coded.of_spans(Spans(spans.data, ats + 1, spans.ends))


def _plain(spans: Spans) -> tuple[Ints, Ints, Coded]:
    """Return which texts are plain addresses, their at signs and domains."""
    ats, fine = _lone_ats(spans)
    sizes, domain_sizes = ats - spans.starts, spans.ends - ats - 1
    fine &= (sizes > 0) & (sizes <= _MAX_PLAIN) & (domain_sizes <= _MAX_PLAIN)
    first = spans.data[spans.starts]
    fine &= (first != _DOT) & (spans.data[ats - 1] != _DOT)
    fine &= (first != _APOSTROPHE) & (first != _BACKTICK)
    fine[_rows_at(_double_dots(spans.data), spans)] = False
    rows = np.flatnonzero(fine)
    ats = ats[rows]
    domains = _domains(spans.at(rows), ats)
    known = pl.Series(domains.texts, dtype=pl.String).str.contains(_PLAIN_DOMAIN).to_numpy()
    if known.all():
        return rows, ats, domains
    kept = known[domains.codes]
    return rows[kept], ats[kept], domains.only(kept)


def _lone_ats(spans: Spans) -> tuple[Ints, Flags]:
    """Return an at sign of each text, and whether it has but one and otherwise plain bytes."""
    data = spans.data[: spans.data.size - PADDING]
    marked = np.frombuffer(data.tobytes().translate(_MARKED), dtype=np.bool_)
    marks = np.flatnonzero(marked)
    if marks.size == spans.ends.size and ((spans.starts <= marks) & (marks < spans.ends)).all():
        return marks, data[marks] == _AT
    rows = _rows_at(marks, spans)
    ats = spans.starts.copy()
    ats[rows] = marks
    lone = np.bincount(rows, minlength=ats.size) == 1
    return ats, lone & (spans.data[ats] == _AT)


def _double_dots(data: Bytes) -> Ints:
    dots = data == _DOT
    return np.flatnonzero(dots[1:] & dots[:-1])


def _rows_at(places: Ints, spans: Spans) -> Ints:
    """Return the texts that hold some places of the bytes."""
    return np.searchsorted(spans.ends, places, side="right").astype(np.int64)


def _tidied(cells: pl.Series, rows: Ints) -> pl.DataFrame:
    """Return what some cells hold that are no plain address: in capitals, with spaces, or odd."""
    cells = cells.gather(rows)
    trimmed = cells.str.strip_chars()
    texts = trimmed.str.to_lowercase()
    plain = _plain(Spans.of(texts))[0]
    upper = (trimmed != texts).gather(plain)
    tidy = pl.DataFrame({"row": rows[plain], "text": texts.gather(plain), "upper": upper})
    odd = np.setdiff1d(np.arange(rows.size), plain, assume_unique=True)
    found = [
        (row, text, _is_upper(cell), not text.isascii())
        for row, cell in zip(rows[odd].tolist(), cells.gather(odd).to_list(), strict=True)
        if (text := parse_address(cell)) is not None
    ]
    more = pl.DataFrame(found, schema=_FOUND, orient="row")
    return pl.concat([tidy.with_columns(non_ascii=pl.lit(value=False)), more])


def _is_upper(cell: str) -> bool:
    stripped = cell.strip()
    return stripped != stripped.lower()


def read_address(cell: str) -> tuple[str, str, str] | None:
    """Return the address in a cell, its local part and its domain in lower case.

    Quotes around it and characters that nobody sees are not part of it; of several ones in a cell
    the first counts.
    """
    text = (cell if cell.isascii() else cell.translate(_UNSEEN)).strip().lower()
    match = _match(text) or _first_of(text)
    return None if match is None else (match[0], match[1], match[2])


def parse_address(text: str) -> str | None:
    """Return the address in a cell in lower case, None when it is not well formed."""
    found = read_address(text) if len(text) <= 2 * _MAX_ADDRESS else None
    return None if found is None else found[0]


def _match(text: str) -> "re.Match[str] | None":
    """Match an address, one in `Name <a@b.c>` or after `mailto:`, and one in quotes (`="a@b.c"`)."""
    bare = text.removeprefix("=").lstrip(_BEFORE).rstrip(_AFTER)
    return _WELL_FORMED.fullmatch(bare) or _unwrapped(bare)


def _first_of(text: str) -> "re.Match[str] | None":
    """Match the first of several addresses; None where anything else is between them."""
    if text.count("@") < 2:
        return None
    for between in _BETWEEN:
        matches = [_match(piece) for piece in between.split(text) if piece]
        if len(matches) > 1 and all(matches):
            return matches[0]
    return None


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
