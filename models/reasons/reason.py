"""A reason: what a customer and a reviewer are told about a group of features."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from models.reasons.claim import ALWAYS, Claim


@dataclass(frozen=True)
class Reason:
    """One stable code, the features it speaks for, and its words.

    `features` are column names, or prefixes that end in `*`; the most specific pattern wins.
    `message` says in one sentence what stands out; the measured value and the usual one follow it
    unless `hidden_value`, which is for what a customer must not be able to tune (traps, ties to
    other accounts, text scores). `advice` says what to change. Texts are English and serve as
    keys of a translation (`models.reasons.language`).

    `claim` says for which values the message is true; `claims` replaces it for some of the
    patterns. A push by any other value is not told under this code. `steps_in` names columns that
    belong to other reasons, and when this one is true of them while theirs is not.
    """

    code: str
    family: str
    features: tuple[str, ...]
    message: str
    advice: str
    hidden_value: bool = False
    claim: Claim = ALWAYS
    claims: Mapping[str, Claim] = field(default_factory=dict)
    steps_in: Mapping[str, Claim] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The key of discovery."""
        return self.code
