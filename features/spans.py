"""A column's texts as bytes one after the other, so that a place of all texts is one operation."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

Bytes = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]
PADDING: Final = 16
_PADDED: Final = pl.Series(["\0" * PADDING])
# What keeps the first 0 to 16 bytes of a pair of words.
_KEPT: Final = np.frombuffer(
    b"".join(b"\xff" * size + bytes(PADDING - size) for size in range(PADDING + 1)), dtype="V16"
)


@dataclass(frozen=True)
class Spans:
    """Texts in UTF-8: the n-th is `data[starts[n]:ends[n]]`. Behind the last one are 16 zeros."""

    data: Bytes
    starts: Ints
    ends: Ints

    @classmethod
    def of(cls, texts: pl.Series) -> "Spans":
        """Lay out a column of strings without nulls."""
        padded = pl.concat([texts.alias(""), _PADDED], rechunk=False)
        data = np.frombuffer(padded.str.join("").cast(pl.Binary).item(), dtype=np.uint8)
        ends = np.cumsum(texts.str.len_bytes().to_numpy(), dtype=np.int64)
        return cls(data, np.append(0, ends[:-1])[: ends.size], ends)

    def at(self, rows: Ints) -> "Spans":
        """Return some of the texts; the bytes of the others stay in between."""
        return Spans(self.data, self.starts[rows], self.ends[rows])

    def windows(self) -> npt.NDArray[np.void]:
        """Return the 16 bytes from each byte of the data on, without a copy."""
        places = self.data.size - PADDING + 1
        return np.ndarray(places, dtype="V16", buffer=self.data, strides=(1,))

    def pairs(self) -> Words:
        """Return the first 16 bytes of each text as words `(n, 2)`, with zeros after its end."""
        words: Words = self.windows()[self.starts].view(np.uint64)
        words &= _KEPT[np.minimum(self.ends - self.starts, PADDING)].view(np.uint64)
        return words.reshape(-1, 2)

    def texts(self) -> list[str]:
        """Return the texts."""
        data = self.data.tobytes()
        places = zip(self.starts.tolist(), self.ends.tolist(), strict=True)
        if data.isascii():
            shown = data.decode("ascii")
            return [shown[start:end] for start, end in places]
        return [data[start:end].decode() for start, end in places]
