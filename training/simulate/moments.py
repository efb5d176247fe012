"""Unix seconds as RFC 3339 texts."""

from datetime import UTC, datetime
from typing import Any

import numpy as np
import numpy.typing as npt


def rfc3339(seconds: int) -> str:
    """Return a moment in UTC, such as `2026-11-23T10:00:00Z`."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def rfc3339_many(seconds: npt.NDArray[np.int64]) -> npt.NDArray[Any]:
    """Return `(n,)` moments as texts."""
    return np.char.add(np.datetime_as_string(seconds.astype("datetime64[s]"), unit="s"), "Z")
