"""Takes addresses out of free text before it is kept: diagnostics, notes, appeals.

Servers quote the recipient in their answers (RFC 3463 leaves the text free), plain, in angle
brackets, percent- or quoted-printable-encoded, or as a VERP return path.
"""

import re
from typing import Final

REPLACEMENT: Final = "<address>"

# Runs are bounded so that a hostile text cannot make the search quadratic. What follows the at
# sign may be a bare host or an address literal (RFC 5321): `root@localhost`, `x@[192.0.2.1]`.
_LOCAL: Final = (
    r"(?:\"[^\"\r\n]{1,64}\"|[^\s<>\"'(),;:\[\]@=]{1,128}(?:=[^\s<>\"'(),;:\[\]@]{1,128})?)"
)
_AT: Final = r"(?:@|%40|=40|&#64;|&commat;|\uff20)"
_DOMAIN: Final = r"(?:\[[^\]\s]{1,64}\]|[\w](?:[\w.\-]{0,252}[\w])?)"
_ADDRESS: Final = re.compile(f"{_LOCAL}{_AT}{_DOMAIN}", re.IGNORECASE)
_MARK: Final = re.compile(_AT, re.IGNORECASE)


def scrub(text: str) -> str:
    """Return the text with everything that looks like a mail address replaced."""
    if _MARK.search(text) is None:
        return text
    return _ADDRESS.sub(REPLACEMENT, text)
