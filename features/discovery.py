"""Plug-ins are values in files: `discover` finds them."""

import importlib
import pkgutil
from collections.abc import Iterator
from types import ModuleType
from typing import Protocol, TypeVar


class Named(Protocol):
    """Anything that a registry can key by name."""

    @property
    def name(self) -> str: ...


T = TypeVar("T", bound=Named)


class DuplicateName(ValueError):
    """Two plug-ins of one kind carry the same name."""


def discover(package: ModuleType, kind: type[T]) -> tuple[T, ...]:
    """Return every module-level `kind` in the children of `package`, in file and definition order.

    Raises `DuplicateName` when two values share a name. Values imported into a second module
    are the same object and count once.
    """
    found: dict[str, tuple[T, str]] = {}
    for module in _children(package):
        for value in vars(module).values():
            if not isinstance(value, kind):
                continue
            seen = found.get(value.name)
            if seen is not None and seen[0] is not value:
                raise DuplicateName(
                    f"{kind.__name__} {value.name!r} is in {seen[1]} and {module.__name__}"
                )
            found.setdefault(value.name, (value, module.__name__))
    return tuple(value for value, _ in found.values())


def _children(package: ModuleType) -> Iterator[ModuleType]:
    for info in sorted(pkgutil.iter_modules(package.__path__), key=lambda child: child.name):
        yield importlib.import_module(f"{package.__name__}.{info.name}")
