"""Attachments by what they are, from name, type and first bytes; their content is not read."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from features.content.mime import Part

_HEAD_BYTES: Final = 96
_EXECUTABLE: Final = frozenset(
    [
        "exe",
        "scr",
        "pif",
        "com",
        "bat",
        "cmd",
        "vbs",
        "vbe",
        "js",
        "jse",
        "wsf",
        "wsh",
        "hta",
        "ps1",
        "msi",
        "msp",
        "jar",
        "cpl",
        "lnk",
        "iso",
        "img",
        "vhd",
        "vhdx",
        "reg",
        "dll",
        "apk",
        "dmg",
        "app",
        "deb",
        "rpm",
        "sh",
        "one",
        "xll",
        "docm",
        "xlsm",
        "pptm",
        "dotm",
        "xlam",
        "chm",
        "application",
        "appx",
    ]
)
_ARCHIVE: Final = frozenset(
    [
        "zip",
        "rar",
        "7z",
        "gz",
        "tgz",
        "tar",
        "bz2",
        "xz",
        "ace",
        "arj",
        "cab",
        "z",
        "lz",
        "lzh",
        "uue",
        "zst",
    ]
)
_PAGE: Final = frozenset(["html", "htm", "shtml", "xhtml", "mht", "mhtml", "svg", "xml", "htz"])
_MAGIC: Final = (
    (b"MZ", "executable"), (b"\x7fELF", "executable"), (b"PK\x03\x04", "archive"),
    (b"Rar!", "archive"), (b"7z\xbc\xaf", "archive"), (b"\x1f\x8b", "archive"),
    (b"%PDF", "document"), (b"<htm", "page"), (b"<!DO", "page"), (b"<svg", "page"),
)  # fmt: skip


class AttachmentKind(StrEnum):
    """What an attachment can do to its reader."""

    EXECUTABLE = "executable"
    ARCHIVE = "archive"
    PAGE = "page"
    DOCUMENT = "document"
    OTHER = "other"


@dataclass(frozen=True)
class Attachment:
    """An attached file; the file name itself is not kept."""

    kind: AttachmentKind
    type: str


def attachment_of(part: Part) -> Attachment:
    """Classify an attachment; the worst of its name, type and first bytes counts."""
    extension = part.file_name.lower().strip().rpartition(".")[2][:12]
    head = part.data(_HEAD_BYTES, set())
    return Attachment(_kind(extension, part.type, head), part.type)


def _kind(extension: str, media_type: str, head: bytes) -> AttachmentKind:
    if extension in _EXECUTABLE or "msdownload" in media_type or "executable" in media_type:
        return AttachmentKind.EXECUTABLE
    if extension in _PAGE or media_type in ("text/html", "image/svg+xml"):
        return AttachmentKind.PAGE
    by_bytes = next((kind for magic, kind in _MAGIC if head.startswith(magic)), None)
    office = extension in ("docx", "xlsx", "pptx", "odt", "ods", "odp", "epub", "pkpass")
    if extension in _ARCHIVE or (by_bytes == "archive" and not office):
        return AttachmentKind.ARCHIVE
    if by_bytes is not None and not office:
        return AttachmentKind(by_bytes)
    return AttachmentKind.DOCUMENT if extension or office else AttachmentKind.OTHER
