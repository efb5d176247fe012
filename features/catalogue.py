"""The feature catalogue: what a feature is, and how all of them are computed.

A feature is a NumPy function whose argument names are its inputs. It runs unchanged on one row
(online) and on millions (offline). Families are values in `features/families/*.py`.
"""

import hashlib
import inspect
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import ModuleType
from typing import Final

import numpy as np
import numpy.typing as npt

import features.families
from features.discovery import DuplicateName, discover
from features.records import Subject
from features.windows import WINDOWS

Array = npt.NDArray[np.float64]
Compute = Callable[..., Array]


WINDOW_INDEX: Final = {window.name: i for i, window in enumerate(WINDOWS)}


class UnknownInput(KeyError):
    """A feature needs an input that was not supplied."""


@dataclass(frozen=True)
class Feature:
    """One number about a subject.

    A plain feature gets each input as shape `(n_rows,)` and returns `(n_rows,)`; it may name one
    window of a counter, as in `hard_bounce_7d`. A windowed feature (`windows` not empty) gets counters as `(n_rows, n_windows)` and other inputs as
    `(n_rows, 1)`, returns `(n_rows, n_windows)`, and is published as `<name>_<window>`.
    `direction` is +1 when a larger value never lowers risk, -1 for the reverse, 0 when unknown;
    it becomes a monotone constraint. NaN means undefined or unknown. `takes` names the inputs of
    a function that several features share.
    """

    name: str
    compute: Compute
    unit: str
    meaning: str
    direction: int = 0
    windows: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()

    @cached_property
    def inputs(self) -> tuple[str, ...]:
        """The names of the inputs: `takes`, or the argument names of `compute`."""
        return self.takes or tuple(inspect.signature(self.compute).parameters)

    @cached_property
    def chosen(self) -> slice | list[int]:
        """Which columns of a counter its windows are; a slice where all are, for it copies nothing."""
        whole = self.windows == tuple(WINDOW_INDEX)
        return slice(None) if whole else [WINDOW_INDEX[window] for window in self.windows]

    @property
    def columns(self) -> tuple[str, ...]:
        """The published names, one per window."""
        return tuple(f"{self.name}_{window}" for window in self.windows) or (self.name,)


def itself(value: Array) -> Array:
    """Return an input as it is: a fact that is a feature."""
    return value


@dataclass(frozen=True)
class Family:
    """Features of one kind, and the subjects whose models see them."""

    name: str
    meaning: str
    subjects: frozenset[Subject]
    features: tuple[Feature, ...]


@dataclass(frozen=True)
class Column:
    """One column of a feature row."""

    name: str
    family: str
    feature: Feature


@dataclass(frozen=True)
class Catalogue:
    """All families; computes the rows of a subject."""

    families: tuple[Family, ...]
    _columns: dict[Subject, tuple[Column, ...]] = field(
        default_factory=dict, init=False, repr=False
    )

    def __post_init__(self) -> None:
        for subject in Subject:
            columns = [
                Column(name, family.name, feature)
                for family in self.families
                if subject in family.subjects
                for feature in family.features
                for name in feature.columns
            ]
            names = [column.name for column in columns]
            if twice := {name for name in names if names.count(name) > 1}:
                raise DuplicateName(f"features defined twice: {sorted(twice)}")
            self._columns[subject] = tuple(columns)

    def columns(self, subject: Subject) -> tuple[Column, ...]:
        return self._columns[subject]

    def names(self, subject: Subject) -> tuple[str, ...]:
        return tuple(column.name for column in self._columns[subject])

    def directions(self, subject: Subject) -> tuple[int, ...]:
        return tuple(column.feature.direction for column in self._columns[subject])

    def fingerprint(self, subject: Subject) -> str:
        """A digest of names, order, units and directions; stored with every decision."""
        described = [
            (c.name, c.feature.unit, c.feature.direction, c.feature.inputs)
            for c in self._columns[subject]
        ]
        return hashlib.sha256(json.dumps(described).encode()).hexdigest()[:16]

    def compute(self, subject: Subject, inputs: Mapping[str, Array]) -> Array:
        """Return the feature rows, shape `(n_rows, n_columns)`.

        `inputs` maps names to `(n_rows,)` arrays, counters to `(n_rows, n_windows)`.
        Raises `UnknownInput` when one is missing.
        """
        blocks: list[Array] = []
        with np.errstate(all="ignore"):
            for family in self.families:
                if subject in family.subjects:
                    blocks.extend(_run(feature, inputs) for feature in family.features)
        return np.concatenate(blocks, axis=1)


def _run(feature: Feature, inputs: Mapping[str, Array]) -> Array:
    try:
        values = [_find(name, inputs) for name in feature.inputs]
    except KeyError as missing:
        raise UnknownInput(f"feature {feature.name!r} needs input {missing}") from missing
    if not feature.windows:
        return np.asarray(feature.compute(*values), dtype=np.float64)[:, None]
    wide = [v[:, feature.chosen] if v.ndim == 2 else v[:, None] for v in values]
    return np.asarray(feature.compute(*wide), dtype=np.float64)


def _find(name: str, inputs: Mapping[str, Array]) -> Array:
    """Return an input by name; `<counter>_<window>` is that window's column of a counter."""
    if name in inputs:
        return inputs[name]
    counter, _, window = name.rpartition("_")
    if window in WINDOW_INDEX and counter in inputs:
        return inputs[counter][:, WINDOW_INDEX[window]]
    raise KeyError(name)


def load_catalogue(package: ModuleType = features.families) -> Catalogue:
    """Discover the families of a package (the shipped ones by default)."""
    return Catalogue(families=tuple(discover(package, Family)))


def as_rows(rows: Sequence[Mapping[str, float]], names: Sequence[str]) -> Array:
    """Stack dictionaries into a `(n_rows, n_columns)` array in the order of `names`."""
    return np.array([[row[name] for name in names] for row in rows], dtype=np.float64)
