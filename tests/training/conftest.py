"""Fixtures of the training tests."""

import importlib.util
from pathlib import Path

import pytest

from training.world import World


@pytest.fixture
def odd_world(tmp_path: Path) -> World:
    """The hand-made world of oddities."""
    spec = importlib.util.spec_from_file_location(
        "odd_world", Path(__file__).with_name("odd_world.py")
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.write_odd_world(tmp_path / "odd")
    return World(tmp_path / "odd")
