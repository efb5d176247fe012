"""The terms of a message that the text model weighs: words, word pairs and what links and asks show."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final

from features.content.wording import words

_WORDS: Final = 1_500
_LONGEST: Final = 24
SUBJECT: Final = "subject:"
EVERYWHERE: Final = -1
_PAIRED_SCRIPTS: Final = "\u3040"  # from here on scripts write without spaces
# What tells where text was found, not what it says: template languages, redacted corpora.
_LEFT_OUT: Final = frozenset({"~field~", "~url~", "~email~"})


def terms_of(text: str) -> tuple[str, ...]:
    """Return the distinct terms of folded text, in order of appearance.

    Single words, and pairs of neighbours joined by a space. Chinese, Japanese and Thai runs become
    pairs of characters.
    """
    tokens = _tokens(text)
    pairs = [f"{a} {b}" for a, b in pairwise(tokens) if a != b]
    return tuple(dict.fromkeys([*tokens, *pairs]))


def subject_terms(subject: str) -> tuple[str, ...]:
    """Return the words of a folded subject as terms of their own, marked `subject:`."""
    return tuple(dict.fromkeys(f"{SUBJECT}{word}" for word in _tokens(subject)))


def is_word(term: str) -> bool:
    """Tell whether a term is a single word of the text: no pair, subject word or sign."""
    return " " not in term and ":" not in term


def blocks_of(terms: Sequence[str], size: int) -> list[int]:
    """Return which block of the text each term first appears in; -1 for subject words and signs.

    A block is a run of about `size` distinct words with their pairs; a pair counts where the later
    of its words does.
    """
    words = [term for term in terms if is_word(term)]
    count = max(1, round(len(words) / size))
    place = {word: i * count // len(words) for i, word in enumerate(words)}
    return [_block(term, place) for term in terms]


def _block(term: str, place: Mapping[str, int]) -> int:
    if ":" in term:
        return EVERYWHERE
    first, _, second = term.partition(" ")
    return max(place[first], place[second]) if second else place[first]


def _tokens(text: str) -> list[str]:
    found: list[str] = []
    for word in words(text):
        if word in _LEFT_OUT:
            continue
        if word[0] >= _PAIRED_SCRIPTS or "\u0e00" <= word[0] < "\u0e80":
            found.extend(a + b for a, b in pairwise(word[:200]))
        elif len(word) <= _LONGEST:
            found.append(word)
        if len(found) >= _WORDS:
            break
    return found
