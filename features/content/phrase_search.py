"""Phrases found by looking only at the words that one can start with."""

import re
from typing import Final

_ENDING: Final = r"\w*"
_OPTION: Final = re.compile(r"[a-z0-9_][\w \-]*\*?")
_FIRST_WORD: Final = re.compile(r"[a-z0-9_]+\*?")
_NOT_IN_WORD: Final = bytes(i for i in range(256) if not re.match(rb"\w", bytes([i])))
_SPACED: Final = bytes.maketrans(_NOT_IN_WORD, b" " * len(_NOT_IN_WORD))


class SearchedText:
    """A lower-case text and the words in it; what is not ASCII separates words here."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._spaced = b" %b " % text.encode("ascii", "replace").translate(_SPACED)
        self.words = frozenset(self._spaced.split())

    def places_of(self, start: bytes) -> list[int]:
        """Return where in the text `start` stands, a word with a space before and perhaps behind."""
        found: list[int] = []
        place = self._spaced.find(start)
        while place >= 0:
            found.append(place)
            place = self._spaced.find(start, place + 1)
        return found


class Phrases:
    """Phrases by how they start and go on: `("send|transfer", " money")`.

    A start is one of some words, or some words in a row; `*` after it stands for any ending. What
    follows is a regular expression that cannot go on inside the start's last word.
    """

    def __init__(self, *rows: tuple[str, str]) -> None:
        options = [option for starts, _ in rows for option in starts.split("|")]
        if not all(map(_OPTION.fullmatch, options)):
            raise ValueError(f"a start is ASCII at first, of words, blanks and hyphens: {options}")
        self.pattern: Final = re.compile(
            "|".join(rf"\b(?:{starts.replace('*', _ENDING)}){rest}" for starts, rest in rows)
        )
        firsts = {found[0].encode() for found in map(_FIRST_WORD.match, options) if found}
        self._stems = [b" " + word[:-1] for word in firsts if word.endswith(b"*")]
        self._words = frozenset(word for word in firsts if not word.endswith(b"*"))

    def count(self, searched: SearchedText, at_most: int = 20) -> int:
        """Return how many different phrases a text holds, at most so many.

        They are those that `pattern.finditer` finds.
        """
        found: set[str] = set()
        end = 0
        for place in self._places(searched):
            match = self.pattern.match(searched.text, place) if place >= end else None
            if match:
                end = match.end()
                found.add(match[0])
                if len(found) >= at_most:
                    break
        return len(found)

    def _places(self, searched: SearchedText) -> list[int]:
        """Return where a phrase may start, ascending."""
        starts = [b" %b " % word for word in self._words & searched.words]
        return sorted(
            place for start in (*starts, *self._stems) for place in searched.places_of(start)
        )
