"""What a message says about itself: bytes in, numbers, terms and a fingerprint out."""

from features.content.analysis import Analysis, analyse
from features.content.faults import Fault
from features.content.limits import ReadLimits
from features.content.message import Link, Message, message_from_parts, read_message
from features.content.numbers import NUMBERS

__all__ = [
    "NUMBERS",
    "Analysis",
    "Fault",
    "Link",
    "Message",
    "ReadLimits",
    "analyse",
    "message_from_parts",
    "read_message",
]
