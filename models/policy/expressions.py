"""Rules in CEL (the Common Expression Language), type-checked against the names they may use.

All numbers are doubles, so `recipients > 1000` and `recipients > 1000.0` mean the same. A
comparison with an unknown number (NaN) is false; `known(x)` asks. Loops, conversions and
everything else that could fail or run long at decision time is refused at load.
"""

import math
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from cel_expr_python import cel

from models.policy.reading import nearest

MAX_CHARACTERS = 2_000
FUNCTIONS = frozenset({"known", "startsWith", "endsWith", "contains"})
_KEYWORDS = frozenset({"true", "false", "null", "in"})
_TOKEN = re.compile(
    r"""(?P<text>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')"""
    r"|(?P<name>[A-Za-z_]\w*)"
    r"|(?P<real>\d+\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\.\d+)"
    r"|(?P<whole>\d+)"
)
_FAULT = re.compile(r"<input>:(-?\d+):(-?\d+): (.*)")
_UNDECLARED = re.compile(r"undeclared reference to '([^']*)'")
_OVERLOAD = re.compile(r"found no matching overload for '_?(.+?)_?' applied to '\((.*)\)'")
_TYPE_WORDS = {"double": "number", "bool": "yes/no", "string": "text"}


@dataclass(frozen=True)
class Fault:
    """Where in the expression (line and column from 1) and why."""

    line: int
    column: int
    cause: str
    suggestion: str = ""


class BadExpression(ValueError):
    """An expression that cannot be a rule; `faults` lists why."""

    def __init__(self, *faults: Fault) -> None:
        self.faults = faults
        super().__init__("; ".join(fault.cause for fault in faults))


class Vocabulary:
    """The names that rules on one subject may use, each a number, a text or a yes/no."""

    def __init__(self, numbers: Collection[str], texts: Collection[str], flags: Collection[str]):
        self.names = frozenset((*numbers, *texts, *flags))
        self._variables = (
            dict.fromkeys(numbers, cel.Type.DOUBLE)
            | dict.fromkeys(texts, cel.Type.STRING)
            | dict.fromkeys(flags, cel.Type.BOOL)
        )

    @cached_property
    def _environment(self) -> Any:
        known = cel.Overload(
            "known_double",
            return_type=cel.Type.BOOL,
            parameters=[cel.Type.DOUBLE],
            is_member=False,
            impl=_known,
        )
        functions = [cel.FunctionDecl("known", [known])]
        return cel.NewEnv(variables=self._variables, functions=functions)

    def compile(self, source: str) -> "Expression":
        """Return the checked expression. Raises `BadExpression`."""
        prepared = _prepare(source)
        try:
            program = self._environment.compile(prepared.text)
        except RuntimeError as refused:
            raise BadExpression(*self._faults(str(refused), prepared)) from refused
        if program.return_type() != cel.Type.BOOL:
            raise BadExpression(Fault(1, 1, "a rule must be true or false", "compare with > or <"))
        return Expression(program, prepared.names & self.names)

    def activation(self, values: Mapping[str, object]) -> Any:
        """Return values made ready for many expressions."""
        return self._environment.Activation(values)

    def _faults(self, refusal: str, prepared: "_Prepared") -> list[Fault]:
        found = dict.fromkeys(_FAULT.findall(refusal)) or {("1", "1", refusal[:200]): None}
        return [self._fault(int(a), int(b), cause, prepared) for a, b, cause in found]

    def _fault(self, line: int, column: int, cause: str, prepared: "_Prepared") -> Fault:
        place = prepared.original(max(line, 1), max(column, 1))
        if unknown := _UNDECLARED.search(cause):
            return Fault(*place, f"unknown name '{unknown[1]}'", nearest(unknown[1], self.names))
        if overload := _OVERLOAD.search(cause):
            kinds = " and ".join(_TYPE_WORDS.get(k.strip(), k) for k in overload[2].split(","))
            return Fault(*place, f"'{overload[1]}' does not work on {kinds}")
        if "<EOF>" in cause and cause.startswith("Syntax"):
            return Fault(*place, "the expression ends too early")
        return Fault(*place, re.sub(r" expecting \{.*", "", cause)[:200])


@dataclass(frozen=True)
class Expression:
    """A compiled rule and the names it reads."""

    program: Any
    names: frozenset[str]

    def holds(self, activation: Any) -> bool | None:
        """Return whether it is true; None when it cannot be evaluated."""
        outcome = self.program.eval(activation).value()
        return outcome if isinstance(outcome, bool) else None


@dataclass(frozen=True)
class _Prepared:
    """Source with its whole numbers made doubles, and the way back to the original columns."""

    text: str
    names: frozenset[str]
    widened: tuple[tuple[int, int], ...]

    def original(self, line: int, column: int) -> tuple[int, int]:
        shift = sum(2 for row, at in self.widened if row == line and at < column)
        return line, column - shift


def _prepare(source: str) -> _Prepared:
    if len(source) > MAX_CHARACTERS:
        raise BadExpression(
            Fault(1, 1, f"{len(source)} characters; {MAX_CHARACTERS} at most", "split the rule")
        )
    names: set[str] = set()
    widened: list[tuple[int, int]] = []
    pieces: list[str] = []
    end = 0
    for match in _TOKEN.finditer(source):
        pieces.append(source[end : match.end()])
        end = match.end()
        if match["whole"]:
            pieces.append(".0")
            widened.append(_place("".join(pieces)))
        elif match["name"] and match["name"] not in _KEYWORDS:
            names.add(match["name"])
            _check_call(source, match)
    pieces.append(source[end:])
    return _Prepared("".join(pieces), frozenset(names), tuple(widened))


def _check_call(source: str, match: re.Match[str]) -> None:
    if source[match.end() :].lstrip().startswith("(") and match["name"] not in FUNCTIONS:
        raise BadExpression(
            Fault(
                *_place(source[: match.start() + 1]),
                f"the function '{match['name']}' is not available",
                nearest(match["name"], FUNCTIONS) or f"available: {', '.join(sorted(FUNCTIONS))}",
            )
        )


def _place(before: str) -> tuple[int, int]:
    """Return the line and column, from 1, of the last character of `before`."""
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1)


def _known(value: float) -> bool:
    return not math.isnan(value)


Compile = Callable[[str], Expression]
