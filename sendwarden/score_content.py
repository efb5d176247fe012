"""Judges messages from files one by one and writes JSON lines."""

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from features.content import Message, analyse, message_from_parts, read_message
from models.content import TextModel

NO_MODEL: Final = "this copy carries no text model; run: sendwarden content train"


class NothingToScore(ValueError):
    """No message was named, or this copy carries no text model."""


class UnreadableMail(ValueError):
    """A file could not be read, or a line is no message."""


def score_all(
    model: TextModel | None, paths: list[Path], maildir: Path | None, jsonl: Path | None
) -> Iterator[str]:
    """Yield a JSON line a message, in order; `model` None: this copy carries none.

    Raises `NothingToScore` or `UnreadableMail`.
    """
    if model is None:
        raise NothingToScore(NO_MODEL)
    if not (paths or maildir or jsonl):
        raise NothingToScore("name messages, a --maildir or a --jsonl file")
    for name, message in _messages(paths, maildir, jsonl):
        yield json.dumps(judged_line(model, name, message), ensure_ascii=False)


def judged_line(model: TextModel, name: str, message: Message) -> dict[str, Any]:
    """Return what is written of one message; probabilities are null when not judged."""
    judgement = model.judge(analyse(message))
    known = judgement.judged
    return {
        "id": name,
        "malicious": round(judgement.malicious, 4) if known else None,
        "unsolicited": round(judgement.unsolicited, 4) if known else None,
        "wanted": round(judgement.wanted, 4) if known else None,
        "judged": known,
        "reasons": [{"term": e.term, "weight": round(e.weight, 3)} for e in judgement.evidence],
    }


def messages_at(path: Path) -> Iterator[tuple[str, Message]]:
    """Yield the messages of a file, a folder, a Maildir, a `.jsonl` file or - with their names.

    Raises `UnreadableMail`.
    """
    if (path / "cur").is_dir():
        return _messages([], path, None)
    if path.suffix == ".jsonl":
        return _messages([], None, path)
    return _messages([path], None, None)


def _messages(
    paths: list[Path], maildir: Path | None, jsonl: Path | None
) -> Iterator[tuple[str, Message]]:
    for path in paths:
        if path == Path("-"):
            yield "-", read_message(sys.stdin.buffer.read())
        else:
            yield from _files(sorted(path.rglob("*")) if path.is_dir() else [path])
    if maildir is not None:
        folders = [maildir / "cur", maildir / "new"]
        yield from _files(
            f for folder in folders if folder.is_dir() for f in sorted(folder.iterdir())
        )
    if jsonl is not None:
        yield from _lines(jsonl)


def _files(files: Iterable[Path]) -> Iterator[tuple[str, Message]]:
    for file in files:
        if file.is_dir():
            continue
        try:
            raw = file.read_bytes()
        except OSError as error:
            raise UnreadableMail(f"{file}: {error.strerror}") from error
        yield str(file), read_message(raw)


def _lines(jsonl: Path) -> Iterator[tuple[str, Message]]:
    try:
        with jsonl.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield _row(line, f"{jsonl}:{number}")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableMail(f"{jsonl}: {error}") from error


def _row(line: str, where: str) -> tuple[str, Message]:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise UnreadableMail(f"{where}: not JSON ({error})") from error
    if not isinstance(row, dict) or not all(isinstance(row.get(n, ""), str | None) for n in _PARTS):
        raise UnreadableMail(f"{where}: not an object with text in {', '.join(_PARTS)}")
    name = str(row.get("id", where))
    if row.get("raw"):
        return name, read_message(row["raw"].encode("latin-1", "replace"))
    given = {part: row.get(part) or "" for part in _PARTS}
    return name, message_from_parts(
        given["from"],
        given["reply_to"],
        given["subject"],
        html=given["html"],
        text=given["text"] or given["body"],
    )


_PARTS = ("raw", "from", "reply_to", "subject", "html", "text", "body")
