"""Reads records from JSON that was not made for them: what fits is kept, the rest is noted."""

import hashlib
import math
import re
import types
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final, TypeVar, Union, get_args, get_origin

import msgspec

from features.records import ID_PATTERN
from training.oddities import Oddities

S = TypeVar("S", bound=msgspec.Struct)
_ID: Final = re.compile(ID_PATTERN)
_MILLISECONDS_FROM: Final = 1e11
_LARGEST_SECOND: Final = 253_402_300_799


def parse_time(value: object) -> datetime | None:
    """Return an aware UTC time of RFC 3339 text or Unix seconds or milliseconds, None if neither.

    Text without an offset is taken as UTC.
    """
    if isinstance(value, datetime):
        return as_utc(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _from_unix(float(value))
    if not isinstance(value, str):
        return None
    try:
        return as_utc(datetime.fromisoformat(value.strip()))
    except (ValueError, OverflowError):
        return None


def as_utc(moment: datetime) -> datetime:
    """Return the moment in UTC; a naive one is taken as UTC. Raises `OverflowError`."""
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    return moment if moment.tzinfo is UTC else moment.astimezone(UTC)


def _from_unix(value: float) -> datetime | None:
    seconds = value / 1000 if abs(value) > _MILLISECONDS_FROM else value
    if not math.isfinite(seconds) or not 0 <= seconds <= _LARGEST_SECOND:
        return None
    return datetime.fromtimestamp(seconds, UTC)


def safe_id(value: object) -> str | None:
    """Return an id that the contract allows; one that it does not is replaced by a stable one."""
    if value is None or isinstance(value, dict | list):
        return None
    text = str(value)
    if _ID.match(text):
        return text
    if not text.strip():
        return None
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()
    return f"{re.sub(r'[^A-Za-z0-9._:@-]', '_', text)[:100]}-{digest}"


def lenient(kind: type[S], raw: Mapping[str, Any], odd: Oddities) -> S | None:
    """Build a record from what fits; None when a required field is missing or unusable.

    Unknown fields are ignored. A field that does not fit is noted and left unknown.
    """
    values: dict[str, Any] = {}
    for field in msgspec.structs.fields(kind):
        given = raw.get(field.encode_name)
        fitted = None if given is None else _fit(field.name, field.type, given, odd)
        if fitted is not None:
            values[field.name] = fitted
            continue
        if given is not None:
            odd.note(f"{kind.__name__}: unusable {field.encode_name}", given)
        if field.required:
            return None
    return kind(**values)


def _fit(name: str, wanted: Any, given: Any, odd: Oddities) -> Any:
    """Return the value in the type that is wanted, None when it does not fit."""
    options = get_args(wanted) if get_origin(wanted) in (Union, types.UnionType) else (wanted,)
    if name.endswith("_id") and name != "event_id":
        return safe_id(given)
    if datetime in options:
        return parse_time(given)
    if nested := [o for o in options if isinstance(o, type) and issubclass(o, msgspec.Struct)]:
        return lenient(nested[0], given, odd) if isinstance(given, Mapping) else None
    if any(isinstance(o, type) and issubclass(o, StrEnum) for o in options):
        given = given.strip().lower() if isinstance(given, str) else given
    elif isinstance(given, int | float) and not isinstance(given, bool) and _is_text(options):
        given = str(given)
    try:
        return msgspec.convert(given, wanted, strict=False)
    except msgspec.ValidationError:
        return None


def _is_text(options: tuple[Any, ...]) -> bool:
    return any(get_args(option)[:1] == (str,) or option is str for option in options)
