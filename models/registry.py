"""The one door between models and the outside: bundle folders, the shelf, the MLflow registry.

A bundle folder holds the files of `models.bundle` and nothing else; its name is its digest. The
shelf is a folder of bundle folders with `champion.json`, a pointer replaced by one atomic rename.
MLflow is the registry of record and is imported only by the functions that talk to it.
"""

import json
import logging
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from features.catalogue import Catalogue
from models.bundle import MAX_BYTES, Bundle, BundleRefused, digest_of

STARTER: Final = Path(__file__).parent / "starter"
TEXT_MODEL: Final = Path(__file__).parent / "text_model.npz"
POINTER: Final = "champion.json"
REGISTERED_NAME: Final = "sendwarden"
CHAMPION: Final = "champion"
CHALLENGER: Final = "challenger"
MODEL_FILE: Final = "MLmodel"
LOADER: Final = "models.pyfunc"
_SUFFIXES: Final = (".json", ".txt", ".npz")


class RegistryError(Exception):
    """The shelf or the registry does not hold what was asked for; the text says what to do."""


@dataclass(frozen=True)
class Shelved:
    """A bundle on the shelf."""

    digest: str
    created_at: str
    champion: bool

    @property
    def version(self) -> str:
        return self.digest[:12]


def read_folder(folder: Path) -> dict[str, bytes]:
    """Return the files of a bundle folder by name.

    Raises `BundleRefused` when it is not there or too large to be one.
    """
    if not folder.is_dir():
        raise BundleRefused(f"no model bundle at {folder}")
    paths = [p for p in sorted(folder.iterdir()) if p.is_file() and p.suffix in _SUFFIXES]
    if sum(path.stat().st_size for path in paths) > MAX_BYTES:
        raise BundleRefused(f"{folder} holds more than {MAX_BYTES:,} bytes")
    return {path.name: path.read_bytes() for path in paths}


def write_folder(files: Mapping[str, bytes], folder: Path) -> None:
    """Write a bundle folder in one step: it is there whole, or not at all."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    part = Path(tempfile.mkdtemp(prefix=".part-", dir=folder.parent))
    try:
        for name, body in files.items():
            _write_durably(part / name, body)
        part.chmod(0o755)
        part.rename(folder)
    except OSError:
        shutil.rmtree(part, ignore_errors=True)
        if not folder.is_dir():
            raise


def write_model(files: Mapping[str, bytes], folder: Path) -> None:
    """Write a bundle folder that is an MLflow model as well: `mlflow.pyfunc` can load it."""
    write_folder(files, folder)
    _describe(folder)


def _describe(folder: Path) -> None:
    """Add the file that tells MLflow how a bundle is loaded; it is no part of the bundle."""
    with warnings.catch_warnings():
        # Importing them warns of classes of MLflow's own.
        warnings.simplefilter("ignore")
        from mlflow.models import Model
        from mlflow.pyfunc import add_to_model
    model = Model()
    add_to_model(model, loader_module=LOADER, model_config={"subject": "account"})
    model.save(str(folder / MODEL_FILE))


def load_folder(folder: Path, catalogue: Catalogue) -> Bundle:
    """Load the bundle in a folder. Raises `BundleRefused`."""
    return Bundle.from_files(read_folder(folder), catalogue)


def starter_files() -> dict[str, bytes]:
    """Return the files of the bundle that ships with the code.

    Raises `BundleRefused` when this copy carries none.
    """
    return read_folder(STARTER)


def read_text_model() -> bytes | None:
    """Return the shipped text model's artefact, or None where this copy carries none."""
    return TEXT_MODEL.read_bytes() if TEXT_MODEL.is_file() else None


