"""Reads YAML of plain data, quickly."""

from typing import Any, Final

import yaml

# libyaml's parser is about ten times as fast; wheels carry it, source builds may not.
LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(text: str) -> Any:
    """Return the one document of a text. Raises `yaml.YAMLError`."""
    return yaml.load(text, Loader=LOADER)  # noqa: S506 - both are safe loaders
