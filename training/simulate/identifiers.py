"""Opaque ids: one form for everybody, without an order that tells anything."""

from typing import Final

_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"
_PRIME: Final = 2_147_483_647
_STEP: Final = 1_103_515_245


def opaque(prefix: str, number: int, seed: int) -> str:
    """Return an id for a number below 2^31 - 1; different numbers give different ids."""
    value = (number + 1 + seed * 7_919 + ord(prefix[0]) * 104_729) * _STEP % _PRIME
    text = ""
    while value or len(text) < 6:
        value, digit = divmod(value, 36)
        text += _DIGITS[digit]
    return f"{prefix}_{text}"
