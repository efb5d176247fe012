"""The ways in which a message can be broken."""

from enum import StrEnum


class Fault(StrEnum):
    """Something about a message that MIME does not allow, or that passes a reading limit."""

    NO_HEADERS = "no_headers"
    LONG_HEADERS = "long_headers"
    REPEATED_HEADER = "repeated_header"
    NO_FROM = "no_from"
    NO_BOUNDARY = "no_boundary"
    NO_PARTS = "no_parts"
    UNCLOSED = "unclosed_multipart"
    TOO_MANY_PARTS = "too_many_parts"
    TOO_DEEP = "too_deep"
    BAD_ENCODING = "bad_transfer_encoding"
    UNKNOWN_CHARSET = "unknown_charset"
    BAD_CHARSET = "bytes_outside_charset"
    NUL = "nul_bytes"
    CUT = "cut_at_limit"
