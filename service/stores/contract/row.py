"""What every row is, and arrays of hashes."""

import msgspec
import numpy as np
import numpy.typing as npt

Hashes = npt.NDArray[np.int64]


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """An immutable row."""
