"""The shelf keeps whole, verified bundles and one champion; MLflow keeps versions and aliases."""

import json
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from features.catalogue import load_catalogue
from models.bundle import BundleRefused, digest_of
from models.registry import (
    Registry,
    RegistryError,
    Run,
    Shelf,
    load_folder,
    read_folder,
    starter_files,
    write_folder,
)

AT = datetime(2026, 3, 1, tzinfo=UTC)
Files = dict[str, bytes]


def _other(files: Files, number: int) -> Files:
    manifest = json.loads(files["manifest.json"]) | {"note": {"number": number}}
    return files | {"manifest.json": json.dumps(manifest).encode()}


def test_a_folder_reads_back_byte_for_byte(tmp_path: Path, toy_files: Files) -> None:
    write_folder(toy_files, tmp_path / "deep" / "bundle")
    assert read_folder(tmp_path / "deep" / "bundle") == toy_files
    assert [p.name for p in (tmp_path / "deep").iterdir()] == ["bundle"]


def test_a_missing_or_foreign_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BundleRefused, match="no model bundle"):
        read_folder(tmp_path / "none")
    (tmp_path / "model.pkl").write_bytes(b"anything")
    with pytest.raises(BundleRefused, match=r"manifest\.json is missing"):
        load_folder(tmp_path, load_catalogue())


def test_promote_and_roll_back(tmp_path: Path, toy_files: Files) -> None:
    shelf = Shelf(tmp_path)
    assert shelf.champion() is None
    digests = [shelf.add(_other(toy_files, i)) for i in range(3)]
    for digest in digests:
        shelf.promote(digest, AT)
    assert shelf.champion() == digests[2]
    assert shelf.rollback(AT) == digests[1]
    assert shelf.rollback(AT) == digests[0]
    assert shelf.champion() == digests[0]
    with pytest.raises(RegistryError, match="no earlier champion"):
        shelf.rollback(AT)


def test_promoting_the_champion_again_does_not_make_it_its_own_past(
    tmp_path: Path, toy_files: Files
) -> None:
    shelf = Shelf(tmp_path)
    first, second = (shelf.add(_other(toy_files, i)) for i in range(2))
    for digest in (first, second, second):
        shelf.promote(digest, AT)
    assert shelf.rollback(AT) == first


def test_only_what_is_on_the_shelf_can_be_champion(tmp_path: Path) -> None:
    with pytest.raises(RegistryError, match="no bundle"):
        Shelf(tmp_path).promote("0" * 64, AT)


def test_a_changed_bundle_is_refused(tmp_path: Path, toy_files: Files) -> None:
    shelf = Shelf(tmp_path)
    digest = shelf.add(toy_files)
    manifest = tmp_path / digest / "manifest.json"
    manifest.write_bytes(manifest.read_bytes() + b" ")
    with pytest.raises(BundleRefused, match="was changed"):
        shelf.files(digest)


def test_a_torn_pointer_says_so(tmp_path: Path) -> None:
    (tmp_path / "champion.json").write_text('{"digest": "ab')
    with pytest.raises(RegistryError, match="not readable"):
        Shelf(tmp_path).champion()


def test_bundles_are_found_by_the_start_of_their_digest(tmp_path: Path, toy_files: Files) -> None:
    shelf = Shelf(tmp_path)
    digests = [shelf.add(_other(toy_files, i)) for i in range(2)]
    shelf.promote(digests[0], AT)
    assert shelf.find(digests[1][:10]) == digests[1]
    assert {b.digest: b.champion for b in shelf.bundles()} == {digests[0]: True, digests[1]: False}
    with pytest.raises(RegistryError, match="0 bundles match"):
        shelf.find("nothing")
    with pytest.raises(RegistryError, match="2 bundles match"):
        shelf.find("")


def test_a_reader_always_sees_one_whole_champion(tmp_path: Path, toy_files: Files) -> None:
    shelf = Shelf(tmp_path)
    digests = [shelf.add(_other(toy_files, i)) for i in range(2)]
    shelf.promote(digests[0], AT)
    stop = threading.Event()
    seen: set[str | None] = set()

    def read() -> None:
        while not stop.is_set():
            seen.add(shelf.champion())

    reader = threading.Thread(target=read)
    reader.start()
    for i in range(200):
        shelf.promote(digests[i % 2], AT)
    stop.set()
    reader.join()
    assert seen == set(digests)


def test_two_writers_of_one_bundle_leave_one(tmp_path: Path, toy_files: Files) -> None:
    writers = [threading.Thread(target=Shelf(tmp_path).add, args=(toy_files,)) for _ in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    digest = digest_of(toy_files)
    assert [p.name for p in tmp_path.iterdir()] == [digest]
    assert Shelf(tmp_path).files(digest) == toy_files


def test_the_shipped_bundle_serves_this_code() -> None:
    from models.bundle import Bundle

    files = starter_files()
    assert Bundle.from_files(files, load_catalogue()).version == digest_of(files)[:12]
    assert sum(map(len, files.values())) < 5_000_000


# MLflow 3 on SQLAlchemy 2.1 and Python 3.11 warns about itself; nothing of that is ours.
@pytest.mark.filterwarnings("ignore::DeprecationWarning:mlflow")
@pytest.mark.filterwarnings("ignore::FutureWarning:mlflow")
@pytest.mark.slow
def test_mlflow_keeps_versions_aliases_and_files(tmp_path: Path, toy_files: Files) -> None:
    registry = Registry(f"sqlite:///{tmp_path / 'new' / 'mlflow.db'}", tmp_path / "artifacts")
    card = tmp_path / "card.md"
    card.write_text("# Card")
    run = Run({"seed": 1}, {"campaign.roc_auc": 0.9}, {"simulated": "true"}, {"plots/card.md": card, "card.md": card})  # fmt: skip
    second, third = _other(toy_files, 2), _other(toy_files, 3)
    assert registry.register(toy_files, run).aliases == ("champion",)
    assert registry.register(second, run).aliases == ("challenger",)
    assert registry.pull("champion") == toy_files
    assert registry.pull("challenger") == second
    registered = registry.register(third, run, promote=True)
    assert (registered.version, registered.aliases) == (3, ("champion",))
    assert registry.pull("champion") == third
    assert registry.set_champion(digest_of(toy_files))
    assert registry.pull("champion") == toy_files
    assert not registry.set_champion("0" * 64)
    with pytest.raises(RegistryError, match="no registered model has the alias"):
        registry.pull("retired")
    logged = list((tmp_path / "artifacts").rglob("bundle/manifest.json"))
    assert len(logged) == 3
    for manifest in logged:
        assert (manifest.parent.parent / "plots" / "card.md").read_text() == "# Card"
        manifest.write_bytes(manifest.read_bytes() + b" ")
    with pytest.raises(BundleRefused, match="were changed"):
        registry.pull("champion")
