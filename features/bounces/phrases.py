"""The phrase table `phrases.txt` and how a text is looked up in it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from features.bounces.addresses import ADDRESS

MAX_TEXT: Final = 4_096
_GAP: Final = r".{0,60}?"
# IronPort puts its guess before the server's own words.
_GUESS: Final = re.compile(r"unknown address error (?=\d{3}-['\"])", re.IGNORECASE)
_CONTINUED: Final = re.compile(
    r"[\r\n]+\s*[245]\d\d-(?:[245]\.\d{1,3}\.\d{1,3} )?|(?<=\s)5\d\d-(?:[245]\.\d{1,3}\.\d{1,3} )?"
)


@dataclass(frozen=True)
class Phrase:
    """A phrase; `pattern` where it has a gap, else it is looked for as it stands."""

    text: str
    pattern: re.Pattern[str] | None = None

    def matches(self, said: str) -> bool:
        """Tell whether a normalised text says it."""
        if self.pattern is None:
            return self.text in said
        return self.text in said and self.pattern.search(said) is not None


@dataclass(frozen=True)
class Section:
    """Phrases of one meaning."""

    name: str
    phrases: Sequence[Phrase]


def normalised(text: str) -> str:
    """Return a text as phrases are written: lower case, no addresses, blanks as one."""
    text = ADDRESS.sub("<>", text[:MAX_TEXT])
    text = _CONTINUED.sub(" ", _GUESS.sub("", text))
    return " ".join(text.lower().replace("\u2019", "'").split())


@cache
def sections(name: str) -> tuple[Section, ...]:
    """Return the sections of a table beside this file, in order."""
    return tuple(_sections((Path(__file__).parent / name).read_text(encoding="utf-8")))


def first_match(said: str, table: Sequence[Section]) -> str | None:
    """Return the name of the first section with a phrase that a normalised text has."""
    for section in table:
        for phrase in section.phrases:
            if phrase.matches(said):
                return section.name
    return None


def _sections(text: str) -> Iterator[Section]:
    name, phrases = "", list[Phrase]()
    for line in (*text.splitlines(), "[end]"):
        if line.startswith("[") and line.endswith("]") and line[1:-1].replace("_", "").isalpha():
            if phrases:
                yield Section(name, tuple(phrases))
            name, phrases = line[1:-1], []
        elif line.strip() and not line.startswith("#"):
            phrases.append(_phrase(line.strip().lower()))


def _phrase(line: str) -> Phrase:
    if " * " not in line:
        return Phrase(line)
    parts = line.split(" * ")
    pattern = re.compile(_GAP.join(re.escape(part) for part in parts))
    return Phrase(max(parts, key=len), pattern)
