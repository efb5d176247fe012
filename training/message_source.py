"""The message of a campaign line as raw bytes, whatever form it was given in."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from training.oddities import Oddities

_BOUNDARY: Final = "sendwarden-parts-7f3c"


def message_of(raw: Mapping[str, Any], folder: Path, odd: Oddities) -> bytes | None:
    """Return the raw message of a campaign line, None when it has none that can be read."""
    given = raw.get("message")
    if isinstance(given, str) and given:
        return given.encode("utf-8", "replace")
    if isinstance(given, Mapping) and given:
        return message_from_fields(given)
    path = raw.get("message_path")
    if isinstance(path, str) and path:
        return _read(folder, path, odd)
    odd.note("campaigns: no message")
    return None


def message_from_fields(fields: Mapping[str, Any]) -> bytes:
    """Write `{from, reply_to, subject, html, text, headers}` as an RFC 822 message in UTF-8."""
    lines = [f"{name}: {_one_line(value)}" for name, value in _headers(fields)]
    parts = [
        f"--{_BOUNDARY}\r\nContent-Type: text/{kind}; charset=utf-8\r\n"
        f"Content-Transfer-Encoding: 8bit\r\n\r\n{body}\r\n"
        for kind, body in (("plain", fields.get("text")), ("html", fields.get("html")))
        if body
    ]
    lines.append(
        f'MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary="{_BOUNDARY}"'
    )
    text = "\r\n".join(lines) + "\r\n\r\n" + "".join(parts) + f"--{_BOUNDARY}--\r\n"
    return text.encode("utf-8", "replace")


def _headers(fields: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, key in (("From", "from"), ("Reply-To", "reply_to"), ("Subject", "subject")):
        if fields.get(key):
            yield name, fields[key]
    extra = fields.get("headers")
    given = extra.items() if isinstance(extra, Mapping) else ()
    yield from (
        (name, v) for name, v in given if name.lower() not in ("content-type", "mime-version")
    )


def _one_line(value: object) -> str:
    return " ".join(str(value).split())


def _read(folder: Path, path: str, odd: Oddities) -> bytes | None:
    try:
        return (folder / path).read_bytes()
    except (OSError, ValueError):
        odd.note("campaigns: the message file is missing", path)
        return None
