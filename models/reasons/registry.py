"""Finds the reasons in the files of `models.reasons` and maps feature columns to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property

import models.reasons
from features.catalogue import Column
from features.discovery import discover
from models.reasons.claim import Claim, apart
from models.reasons.general import GENERAL
from models.reasons.reason import Reason

_MESSAGE = "Other signs in this group differ from those of senders in good standing."
_ADVICE = "Ask support what stood out; answer with how the recipients gave their permission."


@dataclass(frozen=True)
class Voice:
    """A reason that may tell of a column, and when."""

    reason: Reason
    claim: Claim


@dataclass(frozen=True)
class Reasons:
    """All reasons, with their patterns ready to match."""

    reasons: tuple[Reason, ...]

    @cached_property
    def by_code(self) -> dict[str, Reason]:
        return {reason.code: reason for reason in self.reasons}

    @cached_property
    def _exact(self) -> dict[str, Voice]:
        return {pattern: voice for pattern, voice in self._voices if not pattern.endswith("*")}

    @cached_property
    def _prefixes(self) -> tuple[tuple[str, Voice], ...]:
        """Prefixes and what speaks for them, the longest first."""
        pairs = [(pattern[:-1], voice) for pattern, voice in self._voices if pattern.endswith("*")]
        return tuple(sorted(pairs, key=lambda pair: -len(pair[0])))

    @property
    def _voices(self) -> list[tuple[str, Voice]]:
        return [
            (pattern, Voice(reason, reason.claims.get(pattern, reason.claim)))
            for reason in self.reasons
            for pattern in reason.features
        ]

    def _mapped(self, column: Column) -> Voice | None:
        if (voice := self._exact.get(column.name)) is not None:
            return voice
        return next(
            (voice for prefix, voice in self._prefixes if column.name.startswith(prefix)), None
        )

    def mapped(self, column: Column) -> Reason | None:
        """Return the reason whose patterns name the column, if any."""
        voice = self._mapped(column)
        return None if voice is None else voice.reason

    def voices(self, column: Column) -> tuple[Voice, ...]:
        """Return who may tell of a column, its own reason first; the claim of the last holds always."""
        own = self._mapped(column) or Voice(spare := fallback(column.family), spare.claim)
        others = (
            Voice(reason, reason.steps_in[column.name])
            for reason in self.reasons
            if column.name in reason.steps_in
        )
        return (own, *others, *(Voice(reason, reason.claim) for reason in GENERAL))

    def of(self, column: Column) -> Reason:
        """Return the column's reason, or its family's fallback, so that none is unexplained."""
        return self.mapped(column) or fallback(column.family)

    def of_columns(self, columns: Sequence[Column]) -> tuple[Reason, ...]:
        """Return the reason of each column of a row."""
        return tuple(self.of(column) for column in columns)


@cache
def fallback(family: str) -> Reason:
    """Return the reason of a feature that no reason names yet."""
    return Reason(
        code=f"{family.upper()}_OTHER",
        family=family,
        features=(),
        message=_MESSAGE,
        advice=_ADVICE,
        hidden_value=True,
        claim=apart(),
    )


@cache
def load_reasons() -> Reasons:
    """Discover the shipped reasons, once."""
    return Reasons(discover(models.reasons, Reason))
