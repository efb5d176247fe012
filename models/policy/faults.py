"""What is wrong with a policy, all of it at once."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class PolicyError:
    """One fault. `line` and `column` count from 1; 0 where they are not known."""

    line: int
    column: int
    cause: str
    suggestion: str = ""

    def __str__(self) -> str:
        place = f"line {self.line}, column {self.column}: " if self.line else ""
        return f"{place}{self.cause}{f' ({self.suggestion})' if self.suggestion else ''}"


class PolicyErrors(ValueError):
    """A policy that cannot be used; `errors` lists every fault, in file order."""

    def __init__(self, errors: Sequence[PolicyError]) -> None:
        self.errors = tuple(sorted(errors))
        super().__init__("\n".join(map(str, self.errors)))
