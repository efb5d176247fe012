"""The same configuration makes the same bytes; another seed another world."""

import hashlib
from pathlib import Path

from training.simulate import SimulationConfig, simulate


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(str(path.relative_to(folder)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _made(folder: Path, seed: int) -> str:
    simulate(SimulationConfig(accounts=25, days=8, seed=seed), folder, lambda *_: None)
    return _digest(folder)


def test_a_seed_fixes_every_byte(tmp_path: Path) -> None:
    first = _made(tmp_path / "a", 1)
    assert _made(tmp_path / "b", 1) == first
    assert _made(tmp_path / "c", 2) != first
