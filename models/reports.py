"""Keeps what was found out about models, as JSON beside the shelf's bundles."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from models.shelf import RegistryError, replace_file
from models.trials import DriftReport, Trial

FOLDER: Final = "reports"
_STAMP: Final = "%Y%m%dT%H%M%SZ"
_KEPT: Final = 60
Kind = TypeVar("Kind")


class Reports:
    """The newest trial of each bundle and the last drift reports, in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep_trial(self, trial: Trial) -> None:
        """Keep a candidate's trial in place of an earlier one."""
        self._write(_trial_name(trial.candidate), trial)

    def trial(self, digest: str) -> Trial | None:
        """Return a bundle's newest trial, None when it had none. Raises `RegistryError`."""
        return self._read(self.folder / _trial_name(digest), Trial)

    def keep_drift(self, report: DriftReport) -> None:
        """Keep a drift report; the oldest go."""
        self._write(f"drift-{report.at.astimezone(UTC):{_STAMP}}.json", report)
        for path in self._drift_files()[:-_KEPT]:
            path.unlink(missing_ok=True)

    def drift(self) -> DriftReport | None:
        """Return the newest drift report, None when there is none. Raises `RegistryError`."""
        found = self._drift_files()
        return self._read(found[-1], DriftReport) if found else None

    def drifts(self) -> tuple[datetime, ...]:
        """Return the times of the drift reports that are kept, the newest first."""
        return tuple(_time_of(path) for path in reversed(self._drift_files()))

    def _drift_files(self) -> list[Path]:
        return sorted(self.folder.glob("drift-*Z.json"))

    def _write(self, name: str, report: Trial | DriftReport) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        body = msgspec.json.format(msgspec.json.encode(report), indent=1)
        replace_file(self.folder / name, body)

    def _read(self, path: Path, kind: type[Kind]) -> Kind | None:
        try:
            return msgspec.json.decode(path.read_bytes(), type=kind)
        except FileNotFoundError:
            return None
        except msgspec.MsgspecError as wrong:
            raise RegistryError(f"{path} is not readable: {wrong}") from wrong


def _trial_name(digest: str) -> str:
    return f"trial-{digest}.json"


def _time_of(path: Path) -> datetime:
    return datetime.strptime(path.stem.removeprefix("drift-"), _STAMP).replace(tzinfo=UTC)
