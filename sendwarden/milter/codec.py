"""The milter protocol, version 6, as Postfix and Sendmail speak it. Pure: bytes and messages.

A packet is its length (four bytes, big-endian, without themselves), a command byte and data. Source:
Sendmail's mfdef.h and Postfix's milter8.c. Text that is not ASCII is kept as it came.
"""

import struct
from dataclasses import dataclass, field
from typing import Final

MAX_PACKET: Final = 1 << 20
VERSION: Final = 6
_LENGTH: Final = struct.Struct("!I")
_THREE: Final = struct.Struct("!III")

# What the mail server tells, by its command byte.
NEGOTIATE: Final = b"O"
MACRO: Final = b"D"
CONNECT: Final = b"C"
HELO: Final = b"H"
MAIL: Final = b"M"
RCPT: Final = b"R"
DATA: Final = b"T"
HEADER: Final = b"L"
END_OF_HEADERS: Final = b"N"
BODY: Final = b"B"
END_OF_MESSAGE: Final = b"E"
ABORT: Final = b"A"
QUIT: Final = b"Q"
QUIT_NEXT: Final = b"K"

# What the filter answers.
CONTINUE: Final = b"c"
ACCEPT: Final = b"a"
TEMPFAIL: Final = b"t"
REPLY: Final = b"y"
ADD_HEADER: Final = b"h"
QUARANTINE: Final = b"q"

_CAN_ADD_HEADERS: Final = 0x01
_CAN_QUARANTINE: Final = 0x20
# No answer is waited for at these: connect, helo, mail, recipient, data, header, end of headers, body.
_NO_REPLIES: Final = (
    0x1000 | 0x2000 | 0x4000 | 0x8000 | 0x10000 | 0x80 | 0x40000 | 0x80000
)  # fmt: skip
# These need not be told at all: connect, helo, unknown commands.
_NOT_NEEDED: Final = 0x01 | 0x02 | 0x100


class BadPacket(ValueError):
    """What came is not the milter protocol."""


@dataclass(frozen=True)
class Packet:
    """One command and its data."""

    command: bytes
    data: bytes = b""


@dataclass
class Framer:
    """Cuts a stream of bytes into packets. Raises `BadPacket` for one that is too long or empty."""

    _kept: bytearray = field(default_factory=bytearray)

    def feed(self, data: bytes) -> list[Packet]:
        self._kept += data
        found = []
        while len(self._kept) >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(self._kept)
            if not 1 <= length <= MAX_PACKET:
                raise BadPacket(f"a packet of {length} bytes")
            end = _LENGTH.size + length
            if len(self._kept) < end:
                break
            packet = bytes(self._kept[_LENGTH.size : end])
            del self._kept[:end]
            found.append(Packet(packet[:1], packet[1:]))
        return found


def encoded(packet: Packet) -> bytes:
    """Return a packet as it goes over the wire."""
    return _LENGTH.pack(1 + len(packet.data)) + packet.command + packet.data


def negotiated(packet: Packet) -> Packet:
    """Answer an offer: what is wanted of what is offered. Raises `BadPacket` for an offer too small."""
    if len(packet.data) < _THREE.size:
        raise BadPacket("a negotiation without its numbers")
    version, actions, steps = _THREE.unpack_from(packet.data)
    wanted = _CAN_ADD_HEADERS | _CAN_QUARANTINE
    if wanted & ~actions:
        raise BadPacket("the mail server lets no headers be added or mail be held")
    chosen = steps & (_NO_REPLIES | _NOT_NEEDED)
    return Packet(NEGOTIATE, _THREE.pack(min(version, VERSION), wanted, chosen))


def is_silent(command: bytes, steps: int) -> bool:
    """Return whether the mail server waits for no answer to a command under the agreed steps."""
    flags = {
        CONNECT: 0x1000, HELO: 0x2000, MAIL: 0x4000, RCPT: 0x8000, DATA: 0x10000, HEADER: 0x80,
        END_OF_HEADERS: 0x40000, BODY: 0x80000,
    }  # fmt: skip
    return bool(steps & flags.get(command, 0))


def steps_of(packet: Packet) -> int:
    """Return the agreed steps of an answer to a negotiation."""
    steps: int = _THREE.unpack_from(packet.data)[2]
    return steps


def strings(data: bytes) -> list[bytes]:
    """Return strings that end in zero bytes each."""
    return data.split(b"\0")[:-1] if data.endswith(b"\0") else data.split(b"\0")


def macros_of(packet: Packet) -> dict[str, str]:
    """Return the macros of a packet; names without their braces."""
    parts = [part.decode("utf-8", "replace") for part in strings(packet.data[1:])]
    return {name.strip("{}"): value for name, value in zip(parts[::2], parts[1::2], strict=False)}


def reply(text: str) -> Packet:
    """Return an SMTP answer: `text` begins with the three digits. One line of printable ASCII."""
    plain = "".join(c if " " <= c <= "~" else "?" for c in text)[:480]
    return Packet(REPLY, plain.replace("%", "%%").encode("ascii") + b"\0")


def added_header(name: str, value: str) -> Packet:
    plain = "".join(c if " " <= c <= "~" else "?" for c in value)[:900]
    return Packet(ADD_HEADER, name.encode("ascii") + b"\0" + plain.encode("ascii") + b"\0")


def quarantined(reason: str) -> Packet:
    plain = "".join(c if " " <= c <= "~" else "?" for c in reason)[:200]
    return Packet(QUARANTINE, plain.encode("ascii") + b"\0")
