"""Reads YAML into a tree that knows its lines, in bounded time and memory.

Only plain data: no anchors, no aliases (so no "billion laughs"), no tags, no second document.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

from features.plain_yaml import LOADER
from models.policy.faults import PolicyError, PolicyErrors

MAX_CHARACTERS = 200_000
MAX_NODES = 20_000
MAX_DEPTH = 12


@dataclass(frozen=True)
class Scalar:
    """A single value as written. `style` is YAML's: None plain, quotes, `|` or `>`."""

    line: int
    column: int
    text: str
    style: str | None


@dataclass(frozen=True)
class Keyed:
    """Keys in file order; each key keeps its own place."""

    line: int
    column: int
    items: dict[str, tuple[Scalar, "Node"]] = field(default_factory=dict)


@dataclass(frozen=True)
class Listed:
    """Values in file order."""

    line: int
    column: int
    items: list["Node"] = field(default_factory=list)


Node = Scalar | Keyed | Listed


def read_document(text: str) -> Node:
    """Return the root of a YAML document. Raises `PolicyErrors` on anything but plain data."""
    if len(text) > MAX_CHARACTERS:
        raise _refusal(1, 1, f"the file has {len(text):,} characters; {MAX_CHARACTERS:,} at most")
    try:
        text.encode("utf-8")
        return _Tree(_events(text)).root()
    except UnicodeEncodeError as broken:
        line = text.count("\n", 0, broken.start) + 1
        raise _refusal(line, 1, "a character that is not valid Unicode") from broken
    except yaml.MarkedYAMLError as broken:
        mark = broken.problem_mark or broken.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        raise _refusal(line, column, f"not YAML: {broken.problem or broken.context}") from broken
    except yaml.reader.ReaderError as broken:
        line = text.count("\n", 0, max(broken.position, 0)) + 1
        raise _refusal(line, 1, f"not YAML: {broken.reason}") from broken
    except yaml.YAMLError as broken:
        raise _refusal(0, 0, f"not YAML: {broken}") from broken


def _refusal(line: int, column: int, cause: str, suggestion: str = "") -> PolicyErrors:
    return PolicyErrors([PolicyError(line, column, cause, suggestion)])


def _events(text: str) -> Iterator[yaml.Event]:
    for count, event in enumerate(yaml.parse(text, Loader=LOADER)):
        if count > MAX_NODES:
            raise _refused(event, f"more than {MAX_NODES:,} values")
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise _refused(event, "anchors and aliases are not accepted", "write the value out")
        if (tag := getattr(event, "tag", None)) is not None:
            raise _refused(event, f"the tag {tag} is not accepted", "write plain values")
        if not isinstance(event, yaml.StreamStartEvent | yaml.StreamEndEvent):
            yield event


def _refused(event: yaml.Event, cause: str, suggestion: str = "") -> PolicyErrors:
    return _refusal(*_place(event), cause, suggestion)


def _place(event: yaml.Event) -> tuple[int, int]:
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark else (0, 0)


class _Tree:
    """Builds nodes from events."""

    def __init__(self, events: Iterator[yaml.Event]) -> None:
        self._events = events

    def root(self) -> Node:
        if next(self._events, None) is None:
            raise _refusal(1, 1, "the file is empty")
        node = self._node(next(self._events), 1)
        next(self._events)
        if (extra := next(self._events, None)) is not None:
            raise _refused(extra, "a second document; one policy is one document")
        return node

    def _node(self, event: yaml.Event, depth: int) -> Node:
        if depth > MAX_DEPTH:
            raise _refused(event, f"nested more than {MAX_DEPTH} deep")
        if isinstance(event, yaml.ScalarEvent):
            return Scalar(*_place(event), event.value, event.style or None)
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(event, depth)
        return self._list(event, depth)

    def _mapping(self, start: yaml.Event, depth: int) -> Keyed:
        mapping = Keyed(*_place(start))
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._node(event, depth + 1)
            value = self._node(next(self._events), depth + 1)
            if not isinstance(key, Scalar):
                raise _refused(event, "a key must be a plain word")
            if key.text in mapping.items:
                raise _refused(event, f"the key {key.text!r} is given twice")
            mapping.items[key.text] = key, value
        return mapping

    def _list(self, start: yaml.Event, depth: int) -> Listed:
        found = Listed(*_place(start))
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            found.items.append(self._node(event, depth + 1))
        return found
