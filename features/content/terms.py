"""The terms of a message that the text model weighs: words, word pairs and what links and asks show."""

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import compress, pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

_WORDS: Final = 1_500
_LONGEST: Final = 24
SUBJECT: Final = "subject:"
EVERYWHERE: Final = -1
# From here on scripts write without spaces; Thai does, too.
_PAIRED_SCRIPTS: Final = "\u3040"
_THAI: Final = ("\u0e00", "\u0e80")
# What tells where text was found, not what it says: template languages, redacted corpora.
_LEFT_OUT: Final = frozenset({"~field~", "~url~", "~email~"})


@dataclass(frozen=True, eq=False)
class MessageTerms:
    """The distinct terms of a message: words of its text, pairs of them, then marks.

    Marks are subject words and signs. `places` (n_terms,) is a word's place among the `words` words,
    that of the later word of a pair, and `EVERYWHERE` of a mark. So the terms need not be taken apart
    again to be judged.
    """

    names: tuple[str, ...]
    words: int
    places: npt.NDArray[np.intp]

    @classmethod
    def of(cls, words: Sequence[str], marks: Sequence[str] = ()) -> "MessageTerms":
        """Return the terms of folded text by its words, in order of appearance.

        Pairs are neighbours joined by a space. Chinese, Japanese and Thai runs become pairs of
        characters.
        """
        tokens = _tokens(words)
        place = {word: i for i, word in enumerate(dict.fromkeys(tokens))}
        at = [place[word] for word in tokens]
        later = {
            f"{a} {b}": i if i > j else j  # noqa: FURB136 - a call a pair is slow
            for a, b, i, j in zip(tokens, tokens[1:], at, at[1:], strict=False)
            if i != j
        }
        places = [*place.values(), *later.values(), *[EVERYWHERE] * len(marks)]
        return cls((*place, *later, *marks), len(place), np.array(places, np.intp))

    @classmethod
    def of_names(cls, names: Iterable[str]) -> "MessageTerms":
        """Return terms told apart by their letters: a pair has a space, a mark a colon."""
        given = tuple(names)
        among, paired = words_among(given), pairs_among(given)
        words = list(compress(given, among))
        pairs = list(compress(given, paired))
        marks = list(compress(given, ~(among | paired)))
        place = {word: i for i, word in enumerate(words)}
        later = [max(map(place.__getitem__, pair.split())) for pair in pairs]
        places = [*range(len(words)), *later, *[EVERYWHERE] * len(marks)]
        return cls((*words, *pairs, *marks), len(words), np.array(places, np.intp))

    @cached_property
    def checks(self) -> npt.NDArray[np.uint32]:
        """The CRC-32 of each term `(n_terms,)`."""
        return checks_of(self.names)

    @property
    def of_text(self) -> int:
        """How many terms are words and pairs; marks stand behind them."""
        return int(np.count_nonzero(self.places != EVERYWHERE))

    def blocks(self, size: int) -> npt.NDArray[np.intp]:
        """Return which block of the text each term first appears in `(n_terms,)`, `EVERYWHERE` of marks.

        A block is a run of about `size` distinct words with their pairs; a pair counts where the later
        of its words does.
        """
        count = max(1, round(self.words / size))
        return np.where(
            self.places == EVERYWHERE, EVERYWHERE, self.places * count // max(self.words, 1)
        )


def terms_of(words: Sequence[str]) -> tuple[str, ...]:
    """Return the distinct terms of folded text by its words, in order of appearance."""
    return MessageTerms.of(words).names


def subject_terms(words: Sequence[str]) -> tuple[str, ...]:
    """Return the words of a folded subject as terms of their own, marked `subject:`."""
    return tuple(dict.fromkeys(f"{SUBJECT}{word}" for word in _tokens(words)))


def checks_of(terms: Sequence[str]) -> npt.NDArray[np.uint32]:
    """Return the CRC-32 of each term `(n_terms,)`."""
    try:
        encoded = list(map(str.encode, terms))
    except UnicodeEncodeError:  # half a surrogate pair, from a broken message
        encoded = [term.encode("utf-8", "surrogatepass") for term in terms]
    return np.fromiter(map(zlib.crc32, encoded), np.uint32, len(encoded))


def words_among(terms: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Return which terms are single words of the text: no pair, subject word or sign `(n_terms,)`."""
    return np.array([" " not in term and ":" not in term for term in terms], np.bool_)


def pairs_among(terms: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Return which terms are pairs of words `(n_terms,)`."""
    return np.array([" " in term for term in terms], np.bool_)


def _tokens(words: Sequence[str]) -> list[str]:
    if max(words, default="") < _THAI[0]:  # all scripts have spaces
        return [w for w in words if len(w) <= _LONGEST and w not in _LEFT_OUT][:_WORDS]
    found: list[str] = []
    for word in words:
        if word in _LEFT_OUT:
            continue
        if word[0] >= _PAIRED_SCRIPTS or _THAI[0] <= word[0] < _THAI[1]:
            found.extend(a + b for a, b in pairwise(word[:200]))
        elif len(word) <= _LONGEST:
            found.append(word)
        if len(found) >= _WORDS:
            break
    return found
