"""What the webhook sources share: JSON rows in, one table of words a vendor, reasons for the rest."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final
from urllib.parse import parse_qsl

import msgspec

from features.bounces import BounceClass, Verdict, classify, event_type_of
from features.bounces.replies import read_command, read_reply
from features.records import EventType
from features.sources.draft import Draft
from features.sources.drafting import cleaned
from features.sources.source import ParsedEvents, Rejected, UnreadablePayload

MAX_ROWS: Final = 10_000
_MAX_COMMAS: Final = 100 * MAX_ROWS
_JSON: Final = msgspec.json.Decoder()
_FAILURES: Final = {
    EventType.HARD_BOUNCE, EventType.SOFT_BOUNCE, EventType.BLOCK_BOUNCE, EventType.DEFERRED,
}  # fmt: skip
# What a vendor's own word means where the server's words say nothing.
_UNEXPLAINED: Final = {
    EventType.HARD_BOUNCE: BounceClass.INVALID_RECIPIENT,
    EventType.BLOCK_BOUNCE: BounceClass.POLICY_BLOCK,
}

Row = Mapping[str, Any]
Clues = Iterable[tuple[str, str]]
Reader = Callable[[Row], Iterable[Draft]]


class NoEvent(ValueError):
    """The row is no event that counts, or cannot be read; the text says which."""


@dataclass(frozen=True)
class Words:
    """A vendor's words for what happens, and ours.

    `bounces` are its words for a failure that the server's answer explains; a word in `ignored`
    is known and is no event here, for the reason given.
    """

    types: Mapping[str, EventType]
    bounces: frozenset[str] = frozenset()
    ignored: Mapping[str, str] = field(default_factory=dict)

    def type_of(self, word: str) -> EventType | None:
        """Return our type, None for a failure to be judged. Raises `NoEvent`."""
        if word in self.types:
            return self.types[word]
        if word in self.bounces:
            return None
        raise NoEvent(self.ignored.get(word) or f"unknown event {cleaned(word, 60) or ''!r}")


@dataclass(frozen=True)
class Fate:
    """What became of a mail: our type, and the verdict on a failure."""

    type: EventType
    code: int | None = None
    status: str | None = None
    verdict: Verdict | None = None


def fate(stated: EventType | None, said: str, status: str = "", code: int | None = None) -> Fate:
    """Judge what a vendor reports: its own type where it states one, else the server's words."""
    if stated is not None and stated not in _FAILURES:
        return Fate(stated)
    reply = read_reply(said)
    code, status_ = code or reply.code, status or reply.status
    deferred = stated is EventType.DEFERRED
    verdict = classify(code, status_, said, read_command(said), final=not deferred)
    if verdict.bounce_class is BounceClass.TRANSIENT and stated in _UNEXPLAINED:
        verdict = replace(verdict, bounce_class=_UNEXPLAINED[stated])
    return Fate(stated or event_type_of(verdict.kind), code, status_, verdict)


def fate_by_words(
    kind: EventType | None, fallback: EventType | None, said: str, status: str = ""
) -> Fate:
    """Judge a failure by the server's words, by the vendor's own (`fallback`) where they say none.

    `kind` is the type where the vendor's event leaves no doubt.
    """
    judged = fate(kind, said, status)
    unknown = judged.verdict is not None and judged.verdict.bounce_class is BounceClass.TRANSIENT
    return fate(fallback, said, status) if kind is None and fallback and unknown else judged


def parse_rows(rows: Iterable[Any], read: Reader) -> ParsedEvents:
    """Read each row; one that is no event is rejected with the reason."""
    drafts: list[Draft] = []
    indexes: list[int] = []
    rejected: list[Rejected] = []
    for index, row in enumerate(rows):
        try:
            found = list(read(_object(row)))
        except NoEvent as error:
            rejected.append(Rejected(index, str(error)[:300]))
            continue
        drafts.extend(found)
        indexes.extend([index] * len(found))
    return ParsedEvents((), (), tuple(rejected), tuple(drafts), tuple(indexes))


