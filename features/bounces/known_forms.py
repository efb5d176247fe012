"""Failed addresses of notices whose form `flufl.bounce` knows (Mailman's collection of twenty years)."""

import logging
from email import message_from_bytes
from typing import Final

from flufl.bounce import all_failures

# Its detectors walk every part and line: more text than this is no notice.
_MAX_BYTES: Final = 128 * 2**10
_MAX_PARTS: Final = 50

# It logs the traceback of every detector that hostile mail breaks, at the pace of that mail.
logging.getLogger("flufl.bounce").disabled = True


def known_forms(raw: bytes) -> list[str]:
    """Return the failed addresses, lower case, none where the form is not known.

    Its parser and detectors raise on some malformed mail; then the form is not known either.
    """
    if len(raw) > _MAX_BYTES or raw.count(b"\n--") > _MAX_PARTS:
        return []
    try:
        temporary, permanent = all_failures(message_from_bytes(raw))
    except Exception:  # noqa: BLE001 - anything at all, from mail that anyone can send
        return []
    found = (address.decode("utf-8", "replace") for address in (*temporary, *permanent))
    return sorted({address.lower() for address in found if 0 < address.find("@") < 200})
