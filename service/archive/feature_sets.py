"""What the columns of archived vectors are: a JSON file for each feature set, named by its fingerprint."""

from collections.abc import Iterable
from pathlib import Path

from features.catalogue import digest_of
from service.archive.layout import ArchiveStore, UnusableArchive

_FOLDER = "feature_sets"


def write_feature_sets(store: ArchiveStore, archive: Path, fingerprints: Iterable[str]) -> None:
    """Write what the store knows of some feature sets; one that is there is passed over."""
    for fingerprint in fingerprints:
        told = store.feature_set(fingerprint)
        # A name that is no digest is no name of a file either.
        if told is None or digest_of(told) != fingerprint:
            continue
        path = archive / _FOLDER / f"{fingerprint}.json"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_suffix(".part")
            part.write_bytes(told.encode())
            part.replace(path)


def load_feature_sets(store: ArchiveStore, archive: Path) -> None:
    """Put the feature sets of an archive into a store. Raises `UnusableArchive`."""
    for path in sorted((archive / _FOLDER).glob("*.json")):
        try:
            told = path.read_bytes().decode()
        except (OSError, UnicodeDecodeError) as error:
            raise UnusableArchive(f"{path} is no file of an archive: {error}") from error
        if digest_of(told) != path.stem:
            raise UnusableArchive(f"{path} is not what its name says: export it anew")
        store.keep_feature_set(path.stem, told)
