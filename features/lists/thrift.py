"""Thrift's compact protocol, as far as Parquet's footer and page headers need it.

Written here because a list may lie about its sizes: they are checked before any reader allocates
what they promise. https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
"""

from typing import Any, Final

Struct = dict[int, Any]
_MAX_DEPTH: Final = 16


class BadThrift(ValueError):
    """The bytes are not what the protocol allows."""


class Compact:
    """Reads structs from bytes; `position` is where the next one starts."""

    def __init__(self, data: bytes, position: int = 0) -> None:
        self._data = data
        self.position = position

    def struct(self, depth: int = 0) -> Struct:
        """Return a struct as field id -> value; bytes for strings. Raises `BadThrift`."""
        if depth > _MAX_DEPTH:
            raise BadThrift("nested too deeply")
        found: Struct = {}
        field = 0
        while head := self._byte():
            delta, kind = head >> 4, head & 0x0F
            field = field + delta if delta else self._zigzag()
            found[field] = kind == 1 if kind in (1, 2) else self._value(kind, depth)
        return found

    def _value(self, kind: int, depth: int) -> Any:
        match kind:
            case 1 | 2 | 3:
                return self._byte()
            case 4 | 5 | 6:
                return self._zigzag()
            case 7:
                return self._take(8)
            case 8:
                return self._take(self._varint())
            case 9 | 10:
                return self._list(depth)
            case 12:
                return self.struct(depth + 1)
        raise BadThrift(f"unknown type {kind}")

    def _list(self, depth: int) -> list[Any]:
        head = self._byte()
        size = head >> 4
        size = self._varint() if size == 15 else size
        if size > len(self._data) - self.position:
            raise BadThrift("a list longer than the data")
        return [self._value(head & 0x0F, depth + 1) for _ in range(size)]

    def _byte(self) -> int:
        return self._take(1)[0]

    def _take(self, size: int) -> bytes:
        end = self.position + size
        if end > len(self._data):
            raise BadThrift("the data ends early")
        taken = self._data[self.position : end]
        self.position = end
        return taken

    def _varint(self) -> int:
        value = shift = 0
        while True:
            byte = self._byte()
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value
            if shift > 63:
                raise BadThrift("a number of more than 64 bits")

    def _zigzag(self) -> int:
        value = self._varint()
        return (value >> 1) ^ -(value & 1)
