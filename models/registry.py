"""The MLflow registry of record. `models.shelf` is what serving reads; its names are here as well.

MLflow is imported only by the functions that talk to it.
"""

import logging
import os
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from models.bundle import BundleRefused, digest_of
from models.shelf import (
    STARTER,
    RegistryError,
    Shelf,
    Shelved,
    load_folder,
    read_folder,
    read_text_model,
    starter_files,
    write_folder,
)

__all__ = [
    "STARTER",
    "Registered",
    "Registry",
    "RegistryError",
    "Run",
    "Shelf",
    "Shelved",
    "load_folder",
    "read_folder",
    "read_text_model",
    "starter_files",
    "write_folder",
    "write_model",
]

REGISTERED_NAME: Final = "sendwarden"
CHAMPION: Final = "champion"
CHALLENGER: Final = "challenger"
PREVIOUS: Final = "previous"
MODEL_FILE: Final = "MLmodel"
LOADER: Final = "models.pyfunc"
# What MLflow answers where a model or an alias is not there; anything else is a fault.
_ABSENT: Final = frozenset({"RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"})


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
    """The MLflow registry at a tracking URI; artefacts of a local one lie beside it.

    Aliases: `champion` serves, `challenger` is tried beside it, `previous` served before.
    """

    def __init__(self, tracking_uri: str, artifacts: Path | None = None) -> None:
        self._uri = tracking_uri
        # A tracking server keeps artefacts itself; a folder of this machine means nothing to it.
        self._artifacts = None if tracking_uri.startswith(("http://", "https://")) else artifacts

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
            if promote or self._aliased(client, CHAMPION) is None:
                self._crown(client, version)
                return Registered(int(version.version), run_id, (CHAMPION,))
            client.set_registered_model_alias(REGISTERED_NAME, CHALLENGER, version.version)
            return Registered(int(version.version), run_id, (CHALLENGER,))

    def set_champion(self, digest: str) -> bool:
        """Give the alias `champion` to the version with this digest, `previous` to the one before.

        Returns False when no version has it. It is challenger no more.
        """
        with self._client() as client:
            version = self._version_of(client, digest)
            if version is None:
                return False
            self._crown(client, version)
        return True

    def tag(self, digest: str, tags: Mapping[str, str]) -> bool:
        """Tag the version with this digest; False when no version has it."""
        with self._client() as client:
            version = self._version_of(client, digest)
            if version is None:
                return False
            for name, value in tags.items():
                client.set_model_version_tag(REGISTERED_NAME, version.version, name, value)
        return True

    def aliases(self) -> dict[str, str]:
        """Return the digest of the version of each alias that is set."""
        with self._client() as client:
            found = {name: self._aliased(client, name) for name in (CHAMPION, CHALLENGER, PREVIOUS)}
        return {name: v.tags.get("digest", "") for name, v in found.items() if v is not None}

    def _crown(self, client: Any, version: Any) -> None:
        before = self._aliased(client, CHAMPION)
        client.set_registered_model_alias(REGISTERED_NAME, CHAMPION, version.version)
        if before is not None and before.version != version.version:
            client.set_registered_model_alias(REGISTERED_NAME, PREVIOUS, before.version)
        challenger = self._aliased(client, CHALLENGER)
        if challenger is not None and challenger.version == version.version:
            client.delete_registered_model_alias(REGISTERED_NAME, CHALLENGER)

    def _version_of(self, client: Any, digest: str) -> Any | None:
        versions = client.search_model_versions(f"name='{REGISTERED_NAME}'")
        return next((v for v in versions if v.tags.get("digest") == digest), None)

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
        except MlflowException as error:
            if error.error_code in _ABSENT:
                return None
            raise


def _ensure_model(client: Any) -> None:
    if not client.search_registered_models(f"name='{REGISTERED_NAME}'"):
        client.create_registered_model(REGISTERED_NAME)


def _make_room(uri: str) -> None:
    """Make the folder of an SQLite tracking database."""
    if uri.startswith("sqlite:///"):
        Path(uri.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