class Shelf:
    """Bundles in a local folder, one of them champion."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def add(self, files: Mapping[str, bytes]) -> str:
        """Put a bundle on the shelf and return its digest; twice is once."""
        digest = digest_of(files)
        if not (self.folder / digest).is_dir():
            write_folder(files, self.folder / digest)
        return digest

    def champion(self) -> str | None:
        """Return the digest of the champion, None when none was chosen.

        Raises `RegistryError` when the pointer is unreadable.
        """
        return self._pointer().get("digest")

    def files(self, digest: str) -> dict[str, bytes]:
        """Return the files of a bundle, verified against its digest.

        Raises `BundleRefused` when they are missing or were changed.
        """
        files = read_folder(self.folder / digest)
        if digest_of(files) != digest:
            raise BundleRefused(f"the bundle in {self.folder / digest} was changed")
        return files

    def promote(self, digest: str, at: datetime) -> None:
        """Make a bundle of the shelf the champion, by one atomic rename.

        Raises `RegistryError` when the shelf does not hold it.
        """
        if not (self.folder / digest).is_dir():
            raise RegistryError(f"no bundle {digest[:12]} on the shelf {self.folder}")
        before = self._pointer()
        history = list(before.get("history", []))
        if before.get("digest") not in (None, digest):
            history.append(before["digest"])
        self._point(digest, at, history)

    def rollback(self, at: datetime) -> str:
        """Make the champion before this one champion again and return its digest.

        Raises `RegistryError` when there was none.
        """
        history = list(self._pointer().get("history", []))
        if not history:
            raise RegistryError("there is no earlier champion to roll back to")
        digest = str(history.pop())
        self.files(digest)
        self._point(digest, at, history)
        return digest

    def find(self, prefix: str) -> str:
        """Return the one digest on the shelf that begins with `prefix`.

        Raises `RegistryError` when there is none or more than one.
        """
        found = [bundle.digest for bundle in self.bundles() if bundle.digest.startswith(prefix)]
        if len(found) != 1:
            known = ", ".join(bundle.version for bundle in self.bundles()) or "nothing"
            raise RegistryError(f"{len(found)} bundles match {prefix!r}; the shelf holds {known}")
        return found[0]

    def bundles(self) -> tuple[Shelved, ...]:
        """Return what is on the shelf, newest first."""
        champion = self.champion()
        found = [
            Shelved(folder.name, _created_at(folder), folder.name == champion)
            for folder in (self.folder.iterdir() if self.folder.is_dir() else ())
            if (folder / "manifest.json").is_file() and not folder.name.startswith(".")
        ]
        return tuple(sorted(found, key=lambda b: (b.created_at, b.digest), reverse=True))

    def _pointer(self) -> dict[str, Any]:
        try:
            pointer = json.loads((self.folder / POINTER).read_bytes())
        except FileNotFoundError:
            return {}
        except ValueError as wrong:
            raise RegistryError(f"{self.folder / POINTER} is not readable: {wrong}") from wrong
        if not isinstance(pointer, dict):
            raise RegistryError(f"{self.folder / POINTER} is not a pointer")
        return pointer

    def _point(self, digest: str, at: datetime, history: list[str]) -> None:
        body = {"digest": digest, "promoted_at": at.isoformat(), "history": history[-20:]}
        part = self.folder / f".{POINTER}.{os.getpid()}"
        _write_durably(part, json.dumps(body, indent=1).encode())
        part.replace(self.folder / POINTER)


def _created_at(folder: Path) -> str:
    try:
        note = json.loads((folder / "manifest.json").read_bytes()).get("note", {})
    except ValueError:
        return ""
    return str(note.get("created_at", ""))


def _write_durably(path: Path, body: bytes) -> None:
    with path.open("wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())


@dataclass(frozen=True)
class Run:
    """What one training leaves in the registry. `figures` are files for the run, by name."""

    parameters: Mapping[str, str | int | float]
    metrics: Mapping[str, float]
    tags: Mapping[str, str]
    figures: Mapping[str, Path]


@dataclass(frozen=True)
class Registered:
    """A registered version of the model."""

    version: int
    run_id: str
    aliases: tuple[str, ...]


class Registry:
    """The MLflow registry at a tracking URI; artefacts of a local one lie beside it."""

    def __init__(self, tracking_uri: str, artifacts: Path | None = None) -> None:
        self._uri = tracking_uri
        self._artifacts = artifacts

    def register(
        self, files: Mapping[str, bytes], run: Run, *, promote: bool = False
    ) -> Registered:
        """Log a run with its bundle and register a version.

        Its alias is `champion` when `promote` or when there is no champion, else `challenger`.
        """
        with self._client() as client:
            run_id = self._log(client, files, run)
            source = f"{client.get_run(run_id).info.artifact_uri}/bundle"
            _ensure_model(client)
            version = client.create_model_version(
                REGISTERED_NAME, source, run_id, tags={"digest": digest_of(files)}
            )
            alias = CHAMPION if promote or self._aliased(client, CHAMPION) is None else CHALLENGER
            client.set_registered_model_alias(REGISTERED_NAME, alias, version.version)
            return Registered(int(version.version), run_id, (alias,))

    def set_champion(self, digest: str) -> bool:
        """Give the alias `champion` to the version with this digest; False when none has it."""
        with self._client() as client:
            for version in client.search_model_versions(f"name='{REGISTERED_NAME}'"):
                if version.tags.get("digest") == digest:
                    client.set_registered_model_alias(REGISTERED_NAME, CHAMPION, version.version)
                    return True
        return False

    def pull(self, alias: str) -> dict[str, bytes]:
        """Return the bundle files of the version with this alias.

        Raises `RegistryError` when there is none, `BundleRefused` when its files were changed.
        """
        import mlflow.artifacts

        with self._client() as client, tempfile.TemporaryDirectory() as folder:
            version = self._aliased(client, alias)
            if version is None:
                raise RegistryError(f"no registered model has the alias {alias!r} at {self._uri}")
            path = mlflow.artifacts.download_artifacts(
                run_id=version.run_id,
                artifact_path="bundle",
                dst_path=folder,
                tracking_uri=self._uri,
            )
            files = read_folder(Path(path))
        if digest_of(files) != version.tags.get("digest"):
            raise BundleRefused(f"the files of version {version.version} were changed")
        return files

    @contextmanager
    def _client(self) -> Iterator[Any]:
        """Yield an MLflow client. It sends no telemetry: what is learned here stays here."""
        os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
        os.environ.setdefault("DO_NOT_TRACK", "true")
        logging.getLogger("mlflow").setLevel(logging.WARNING)
        from mlflow import MlflowClient
        from mlflow.exceptions import MlflowException

        _make_room(self._uri)
        try:
            yield MlflowClient(self._uri, registry_uri=self._uri)
        except MlflowException as error:
            raise RegistryError(f"MLflow at {self._uri}: {error.message}") from error

    def _log(self, client: Any, files: Mapping[str, bytes], run: Run) -> str:
        experiment = client.get_experiment_by_name(REGISTERED_NAME)
        place = self._artifacts.resolve().as_uri() if self._artifacts else None
        experiment_id = (
            experiment.experiment_id
            if experiment
            else client.create_experiment(REGISTERED_NAME, artifact_location=place)
        )
        run_id = str(client.create_run(experiment_id, tags=dict(run.tags)).info.run_id)
        for name, value in run.parameters.items():
            client.log_param(run_id, name, value)
        for name, value in run.metrics.items():
            client.log_metric(run_id, name, value)
        with tempfile.TemporaryDirectory() as bundle:
            for name, body in files.items():
                (Path(bundle) / name).write_bytes(body)
            _describe(Path(bundle))
            client.log_artifacts(run_id, bundle, "bundle")
        for name, path in run.figures.items():
            folder = name.rpartition("/")[0] or None
            client.log_artifact(run_id, str(path), folder)
        client.set_terminated(run_id)
        return run_id

    def _aliased(self, client: Any, alias: str) -> Any | None:
        from mlflow.exceptions import MlflowException

        try:
            return client.get_model_version_by_alias(REGISTERED_NAME, alias)
        except MlflowException:
            return None


def _ensure_model(client: Any) -> None:
    if not client.search_registered_models(f"name='{REGISTERED_NAME}'"):
        client.create_registered_model(REGISTERED_NAME)


def _make_room(uri: str) -> None:
    """Make the folder of an SQLite tracking database."""
    if uri.startswith("sqlite:///"):
        Path(uri.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
