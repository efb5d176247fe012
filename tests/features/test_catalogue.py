"""The catalogue: discovery, columns, windows, fingerprint."""

import sys
import types
from pathlib import Path

import numpy as np
import pytest

from features.catalogue import Catalogue, Family, Feature, as_rows, itself, load_catalogue
from features.discovery import DuplicateName, discover
from features.docs import feature_table
from features.records import Subject


def family(
    name: str, *features: Feature, subjects: frozenset[Subject] = frozenset(Subject)
) -> Family:
    return Family(name, "A family.", subjects, features)


WIDE = Feature("wide", lambda sent: sent * 2, "mails", "Twice.", windows=("24h", "1h"))
PLAIN = Feature("plain", lambda sent_7d, age: sent_7d + age, "mails", "Sum.", direction=1)


def test_windows_and_slices() -> None:
    inputs = {"sent": np.array([[1.0, 2, 3, 4, 5]]), "age": np.array([10.0])}
    catalogue = Catalogue((family("f", WIDE, PLAIN),))
    assert catalogue.names(Subject.LIST) == ("wide_24h", "wide_1h", "plain")
    assert catalogue.compute(Subject.LIST, inputs).tolist() == [[4, 2, 13]]
    assert catalogue.directions(Subject.LIST) == (0, 0, 1)


def test_an_input_beats_a_slice_of_the_same_name() -> None:
    inputs = {"sent": np.ones((1, 5)), "sent_7d": np.array([40.0]), "age": np.array([2.0])}
    assert Catalogue((family("f", PLAIN),)).compute(Subject.LIST, inputs)[0, 0] == 42


def test_shared_functions_name_what_they_take() -> None:
    fact = Feature("fact", itself, "1", "A fact.", takes=("given",))
    catalogue = Catalogue((family("f", fact),))
    assert catalogue.compute(Subject.LIST, {"given": np.array([3.0])}).tolist() == [[3]]


def test_subjects_see_their_families_only() -> None:
    only = family("f", PLAIN, subjects=frozenset({Subject.CAMPAIGN}))
    assert Catalogue((only,)).names(Subject.ACCOUNT) == ()


def test_a_column_defined_twice_is_refused() -> None:
    clash = Feature("wide_1h", itself, "1", "Clash.", takes=("x",))
    with pytest.raises(DuplicateName, match="wide_1h"):
        Catalogue((family("f", WIDE), family("g", clash)))


def test_fingerprint_follows_the_definition() -> None:
    def printed(feature: Feature) -> str:
        return Catalogue((family("f", feature),)).fingerprint(Subject.ACCOUNT)

    turned = Feature("plain", PLAIN.compute, "mails", "Sum.", direction=-1)
    reworded = Feature("plain", PLAIN.compute, "mails", "Other words.", direction=1)
    assert printed(PLAIN) == printed(reworded) != printed(turned)


def test_as_rows() -> None:
    assert as_rows([{"a": 1, "b": 2}], ("b", "a")).tolist() == [[2, 1]]


def test_table_shows_every_feature() -> None:
    catalogue = load_catalogue()
    table = feature_table(catalogue)
    for name in (f.name for fam in catalogue.families for f in fam.features):
        assert f"| `{name}` |" in table


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> types.ModuleType:
    """Return an empty package on disk to drop plug-ins into."""
    root = tmp_path / "plugged"
    root.mkdir()
    (root / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    for name in [name for name in sys.modules if name.split(".")[0] == "plugged"]:
        monkeypatch.delitem(sys.modules, name)
    import importlib

    importlib.invalidate_caches()
    return importlib.import_module("plugged")


PLUG = "from features.catalogue import Family\n{} = Family('{}', 'm', frozenset(), ())\n"


def test_discovery_in_file_order(package: types.ModuleType) -> None:
    root = Path(package.__path__[0])
    (root / "b.py").write_text(PLUG.format("X", "second"))
    (root / "a.py").write_text(PLUG.format("X", "first"))
    (root / "c.py").write_text("from plugged.a import X\n")
    assert [found.name for found in discover(package, Family)] == ["first", "second"]


def test_discovery_refuses_a_name_twice(package: types.ModuleType) -> None:
    root = Path(package.__path__[0])
    (root / "a.py").write_text(PLUG.format("X", "same"))
    (root / "b.py").write_text(PLUG.format("Y", "same"))
    with pytest.raises(DuplicateName, match=r"plugged.a and plugged.b"):
        discover(package, Family)
