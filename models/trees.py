"""LightGBM trees through the C library, without the Python package and what it imports.

The single-row fast path keeps one prepared configuration and two buffers per thread, because a
configuration writes into shared state; boosters themselves are only read. So a `Trees` may be
used from any number of threads without a lock.
"""

import ctypes
import importlib.util
import threading
import weakref
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from models.tree_text import UnreadableTrees, check_tree_text

__all__ = ["Trees", "UnreadableTrees"]

Array = npt.NDArray[np.float64]
_FLOAT64 = 1
_ROW_MAJOR = 1
_RAW_SCORE = 1
_CONTRIBUTIONS = 3
_ALL_TREES = -1
_ONE_THREAD = b"num_threads=1 verbosity=-1"
_DOUBLES = ctypes.POINTER(ctypes.c_double)


class Trees:
    """A boosted ensemble; answers raw margins (log-odds for a binary objective).

    `names` are the features in column order. Raises `UnreadableTrees` when the text is not a
    model that can be evaluated safely.
    """

    def __init__(self, text: str) -> None:
        checked = check_tree_text(text)
        self.names = checked.names
        self.n_trees = checked.n_trees
        self._booster = _load(checked.text)
        self._local = threading.local()

    def margin(self, row: Array) -> float:
        """Return the margin of one row, shape `(n_features,)`."""
        fast: _FastRow | None = getattr(self._local, "fast", None)
        if fast is None:
            fast = self._local.fast = _FastRow(self._booster, len(self.names))
        return fast(row)

    def margins(self, rows: Array) -> Array:
        """Return the margins of many rows, `(n_rows, n_features)` to `(n_rows,)`."""
        return self._predict(rows, _RAW_SCORE, 1)[:, 0]

    def contributions(self, rows: Array) -> Array:
        """Return exact TreeSHAP values, `(n_rows, n_features + 1)`; the last is the mean margin.

        Every row of the answer sums to the row's margin (Lundberg and Lee, 2017).
        """
        return self._predict(rows, _CONTRIBUTIONS, len(self.names) + 1)

    def _predict(self, rows: Array, kind: int, width: int) -> Array:
        rows = np.ascontiguousarray(rows, dtype=np.float64)
        if rows.ndim != 2 or rows.shape[1] != len(self.names):
            raise ValueError(f"rows of {len(self.names)} features wanted, got {rows.shape}")
        answer = np.empty((len(rows), width), dtype=np.float64)
        if not len(rows):
            return answer
        written = ctypes.c_int64()
        _call(
            "LGBM_BoosterPredictForMat",
            self._booster.pointer,
            rows.ctypes.data_as(ctypes.c_void_p),
            _FLOAT64,
            ctypes.c_int32(rows.shape[0]),
            ctypes.c_int32(rows.shape[1]),
            _ROW_MAJOR,
            kind,
            0,
            _ALL_TREES,
            _ONE_THREAD,
            ctypes.byref(written),
            answer.ctypes.data_as(_DOUBLES),
        )
        return answer


class _Handle:
    """A pointer that the library gave out, freed when the last user drops it."""

    def __init__(self, pointer: ctypes.c_void_p, free: str, keeps: object = None) -> None:
        self.pointer = pointer
        self.keeps = keeps
        weakref.finalize(self, getattr(_library(), free), pointer).atexit = False


class _FastRow:
    """A prepared single-row prediction with its own buffers, for one thread."""

    def __init__(self, booster: _Handle, n_features: int) -> None:
        pointer = ctypes.c_void_p()
        _call(
            "LGBM_BoosterPredictForMatSingleRowFastInit",
            booster.pointer,
            _RAW_SCORE,
            0,
            _ALL_TREES,
            _FLOAT64,
            ctypes.c_int32(n_features),
            _ONE_THREAD,
            ctypes.byref(pointer),
        )
        self._config = _Handle(pointer, "LGBM_FastConfigFree", keeps=booster)
        self._row = np.empty(n_features, dtype=np.float64)
        self._margin = ctypes.c_double()
        self._written = ctypes.c_int64()
        self._arguments = (
            pointer,
            ctypes.c_void_p(self._row.ctypes.data),
            ctypes.byref(self._written),
            ctypes.byref(self._margin),
        )
        self._run = _library().LGBM_BoosterPredictForMatSingleRowFast

    def __call__(self, row: Array) -> float:
        if row.shape != self._row.shape:
            raise ValueError(f"a row of shape {self._row.shape} wanted, got {row.shape}")
        self._row[:] = row
        if self._run(*self._arguments):
            raise UnreadableTrees(_last_error())
        return self._margin.value


def _load(text: str) -> _Handle:
    iterations = ctypes.c_int()
    pointer = ctypes.c_void_p()
    _call(
        "LGBM_BoosterLoadModelFromString",
        text.encode("ascii"),
        ctypes.byref(iterations),
        ctypes.byref(pointer),
    )
    return _Handle(pointer, "LGBM_BoosterFree")


def _call(function: str, *arguments: object) -> None:
    if getattr(_library(), function)(*arguments):
        raise UnreadableTrees(_last_error())


def _last_error() -> str:
    return str(_library().LGBM_GetLastError().decode("utf-8", "replace"))


@cache
def _library() -> ctypes.CDLL:
    """Open `lib_lightgbm` where the installed package keeps it, without importing the package."""
    spec = importlib.util.find_spec("lightgbm")
    if spec is None or spec.origin is None:
        raise UnreadableTrees("the lightgbm package, which holds the library, is not installed")
    folder = Path(spec.origin).parent
    for name in ("lib_lightgbm.so", "lib_lightgbm.dylib", "lib_lightgbm.dll"):
        for path in (folder / "lib" / name, folder / "bin" / name, folder / name):
            if path.is_file():
                library = ctypes.CDLL(str(path))
                library.LGBM_GetLastError.restype = ctypes.c_char_p
                return library
    raise UnreadableTrees(f"lib_lightgbm was not found in {folder}")
