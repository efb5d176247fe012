"""Finds the reasons in the files of `models.reasons` and maps feature columns to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property

import models.reasons
from features.catalogue import Column
from features.discovery import discover
from models.reasons.reason import Reason

_MESSAGE = "Other signs in this group differ from those of senders in good standing."
_ADVICE = "Ask support what stood out; answer with how the recipients gave their permission."


@dataclass(frozen=True)
class Reasons:
    """All reasons, with their patterns ready to match."""

    reasons: tuple[Reason, ...]

    @cached_property
    def by_code(self) -> dict[str, Reason]:
        return {reason.code: reason for reason in self.reasons}

    @cached_property
    def _exact(self) -> dict[str, Reason]:
        return {
            pattern: reason
            for reason in self.reasons
            for pattern in reason.features
            if not pattern.endswith("*")
        }

    @cached_property
    def _prefixes(self) -> tuple[tuple[str, Reason], ...]:
        """Prefixes and their reasons, the longest first."""
        pairs = [
            (pattern[:-1], reason)
            for reason in self.reasons
            for pattern in reason.features
            if pattern.endswith("*")
        ]
        return tuple(sorted(pairs, key=lambda pair: -len(pair[0])))

    def mapped(self, column: Column) -> Reason | None:
        """Return the reason whose patterns name the column, if any."""
        if (reason := self._exact.get(column.name)) is not None:
            return reason
        return next(
            (reason for prefix, reason in self._prefixes if column.name.startswith(prefix)), None
        )

    def of(self, column: Column) -> Reason:
        """Return the column's reason, or its family's fallback, so that none is unexplained."""
        return self.mapped(column) or fallback(column.family)

    def of_columns(self, columns: Sequence[Column]) -> tuple[Reason, ...]:
        """Return the reason of each column of a row."""
        return tuple(self.of(column) for column in columns)


def fallback(family: str) -> Reason:
    """Return the reason of a feature that no reason names yet."""
    return Reason(
        code=f"{family.upper()}_OTHER",
        family=family,
        features=(),
        message=_MESSAGE,
        advice=_ADVICE,
        hidden_value=True,
    )


@cache
def load_reasons() -> Reasons:
    """Discover the shipped reasons, once."""
    return Reasons(discover(models.reasons, Reason))
