"""A reason: what a customer and a reviewer are told about a group of features."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Reason:
    """One stable code, the features it speaks for, and its words.

    `features` are column names, or prefixes that end in `*`; the most specific pattern wins.
    `message` says in one sentence what stands out; the measured value and the usual one follow it
    unless `hidden_value`, which is for what a customer must not be able to tune (traps, ties to
    other accounts, text scores). `advice` says what to change. Texts are English and serve as
    keys of a translation (`models.reasons.language`).
    """

    code: str
    family: str
    features: tuple[str, ...]
    message: str
    advice: str
    hidden_value: bool = False

    @property
    def name(self) -> str:
        """The key of discovery."""
        return self.code
