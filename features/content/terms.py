"""The terms of a message that the text model weighs: words, word pairs and what links and asks show."""

import zlib
from collections.abc import Sequence
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


def terms_of(words: Sequence[str]) -> tuple[str, ...]:
    """Return the distinct terms of folded text by its words, in order of appearance.

    Single words, and pairs of neighbours joined by a space. Chinese, Japanese and Thai runs become
    pairs of characters.
    """
    tokens = _tokens(words)
    pairs = [f"{a} {b}" for a, b in pairwise(tokens) if a != b]
    return tuple(dict.fromkeys([*tokens, *pairs]))


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


def blocks_of(terms: Sequence[str], size: int) -> list[int]:
    """Return which block of the text each term first appears in; -1 for subject words and signs.

    A block is a run of about `size` distinct words with their pairs; a pair counts where the later
    of its words does.
    """
    blocks = np.full(len(terms), EVERYWHERE, np.intp)
    among, paired = words_among(terms), pairs_among(terms)
    words = list(compress(terms, among))
    count = max(1, round(len(words) / size))
    place = {word: i * count // len(words) for i, word in enumerate(words)}
    both = " ".join(compress(terms, paired)).split()
    blocks[among] = list(place.values())
    blocks[paired] = np.array([place[word] for word in both]).reshape(-1, 2).max(axis=1)
    return blocks.tolist()


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
