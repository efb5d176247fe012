"""The words around a reason, and where a translation of them goes.

English texts are the keys. A language is a mapping from them; what it lacks stays English.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

MEASURED = "{meaning}: {value}, usually {typical}."
MEASURED_ALONE = "{meaning}: {value}."
YES = "yes"
NO = "no"


@dataclass(frozen=True)
class Language:
    """Texts of one language by their English original."""

    tag: str
    texts: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, english: str) -> str:
        return self.texts.get(english, english)


ENGLISH = Language("en")
