"""A gate is a value in a file of `training.gates.kinds`; a YAML file says which are asked, and how.

format: 1
gates:
  - gate: later_time
    subjects: [campaign]
    margin: 0.05
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import msgspec
import yaml
from msgspec import structs

import training.gates.kinds
from features.discovery import discover
from features.plain_yaml import read_yaml
from features.records import Subject
from models.trials import GateResult
from training.gates.evidence import Evidence

SHIPPED: Final = Path(__file__).parent / "default.yaml"
FORMAT: Final = 1


class BadGates(ValueError):
    """The file of gates cannot be used; the text says where and why."""


class Asked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the file says of any gate. `optional`: one that cannot judge holds nobody back."""

    gate: str
    subjects: tuple[Subject, ...] = (Subject.ACCOUNT, Subject.LIST, Subject.CAMPAIGN)
    optional: bool = False


@dataclass(frozen=True)
class GateKind:
    """A kind of gate: `parameters` is an `Asked` with what the file may set, `judge` the test.

    `says` is one line for the documentation.
    """

    name: str
    title: str
    says: str
    parameters: type[Asked]
    judge: Callable[[Evidence, Any], Iterable[GateResult]]


@dataclass(frozen=True)
class Gates:
    """The gates of a file, in its order."""

    asked: tuple[tuple[GateKind, Asked], ...]

    def judge(self, evidence: Evidence) -> tuple[GateResult, ...]:
        """Return what every gate found."""
        return tuple(
            structs.replace(result, gate=kind.name, title=kind.title, optional=asked.optional)
            for kind, asked in self.asked
            for result in kind.judge(evidence, asked)
        )


def outcome(
    passed: bool | None,
    says: str,
    subject: Subject | None = None,
    *,
    measured: float | None = None,
    bound: float | None = None,
    low: float | None = None,
    high: float | None = None,
) -> GateResult:
    """Return what a gate found; the gate's name is added where it is asked."""
    return GateResult(
        gate="", title="", passed=passed, says=says, subject=subject.value if subject else "",
        measured=_short(measured), bound=_short(bound), low=_short(low), high=_short(high),
    )  # fmt: skip


def _short(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.5g}")


@cache
def gate_kinds() -> dict[str, GateKind]:
    """Return every kind of gate by name."""
    return {kind.name: kind for kind in discover(training.gates.kinds, GateKind)}


def load_gates(text: str) -> Gates:
    """Read a file of gates. Raises `BadGates`."""
    try:
        stated = read_yaml(text)
    except yaml.YAMLError as error:
        raise BadGates(f"no YAML: {error}") from error
    if not isinstance(stated, dict) or stated.get("format") != FORMAT:
        raise BadGates(f"`format: {FORMAT}` and a list of `gates` are needed")
    listed = stated.get("gates")
    if not isinstance(listed, list) or not listed or set(stated) != {"format", "gates"}:
        raise BadGates("`gates` is a list with at least one gate, and nothing else is in the file")
    return Gates(tuple(_gate(number, one) for number, one in enumerate(listed, start=1)))


def _gate(number: int, stated: object) -> tuple[GateKind, Asked]:
    name = stated.get("gate") if isinstance(stated, dict) else None
    kind = gate_kinds().get(name) if isinstance(name, str) else None
    if kind is None:
        raise BadGates(f"gate {number}: {name!r} is none of {', '.join(gate_kinds())}")
    try:
        return kind, msgspec.convert(stated, kind.parameters)
    except msgspec.ValidationError as error:
        raise BadGates(f"gate {number}, {name}: {error}") from error


def too_few(subject: Subject, what: str) -> GateResult:
    """Return that a gate cannot judge a subject, and for want of what."""
    return outcome(None, f"cannot be judged on {subject.value} rows: {what}", subject)


def gate_table(gates: Sequence[GateKind] | None = None) -> str:
    """Return every kind of gate as a Markdown table, for the documentation."""
    rows = ["| gate | passes when | settings with their defaults |", "|---|---|---|"]
    for kind in gates or gate_kinds().values():
        own = [f for f in structs.fields(kind.parameters) if f.name not in _COMMON]
        shown = ", ".join(f"`{f.name}: {_default(f.default)}`" for f in own) or "-"
        rows.append(f"| `{kind.name}` | {kind.says} | {shown} |")
    return "\n".join(rows) + "\n"


_COMMON: Final = frozenset(field.name for field in structs.fields(Asked))


def _default(value: object) -> str:
    return f"[{', '.join(map(str, value))}]" if isinstance(value, tuple) else str(value)
