"""What a message says about itself: bytes in, numbers, terms and a fingerprint out."""

from features.content.numbers import NUMBERS

__all__ = ["NUMBERS"]
