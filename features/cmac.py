"""AES-CMAC of whole columns (NIST SP 800-38B, RFC 4493), a block of all texts at a time.

AES itself is OpenSSL's. Every text's first block goes through one call of it, then every second
block, and so on, so that a row costs no call of its own.
"""

from typing import Final

import numpy as np
import numpy.typing as npt
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB

from features.spans import PADDING, Ints, Spans, Words

# A text's last block may reach beyond the data, into its padding.
_BLOCK: Final = PADDING
_BLOCKS: Final = "V16"


class ColumnMac:
    """Computes the CMACs of columns with one AES key of 16, 24 or 32 bytes."""

    def __init__(self, key: bytes) -> None:
        # Each block is a MAC's state and enciphered by itself, which is all that ECB is used for.
        self._cipher = Cipher(AES(key), ECB())  # noqa: S305
        whole, torn = _subkeys(self._cipher.encryptor().update(bytes(_BLOCK)))
        # What a block of 0 to 16 last bytes is masked and xored with; 17 is a block before others.
        masks = [b"\xff" * size + bytes(_BLOCK - size) for size in range(_BLOCK + 1)]
        marks = [torn ^ (0x80 << 8 * (_BLOCK - 1 - size)) for size in range(_BLOCK)]
        ends = [mark.to_bytes(_BLOCK, "big") for mark in (*marks, whole, 0)]
        self._masks = np.frombuffer(b"".join([*masks, masks[-1]]), dtype=_BLOCKS)
        self._ends = np.frombuffer(b"".join(ends), dtype=_BLOCKS)

    def first_words(self, texts: Spans) -> Ints:
        """Return the first 8 bytes of the MACs, `(n,)`, as signed numbers in network order."""
        starts, left = texts.starts, texts.ends - texts.starts
        block_at = texts.windows()
        found = np.empty(starts.size, dtype=np.int64)
        rows: Ints = np.arange(starts.size)
        state = np.zeros(2 * starts.size, dtype=np.uint64)
        while rows.size:
            size = np.minimum(left, _BLOCK + 1)
            blocks = _words(block_at, starts)
            blocks &= _words(self._masks, size)
            blocks ^= _words(self._ends, size)
            blocks ^= state
            state = self._enciphered(blocks)
            found[rows] = state[::2].byteswap().view(np.int64)
            more = np.flatnonzero(left > _BLOCK)
            rows, starts, left = rows[more], starts[more] + _BLOCK, left[more] - _BLOCK
            state = _words(state.view(_BLOCKS), more)
        return found

    def _enciphered(self, blocks: Words) -> Words:
        # OpenSSL asks for room of a block more, less a byte.
        room = np.empty(blocks.size + 2, dtype=np.uint64)
        self._cipher.encryptor().update_into(blocks.view(np.uint8).data, room.view(np.uint8).data)
        return room[:-2]


def _words(blocks: npt.NDArray[np.void], at: Ints) -> Words:
    """Return the blocks at some places as two words each, one after the other."""
    words: Words = blocks[at].view(np.uint64)
    return words


def _subkeys(zero: bytes) -> tuple[int, int]:
    """Return K1 and K2 (SP 800-38B, 6.1) from the enciphered zero block."""
    first = _doubled(int.from_bytes(zero, "big"))
    return first, _doubled(first)


def _doubled(value: int) -> int:
    """Double in the field of 2^128 elements."""
    doubled = value << 1
    return doubled ^ (1 << 128 | 0x87) if doubled >> 128 else doubled