def json_rows(body: bytes) -> list[Any]:
    """Return the rows of a JSON object, an array of them, or NDJSON. Raises `UnreadablePayload`."""
    body = body.removeprefix(b"\xef\xbb\xbf").strip()
    if body.count(b",") > _MAX_COMMAS:
        raise UnreadablePayload(f"more than {MAX_ROWS:,} events in one body; send several")
    try:
        found = _JSON.decode(body)
    except RecursionError as error:
        raise UnreadablePayload("nested too deeply") from error
    except (msgspec.DecodeError, ValueError) as error:
        found = _lines(body, error)
    rows = found if isinstance(found, list) else [found]
    if len(rows) > MAX_ROWS:
        raise UnreadablePayload(f"more than {MAX_ROWS:,} events in one body; send several")
    return rows


def form_fields(body: bytes) -> dict[str, str]:
    """Return the fields of an `application/x-www-form-urlencoded` body."""
    try:
        pairs = parse_qsl(body.decode("utf-8", "replace"), max_num_fields=1_000)
    except ValueError as error:
        raise UnreadablePayload(f"not a form: {error}") from error
    return dict(pairs)


def decoded(text: str) -> Any:
    """Return JSON inside a text. Raises `NoEvent`."""
    try:
        return _JSON.decode(text)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise NoEvent(f"not JSON: {error}") from error


def text_of(row: Any, *path: str) -> str:
    """Return the text or number at a path of keys, an empty text where there is none."""
    for key in path:
        if not isinstance(row, dict):
            return ""
        row = row.get(key)
    if isinstance(row, bool) or row is None:
        return ""
    return str(row)[:8_192] if isinstance(row, str | int | float) else ""


def object_of(row: Any, *path: str) -> Row:
    """Return the object at a path, an empty one where there is none."""
    for key in path:
        row = row.get(key) if isinstance(row, dict) else None
    return row if isinstance(row, dict) else {}


def list_of(row: Any, *path: str) -> list[Any]:
    """Return the list at a path; a single value counts as a list of one."""
    *parents, last = path
    found = object_of(row, *parents).get(last)
    if isinstance(found, list):
        return found[:1_000]
    return [] if found in (None, "") else [found]


def metadata_clues(found: Any) -> Iterator[tuple[str, str]]:
    """Yield `metadata.<key>` for each text or number of an object, or of JSON text of one."""
    if isinstance(found, str) and found[:1] == "{":
        try:
            found = _JSON.decode(found)
        except (msgspec.DecodeError, ValueError, RecursionError):
            return
    if not isinstance(found, dict):
        return
    for key, value in list(found.items())[:50]:
        if isinstance(key, str) and isinstance(value, str | int) and not isinstance(value, bool):
            yield f"metadata.{key.lower()[:64]}", str(value)


def tag_clues(tags: Iterable[Any]) -> Iterator[tuple[str, str]]:
    """Yield `tag` for each text."""
    for tag in tags:
        if isinstance(tag, str | int) and not isinstance(tag, bool):
            yield "tag", str(tag)


def _lines(body: bytes, error: Exception) -> list[Any]:
    """Read NDJSON; a line that is none becomes a text, which is rejected as a row."""
    first = body.split(b"\n", 1)[0]
    try:
        if not isinstance(_JSON.decode(first), dict):
            raise UnreadablePayload(f"not JSON: {error}")
    except (msgspec.DecodeError, ValueError, RecursionError) as inner:
        raise UnreadablePayload(f"not JSON: {error}") from inner
    rows: list[Any] = []
    for line in body.split(b"\n")[: MAX_ROWS + 1]:
        try:
            if line.strip():
                rows.append(_JSON.decode(line))
        except (msgspec.DecodeError, ValueError, RecursionError):
            rows.append("not JSON")
    return rows


def _object(row: Any) -> Row:
    if not isinstance(row, dict):
        raise NoEvent("expected a JSON object")
    return row
