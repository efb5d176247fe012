"""A bundle: every model that serves, as files that cannot execute anything.

manifest.json       format, feature names and units by subject, a digest per file
<head>.txt          LightGBM model text (heads: `models.heads`)
calibrations.json   knots by head
typical.json        the median of each feature by subject, for explanations
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import msgspec
import numpy as np
import numpy.typing as npt

from features.catalogue import Catalogue
from features.records import Subject
from models.calibration import BadCalibration, Calibration
from models.decision import ReasonGiven
from models.explain import explain_contributions
from models.heads import BOUNDS, FORECAST_RATES, MALICE, RISK, all_heads, head_name, outputs_of
from models.reasons.registry import Reasons, Voice, load_reasons
from models.scores import Scores, ScoreTable, forecast_of, ordered, split_risk, split_risks
from models.trees import Trees, UnreadableTrees

Array = npt.NDArray[np.float64]
Kind = TypeVar("Kind")
FORMAT = 1
MANIFEST = "manifest.json"
CALIBRATIONS = "calibrations.json"
TYPICAL = "typical.json"
MAX_BYTES = 256_000_000


class BundleRefused(ValueError):
    """The files are not a bundle that this code can serve; the text says why."""


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is in a bundle. `features` maps a subject to the units of its features by name."""

    format: int
    heads: tuple[str, ...]
    features: dict[str, dict[str, str]]
    fingerprints: dict[str, str]
    policy: str
    note: dict[str, Any]
    files: dict[str, str]


@dataclass(frozen=True)
class HeadSpec:
    """A trained head: LightGBM model text with feature names, and its calibration."""

    model_text: str
    calibration: Calibration


@dataclass(frozen=True)
class Head:
    """A head ready to score: `columns` picks its features out of a catalogue row."""

    trees: Trees
    calibration: Calibration
    columns: npt.NDArray[np.intp]

    def of(self, row: Array) -> float:
        return self.calibration.of(self.trees.margin(row[self.columns]))

    def of_many(self, rows: Array) -> Array:
        return self.calibration.of_many(self.trees.margins(rows[:, self.columns]))

    def contributions(self, row: Array) -> Array:
        """Return what each feature of the whole row adds to the margin, `(n_columns,)`."""
        spread = np.zeros(len(row))
        spread[self.columns] = self.trees.contributions(row[None, self.columns])[0, :-1]
        return spread


@dataclass(frozen=True)
class Bundle:
    """Loaded heads, scoring rows in the order of `catalogue.names(subject)`."""

    catalogue: Catalogue
    manifest: Manifest
    digest: str
    heads: Mapping[str, Head]
    typical: Mapping[Subject, Array]
    reasons: Reasons

    @property
    def version(self) -> str:
        """A short name of the digest."""
        return self.digest[:12]

    @cached_property
    def feature_sets(self) -> dict[Subject, str]:
        """The catalogue's fingerprint by subject."""
        return {subject: self.catalogue.fingerprint(subject) for subject in Subject}

    @cached_property
    def voices(self) -> dict[Subject, tuple[tuple[Voice, ...], ...]]:
        """Who may tell of each column of a subject's rows, its own reason first."""
        return {
            subject: tuple(map(self.reasons.voices, self.catalogue.columns(subject)))
            for subject in Subject
        }

    def score(self, subject: Subject, row: Array) -> Scores:
        """Score one row `(n_columns,)`; NaN is unknown."""
        values = {
            output: self.heads[head_name(subject, output)].of(row) for output in outputs_of(subject)
        }
        malicious, careless = split_risk(values[RISK], values[MALICE])
        if len(values) == 2:
            return Scores(values[RISK], malicious, careless)
        rates = {rate: [values[f"{rate}_{bound}"] for bound in BOUNDS] for rate in FORECAST_RATES}
        return Scores(values[RISK], malicious, careless, forecast_of(rates))

    def score_many(self, subject: Subject, rows: Array) -> ScoreTable:
        """Score `(n_rows, n_columns)`."""
        values = {
            output: self.heads[head_name(subject, output)].of_many(rows)
            for output in outputs_of(subject)
        }
        malicious, careless = split_risks(values[RISK], values[MALICE])
        forecast = {
            rate: ordered(np.stack([values[f"{rate}_{bound}"] for bound in BOUNDS], axis=1))
            for rate in FORECAST_RATES
            if f"{rate}_mean" in values
        }
        return ScoreTable(values[RISK], malicious, careless, forecast)

    def explain(self, subject: Subject, row: Array) -> tuple[ReasonGiven, ...]:
        """Return why the risk of a row is what it is, strongest reason first."""
        return explain_contributions(
            self.catalogue.columns(subject),
            self.heads[head_name(subject, RISK)].contributions(row),
            row,
            self.typical[subject],
            self.voices[subject],
        )

    @classmethod
    def from_files(cls, files: Mapping[str, bytes], catalogue: Catalogue) -> "Bundle":
        """Read a bundle. Raises `BundleRefused`."""
        manifest = _manifest(files)
        _check_files(files, manifest)
        _check_features(manifest, catalogue)
        calibrations = _decoded(files, CALIBRATIONS, dict[str, dict[str, list[float]]])
        heads = {
            name: _head(files, name, catalogue.names(subject), calibrations)
            for subject, name in all_heads()
        }
        typical = _typical(files, catalogue)
        return cls(catalogue, manifest, digest_of(files), heads, typical, load_reasons())


