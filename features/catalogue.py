"""The feature catalogue: what a feature is, and how all of them are computed.

A feature is a NumPy function whose argument names are its inputs. It runs unchanged on one row
(online) and on millions (offline). Families are values in `features/families/*.py`.
"""

import hashlib
import inspect
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
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

    `compute` works element by element on inputs of one shape, `(n_rows, n_columns)`: features
    that share a function are computed in one call. A plain feature has one column and may name
    one window of a counter, as in `hard_bounce_7d`. A windowed one (`windows` not empty) has a
    column a window, published as `<name>_<window>`; inputs without windows are repeated.
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
    _alike: dict[Subject, list[tuple[Feature, ...]]] = field(
        default_factory=dict, init=False, repr=False
    )
    _order: dict[Subject, npt.NDArray[np.intp]] = field(
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
            self._alike[subject] = _alike(dict.fromkeys(column.feature for column in columns))
            grouped = [name for alike in self._alike[subject] for f in alike for name in f.columns]
            place = {name: i for i, name in enumerate(grouped)}
            self._order[subject] = np.array([place[name] for name in names], dtype=np.intp)

    def columns(self, subject: Subject) -> tuple[Column, ...]:
        return self._columns[subject]

    def names(self, subject: Subject) -> tuple[str, ...]:
        return tuple(column.name for column in self._columns[subject])

    def directions(self, subject: Subject) -> tuple[int, ...]:
        return tuple(column.feature.direction for column in self._columns[subject])

    def definitions(self, subject: Subject) -> str:
        """The columns as JSON: name, unit, direction and inputs of each, in their order.

        What is kept of a feature set, so that its rows can be read when the features have changed.
        """
        described = [
            (c.name, c.feature.unit, c.feature.direction, c.feature.inputs)
            for c in self._columns[subject]
        ]
        return json.dumps(described)

    def fingerprint(self, subject: Subject) -> str:
        """A digest of the definitions; stored with every decision."""
        return digest_of(self.definitions(subject))

    def compute(self, subject: Subject, inputs: Mapping[str, Array]) -> Array:
        """Return the feature rows, shape `(n_rows, n_columns)`.

        `inputs` maps names to `(n_rows,)` arrays, counters to `(n_rows, n_windows)`.
        Raises `UnknownInput` when one is missing.
        """
        with np.errstate(all="ignore"):
            blocks = [_run_together(alike, inputs) for alike in self._alike[subject]]
        return np.concatenate(blocks, axis=1)[:, self._order[subject]]


def digest_of(definitions: str) -> str:
    """Return the fingerprint of a feature set by its definitions."""
    return hashlib.sha256(definitions.encode()).hexdigest()[:16]


def _alike(features: Iterable[Feature]) -> list[tuple[Feature, ...]]:
    """Group features that are one function of different inputs: one call computes all of a group."""
    groups: dict[tuple[Compute, int, bool], list[Feature]] = {}
    for feature in features:
        key = (feature.compute, len(feature.inputs), bool(feature.windows))
        groups.setdefault(key, []).append(feature)
    return [tuple(group) for group in groups.values()]


def _run_together(alike: Sequence[Feature], inputs: Mapping[str, Array]) -> Array:
    """Return the columns of features that share a function, side by side, `(n_rows, n_columns)`."""
    if len(alike) == 1:
        feature = alike[0]
        return _computed(feature, _arguments(feature, inputs))
    columns = zip(*(_arguments(feature, inputs) for feature in alike), strict=True)
    return _computed(alike[0], [np.concatenate(column, axis=1) for column in columns])


def _computed(feature: Feature, arguments: Sequence[Array]) -> Array:
    return np.asarray(feature.compute(*arguments), dtype=np.float64)


def _arguments(feature: Feature, inputs: Mapping[str, Array]) -> list[Array]:
    """Return a feature's inputs, each `(n_rows, n_columns)`."""
    try:
        if not feature.windows:
            return [_find(name, inputs)[:, None] for name in feature.inputs]
        width, chosen = len(feature.windows), feature.chosen
        values = [_find(name, inputs) for name in feature.inputs]
    except KeyError as missing:
        raise UnknownInput(f"feature {feature.name!r} needs input {missing}") from missing
    return [v[:, chosen] if v.ndim == 2 else v[:, None].repeat(width, 1) for v in values]


def _find(name: str, inputs: Mapping[str, Array]) -> Array:
    """Return an input by name; `<counter>_<window>` is that window's column of a counter."""
    found = inputs.get(name)
    if found is not None:
        return found
    counter, window = _split(name)
    return inputs[counter][:, window]


@cache
def _split(name: str) -> tuple[str, int]:
    """Return a counter and its window's place. Raises `KeyError` for a name that is neither."""
    counter, _, window = name.rpartition("_")
    if window not in WINDOW_INDEX:
        raise KeyError(name)
    return counter, WINDOW_INDEX[window]


def load_catalogue(package: ModuleType = features.families) -> Catalogue:
    """Discover the families of a package (the shipped ones by default)."""
    return Catalogue(families=tuple(discover(package, Family)))


def as_rows(rows: Sequence[Mapping[str, float]], names: Sequence[str]) -> Array:
    """Stack dictionaries into a `(n_rows, n_columns)` array in the order of `names`."""
    return np.array([[row[name] for name in names] for row in rows], dtype=np.float64)
