"""Which model serves is a person's act: chained to the audit log, refused where its gates failed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import msgspec

from features.catalogue import Catalogue
from models.bundle import MANIFEST, Bundle, BundleRefused
from models.reports import Reports
from models.shelf import RegistryError, Shelf, starter_files
from models.trials import Trial
from service.desk.records import Deed
from service.errors import ModelRefused, UnknownModel
from service.stores.contract import Store

PROMOTE: Final = "model.promote"
ROLL_BACK: Final = "model.roll_back"
STARTER: Final = "starter"
Tell = Callable[[str], bool]


@dataclass(frozen=True)
class Standing:
    """A bundle of the shelf: its role (`champion`, `challenger`, `previous` or none) and trial."""

    digest: str
    created_at: str
    role: str
    trial: Trial | None
    note: dict[str, Any]

    @property
    def version(self) -> str:
        return self.digest[:12]


@dataclass(frozen=True)
class Promoted:
    """What serves now and what did before (None: the bundle that ships with the code).

    `registry` says what the registry of record made of it: `told`, `unknown` there, or the fault.
    """

    digest: str
    before: str | None
    registry: str


class ModelActs:
    """The acts over one shelf. `key` seals the audit log; `tell` moves the registry's aliases."""

    def __init__(
        self,
        store: Store,
        shelf: Shelf,
        reports: Reports,
        catalogue: Catalogue,
        key: bytes,
        tell: Tell | None = None,
    ) -> None:
        self.shelf, self.reports = shelf, reports
        self._store, self._catalogue, self._key, self._tell = store, catalogue, key, tell

    def bundles(self) -> tuple[Standing, ...]:
        """Return what is on the shelf, newest first."""
        roles = {self.shelf.previous(): "previous", self.shelf.challenger(): "challenger"}
        roles[self.shelf.champion()] = "champion"
        return tuple(
            Standing(
                digest=one.digest,
                created_at=one.created_at,
                role=roles.get(one.digest, ""),
                trial=self.reports.trial(one.digest),
                note=self._note(one.digest),
            )
            for one in self.shelf.bundles()
        )

    def find(self, prefix: str) -> str:
        """Return the digest of the one bundle whose digest begins so. Raises `UnknownModel`."""
        try:
            return self.shelf.find(prefix)
        except RegistryError as error:
            raise UnknownModel(str(error)) from error

    def promote(self, prefix: str, actor: str, at: datetime, why: str = "") -> Promoted:
        """Make a bundle champion; servers take it up within seconds.

        Raises `UnknownModel`, or `ModelRefused` when it cannot be served, is champion already, or
        its gates failed or were never run and there is no `why`.
        """
        digest = self.find(prefix)
        self._check(digest)
        before = self.shelf.champion()
        if before == digest:
            raise ModelRefused(f"{digest[:12]} is champion already")
        trial = self.reports.trial(digest)
        if not why.strip() and not (trial is not None and trial.passed):
            raise ModelRefused(_refusal(digest, trial))
        self._record(PROMOTE, digest, before, actor, at, gates=_gates(trial), why=why)
        if before is None:
            # So that the first promotion, too, has something to go back to.
            self.shelf.promote(self.shelf.add(starter_files()), at)
        return self._crowned(lambda: self.shelf.promote(digest, at), digest, before, actor, at)

    def roll_back(self, actor: str, at: datetime, why: str = "") -> Promoted:
        """Make the champion before this one champion again. One person can, and needs no reason.

        Raises `ModelRefused` when there is none, or it cannot be served any more.
        """
        before, digest = self.shelf.champion(), self.shelf.previous()
        if digest is None:
            raise ModelRefused("there is no earlier champion to roll back to")
        self._check(digest)
        self._record(ROLL_BACK, digest, before, actor, at, why=why)
        return self._crowned(lambda: self.shelf.rollback(at), digest, before, actor, at)

    def _crowned(
        self,
        crown: Callable[[], object],
        digest: str,
        before: str | None,
        actor: str,
        at: datetime,
    ) -> Promoted:
        """Do what the audit log has announced; if it cannot be done, the log says that too."""
        try:
            crown()
        except (OSError, RegistryError, BundleRefused) as error:
            self._record("model.unchanged", before or "", digest, actor, at, why=str(error)[:500])
            raise ModelRefused(f"the shelf could not be changed: {error}") from error
        return Promoted(digest, before, self._told(digest))

    def _told(self, digest: str) -> str:
        if self._tell is None:
            return "unknown"
        try:
            return "told" if self._tell(digest) else "unknown"
        except RegistryError as error:
            return str(error)

    def _check(self, digest: str) -> None:
        try:
            Bundle.from_files(self.shelf.files(digest), self._catalogue)
        except BundleRefused as error:
            raise ModelRefused(f"{digest[:12]} cannot be served: {error}") from error

    def _note(self, digest: str) -> dict[str, Any]:
        path = self.shelf.folder / digest / MANIFEST
        try:
            stated = msgspec.json.decode(path.read_bytes(), type=dict[str, Any])
        except (OSError, msgspec.MsgspecError):
            return {}
        note = stated.get("note")
        return note if isinstance(note, dict) else {}

    def _record(
        self, act: str, digest: str, before: str | None, actor: str, at: datetime, **says: str
    ) -> None:
        after: dict[str, str | int | float | None] = {"champion": digest[:12] or STARTER}
        after |= {key: value for key, value in says.items() if value}
        deed = Deed(
            at=at, actor=actor, act=act, target=digest[:12] or STARTER,
            before={"champion": before[:12] if before else STARTER}, after=after,
        )  # fmt: skip
        self._store.record(self._key, deed)


def _gates(trial: Trial | None) -> str:
    if trial is None:
        return "not run"
    return "passed" if trial.passed else "failed: " + ", ".join(_named(trial))


def _named(trial: Trial) -> list[str]:
    return sorted({f"{one.gate} {one.subject}".strip() for one in trial.failed})


def _refusal(digest: str, trial: Trial | None) -> str:
    if trial is None:
        return (
            f"{digest[:12]} has not been tried against the champion: run `sendwarden model try "
            f"{digest[:12]}` first, or say why it cannot wait"
        )
    said = "; ".join(f"{one.title}: {one.says}" for one in trial.failed[:6])
    return f"{digest[:12]} failed {len(trial.failed)} gates, promote it only for a reason: {said}"
