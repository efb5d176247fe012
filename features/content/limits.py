"""How much of a message is read: hostile mail ends in bounded time and memory."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ReadLimits:
    """Bounds of `read_message`; what lies beyond is left out and noted as a fault.

    Lexbor's tree building is quadratic in nesting and in attributes of one tag, hence the bounds on
    HTML: at these it takes about a second at worst.
    """

    message_bytes: int = 32 * 2**20
    header_bytes: int = 128 * 2**10
    parts: int = 200
    depth: int = 12
    text_part_bytes: int = 2 * 2**20
    text_chars: int = 200_000
    html_chars: int = 256_000
    html_tags: int = 12_000
    links: int = 1_000


DEFAULT_LIMITS = ReadLimits()
