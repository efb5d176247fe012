"""Files that are no list, told by how they begin: what they are, and what to send instead."""

import re
from typing import Final

from features.lists.errors import UnreadableList

_HEAD: Final = 4_096
# Of a text, fewer characters than this share are control characters.
_MOST_CONTROLS: Final = 0.02
_FEW_CONTROLS: Final = 8
_AS_CSV: Final = "save it as CSV and send that"
_PARQUET: Final = b"PAR1"
_GZIP: Final = b"\x1f\x8b"
_STARTS: Final = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", f"an old Office file such as .xls; {_AS_CSV}"),
    (b"%PDF", "a PDF; export the list as CSV and send that"),
    (b"{\\rtf", f"a text document (RTF); {_AS_CSV}"),
    (b"BZh", "packed with bzip2; pack it with gzip or send it unpacked"),
    (b"\xfd7zXZ", "packed with xz; pack it with gzip or send it unpacked"),
    (b"\x28\xb5\x2f\xfd", "packed with zstd; pack it with gzip or send it unpacked"),
    (b"7z\xbc\xaf", "a 7z archive; unpack it and send the list inside"),
    (b"Rar!", "a RAR archive; unpack it and send the list inside"),
)
_ZIP: Final = b"PK\x03\x04"
_WORKBOOK: Final = re.compile(rb"\[Content_Types\]\.xml|xl/|mimetypeapplication/vnd\.oasis")
_TEXTS: Final = (
    (re.compile(r"BEGIN:VCARD", re.IGNORECASE), "vCards; export the contacts as CSV"),
    (re.compile(r"<(?:!doctype|html|\?xml|table)\b", re.IGNORECASE), f"a web page or XML; {_AS_CSV}"),
    (re.compile(r"\[\s*\{"), "a JSON array; send one object a line (NDJSON)"),
)  # fmt: skip
_JSON_LINES: Final = re.compile(r'\{\s*"')
_NO_TEXT: Final = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x19\x1b-\x1f\x7f]")


def refuse_foreign(head: bytes, fmt: str) -> None:
    """Raise `UnreadableList` when a file, unpacked if it was a text, begins as none in `fmt` does."""
    if head.startswith(_PARQUET) and fmt != "parquet":
        raise UnreadableList("a Parquet file; send it as parquet, not packed again")
    if head.startswith(_GZIP):
        twice = "packed with gzip, which Parquet never is" if fmt == "parquet" else "packed twice"
        raise UnreadableList(f"{twice}; unpack it with gunzip")
    for start, words in _STARTS:
        if head.startswith(start):
            raise UnreadableList(words)
    if head.startswith(_ZIP):
        if _WORKBOOK.search(head[:_HEAD]):
            raise UnreadableList(f"a spreadsheet such as .xlsx; {_AS_CSV}")
        raise UnreadableList("a zip archive; unpack it and send the list inside")


def refuse_foreign_text(text: str, fmt: str) -> None:
    """Raise `UnreadableList` when a text is no list in the format `csv` or `ndjson`."""
    text = text[:_HEAD].lstrip("\ufeff \t\r\n\x00")
    for pattern, words in _TEXTS:
        if pattern.match(text):
            raise UnreadableList(words)
    if fmt == "csv" and _JSON_LINES.match(text):
        raise UnreadableList("JSON objects; send them as ndjson")
    if len(_NO_TEXT.findall(text)) > max(_MOST_CONTROLS * len(text), _FEW_CONTROLS):
        raise UnreadableList("no text, and no format that is known; send CSV, NDJSON or Parquet")
