"""The phrase table `phrases.txt` and how a text is looked up in it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from features.bounces.addresses import ADDRESS

MAX_TEXT: Final = 4_096
_HEADING: Final = re.compile(r"\[[a-z_]+\]")
_GAP: Final = r".{0,60}?"
# IronPort puts its guess before the server's own words.
_GUESS: Final = re.compile(r"unknown address error (?=\d{3}-['\"])", re.IGNORECASE)
_CONTINUED: Final = re.compile(
    r"[\r\n]+\s*[245]\d\d-(?:[245]\.\d{1,3}\.\d{1,3} )?|(?<=\s)5\d\d-(?:[245]\.\d{1,3}\.\d{1,3} )?"
)


@dataclass(frozen=True)
class Gapped:
    """A phrase with gaps; `longest` is its longest piece, which is quick to look for first."""

    longest: str
    pattern: re.Pattern[str]


@dataclass(frozen=True)
class Section:
    """Phrases of one meaning: those without a gap as they stand, and those with gaps."""

    name: str
    literals: Sequence[str]
    gapped: Sequence[Gapped]

    def matches(self, said: str) -> bool:
        """Tell whether a normalised text says one of them."""
        for literal in self.literals:
            if literal in said:
                return True
        for phrase in self.gapped:
            if phrase.longest in said and phrase.pattern.search(said) is not None:
                return True
        return False


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
    return next((section.name for section in table if section.matches(said)), None)


def _sections(text: str) -> Iterator[Section]:
    name, phrases = "", list[str]()
    for line in (*text.splitlines(), "[end]"):
        if _HEADING.fullmatch(line):
            if phrases:
                yield _section(name, phrases)
            name, phrases = line[1:-1], []
        elif line.strip() and not line.startswith("#"):
            phrases.append(line.strip().lower())


def _section(name: str, phrases: Sequence[str]) -> Section:
    gapped = [phrase.split(" * ") for phrase in phrases if " * " in phrase]
    return Section(
        name,
        tuple(phrase for phrase in phrases if " * " not in phrase),
        tuple(
            Gapped(max(parts, key=len), re.compile(_GAP.join(re.escape(part) for part in parts)))
            for parts in gapped
        ),
    )
