"""Bytes to text, for charsets as mail really labels them."""

import codecs
import re
from functools import lru_cache
from typing import Final

from features.content.faults import Fault

# What mailers mean by these labels (WHATWG Encoding Standard, section 4.2).
_MEANT: Final = {
    "ascii": "cp1252", "us-ascii": "cp1252", "iso-8859-1": "cp1252", "latin1": "cp1252",
    "iso8859-1": "cp1252", "iso-8859-9": "cp1254", "gb2312": "gb18030", "gbk": "gb18030",
    "ks_c_5601-1987": "cp949", "euc-kr": "cp949", "shift_jis": "cp932", "shift-jis": "cp932",
    "x-sjis": "cp932", "unicode": "utf-16", "utf8": "utf-8", "iso-8859-8-i": "iso-8859-8",
    "tis-620": "cp874", "x-unknown": "utf-8", "8bit": "utf-8", "default_charset": "utf-8",
}  # fmt: skip
# Python codecs that are no mail charset: quadratic, or an escape language.
_REFUSED: Final = frozenset(
    {"punycode", "idna", "unicode_escape", "raw_unicode_escape", "undefined", "unicode-escape",
     "raw-unicode-escape", "mbcs", "oem"}
)  # fmt: skip
_LABEL: Final = re.compile(r"[^a-z0-9._:+\-]")


def decode(data: bytes, label: str, faults: set[Fault]) -> str:
    """Return the text of `data`; never fails.

    The label is believed when it fits; else UTF-8 when that fits; else Windows-1252. NUL
    characters are taken out.
    """
    text = _decode(data, label, faults)
    if "\x00" in text:
        faults.add(Fault.NUL)
        text = text.replace("\x00", "")
    return text


def _decode(data: bytes, label: str, faults: set[Fault]) -> str:
    codec = _codec(label.lower()[:40]) if label else "utf-8"
    if codec is None:
        faults.add(Fault.UNKNOWN_CHARSET)
        codec = "utf-8"
    # Mail that says Windows-1252 or ASCII and is UTF-8 is common; the reverse fails on the first accent.
    for attempt in ("utf-8", codec) if codec == "cp1252" else (codec, "utf-8"):
        try:
            return data.decode(attempt)
        except (UnicodeError, ValueError):
            continue
    if label:
        faults.add(Fault.BAD_CHARSET)
    return data.decode("cp1252" if codec == "utf-8" else codec, "replace")


@lru_cache(maxsize=256)
def _codec(label: str) -> str | None:
    name = _LABEL.sub("", label)
    name = _MEANT.get(name, name)
    if not name or name in _REFUSED:
        return None
    try:
        found = codecs.lookup(name)
        b"ab".decode(found.name)
    except (LookupError, UnicodeError, ValueError):
        return None
    return None if found.name in _REFUSED else found.name