def digest_of(files: Mapping[str, bytes]) -> str:
    """Return the SHA-256 of the manifest, which itself holds the digest of every other file."""
    return hashlib.sha256(files.get(MANIFEST, b"")).hexdigest()


def bundle_files(
    heads: Mapping[str, HeadSpec],
    catalogue: Catalogue,
    typical: Mapping[Subject, Array],
    note: Mapping[str, Any],
    policy: str = "default",
) -> dict[str, bytes]:
    """Return the files of a bundle. Raises `BundleRefused` when they could not be served.

    `heads` holds all of `models.heads.all_heads()`; model texts carry feature names out of the
    catalogue; `typical` gives each subject's medians, `(n_columns,)`, NaN where unknown.
    """
    files = {f"{name}.txt": head.model_text.encode() for name, head in heads.items()}
    files[CALIBRATIONS] = _json({name: head.calibration.as_json() for name, head in heads.items()})
    files[TYPICAL] = _json(
        {
            subject.value: dict(zip(catalogue.names(subject), _nullable(medians), strict=True))
            for subject, medians in typical.items()
        }
    )
    manifest = Manifest(
        format=FORMAT,
        heads=tuple(sorted(heads)),
        features={
            subject.value: {c.name: c.feature.unit for c in catalogue.columns(subject)}
            for subject in Subject
        },
        fingerprints={subject.value: catalogue.fingerprint(subject) for subject in Subject},
        policy=policy,
        note=dict(note),
        files={name: hashlib.sha256(body).hexdigest() for name, body in sorted(files.items())},
    )
    files[MANIFEST] = _json(manifest)
    Bundle.from_files(files, catalogue)
    return files


def _manifest(files: Mapping[str, bytes]) -> Manifest:
    stated = _decoded(files, MANIFEST, dict[str, Any])
    if stated.get("format") != FORMAT:
        raise BundleRefused(
            f"bundle format {stated.get('format')!r}, but this code reads format {FORMAT}: "
            "train again or serve it with the version that wrote it"
        )
    return _decoded(files, MANIFEST, Manifest)


def _check_files(files: Mapping[str, bytes], manifest: Manifest) -> None:
    if sum(map(len, files.values())) > MAX_BYTES:
        raise BundleRefused(f"bundle is larger than {MAX_BYTES:,} bytes")
    if missing := {name for _, name in all_heads()} - set(manifest.heads):
        raise BundleRefused(f"heads are missing: {', '.join(sorted(missing))}")
    names = set(files) - {MANIFEST}
    if odd := names.symmetric_difference(manifest.files):
        raise BundleRefused(f"files and manifest disagree on: {', '.join(sorted(odd))}")
    for name, stated in manifest.files.items():
        if hashlib.sha256(files[name]).hexdigest() != stated:
            raise BundleRefused(f"{name} was changed: its digest is not the manifest's")


def _check_features(manifest: Manifest, catalogue: Catalogue) -> None:
    for subject in Subject:
        units = {c.name: c.feature.unit for c in catalogue.columns(subject)}
        wanted = manifest.features.get(subject.value, {})
        if unknown := [name for name in wanted if name not in units]:
            raise BundleRefused(
                f"the bundle needs {subject.value} features that this code does not know: "
                f"{', '.join(unknown)}"
            )
        if changed := [name for name, unit in wanted.items() if units[name] != unit]:
            raise BundleRefused(f"the unit changed since training of: {', '.join(changed)}")


def _head(
    files: Mapping[str, bytes],
    name: str,
    columns: tuple[str, ...],
    calibrations: Mapping[str, Mapping[str, list[float]]],
) -> Head:
    position = {column: i for i, column in enumerate(columns)}
    try:
        trees = Trees(files[f"{name}.txt"].decode("ascii"))
        calibration = Calibration.from_json(calibrations.get(name, {}))
    except KeyError as missing:
        raise BundleRefused(f"{name}: its model file is missing") from missing
    except (UnicodeDecodeError, UnreadableTrees, BadCalibration) as wrong:
        raise BundleRefused(f"{name}: {wrong}") from wrong
    if unknown := [feature for feature in trees.names if feature not in position]:
        raise BundleRefused(f"{name}: features that this code does not know: {', '.join(unknown)}")
    picked = np.array([position[feature] for feature in trees.names], dtype=np.intp)
    return Head(trees, calibration, picked)


def _typical(files: Mapping[str, bytes], catalogue: Catalogue) -> dict[Subject, Array]:
    medians = _decoded(files, TYPICAL, dict[str, dict[str, float | None]])
    return {
        subject: np.array(
            [
                _number(medians.get(subject.value, {}).get(name))
                for name in catalogue.names(subject)
            ],
            dtype=np.float64,
        )
        for subject in Subject
    }


def _number(value: float | None) -> float:
    return float("nan") if value is None else float(value)


def _nullable(values: Array) -> list[float | None]:
    return [float(value) if np.isfinite(value) else None for value in values]


def _json(value: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value, order="sorted"), indent=1)


def _decoded(files: Mapping[str, bytes], name: str, kind: type[Kind]) -> Kind:
    if name not in files:
        raise BundleRefused(f"{name} is missing")
    if len(files[name]) > MAX_BYTES:
        raise BundleRefused(f"{name} has {len(files[name]):,} bytes")
    try:
        return msgspec.json.decode(files[name], type=kind)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as wrong:
        raise BundleRefused(f"{name} cannot be read: {wrong}") from wrong
