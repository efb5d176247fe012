"""Bundle folders and the shelf: where a server finds the model that decides.

A bundle folder holds the files of `models.bundle` and nothing else; its name is its digest. The
shelf is a folder of bundle folders with `champion.json` and `challenger.json`, pointers replaced
by one atomic rename.
"""

import fcntl
import json
import os
import shutil
import tempfile
import threading
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
CHALLENGER_POINTER: Final = "challenger.json"
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
            write_durably(part / name, body)
        part.chmod(0o755)
        part.rename(folder)
    except OSError:
        shutil.rmtree(part, ignore_errors=True)
        if not folder.is_dir():
            raise


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

    def challenger(self) -> str | None:
        """Return the digest of the challenger, None when there is none.

        Raises `RegistryError` when the pointer is unreadable.
        """
        return self._pointer(CHALLENGER_POINTER).get("digest")

    def challenge(self, digest: str | None, at: datetime) -> None:
        """Make a bundle of the shelf the challenger; None: there is none any more.

        Raises `RegistryError` when the shelf does not hold it.
        """
        if digest is not None:
            self._held(digest)
        with self._alone():
            self._point({"digest": digest, "since": at.isoformat()}, CHALLENGER_POINTER)

    def previous(self) -> str | None:
        """Return the digest that `rollback` goes back to, None when there is none."""
        return next(reversed(self._pointer().get("history", [])), None)

    def promote(self, digest: str, at: datetime) -> None:
        """Make a bundle of the shelf the champion, by one atomic rename; it challenges no more.

        Raises `RegistryError` when the shelf does not hold it.
        """
        self._held(digest)
        with self._alone():
            before = self._pointer()
            history = list(before.get("history", []))
            if before.get("digest") not in (None, digest):
                history.append(before["digest"])
            self._crown(digest, at, history)
            if self.challenger() == digest:
                self._point({"digest": None, "since": at.isoformat()}, CHALLENGER_POINTER)

    def rollback(self, at: datetime) -> str:
        """Make the champion before this one champion again and return its digest.

        Raises `RegistryError` when there was none.
        """
        with self._alone():
            history = list(self._pointer().get("history", []))
            if not history:
                raise RegistryError("there is no earlier champion to roll back to")
            digest = str(history.pop())
            self.files(digest)
            self._crown(digest, at, history)
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

    def _held(self, digest: str) -> None:
        if not (self.folder / digest).is_dir():
            raise RegistryError(f"no bundle {digest[:12]} on the shelf {self.folder}")

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Let one process at a time read a pointer and write the next; readers never wait."""
        with (self.folder / ".lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _pointer(self, name: str = POINTER) -> dict[str, Any]:
        try:
            pointer = json.loads((self.folder / name).read_bytes())
        except FileNotFoundError:
            return {}
        except ValueError as wrong:
            raise RegistryError(f"{self.folder / name} is not readable: {wrong}") from wrong
        if not isinstance(pointer, dict):
            raise RegistryError(f"{self.folder / name} is not a pointer")
        return pointer

    def _crown(self, digest: str, at: datetime, history: list[str]) -> None:
        body = {"digest": digest, "promoted_at": at.isoformat(), "history": history[-20:]}
        self._point(body, POINTER)

    def _point(self, body: Mapping[str, object], name: str) -> None:
        replace_file(self.folder / name, json.dumps(body, indent=1).encode())


def replace_file(path: Path, body: bytes) -> None:
    """Replace a file by one atomic rename: a reader sees the old one or the new one, whole."""
    part = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
    write_durably(part, body)
    part.replace(path)


def _created_at(folder: Path) -> str:
    try:
        note = json.loads((folder / "manifest.json").read_bytes()).get("note", {})
    except ValueError:
        return ""
    return str(note.get("created_at", ""))


def write_durably(path: Path, body: bytes) -> None:
    """Write a file and wait until it is on the disk."""
    with path.open("wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
