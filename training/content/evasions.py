"""Disguises that senders use against filters, done to good and bad mail alike.

Each takes the text of a message and returns it as `(plain text, HTML)`, one of the two None. They
spell the same words to a reader; `good_words` shows innocent text after the message.
"""

import html
import random
from collections.abc import Callable
from typing import Final

Body = tuple[str | None, str | None]
Disguise = Callable[[str, random.Random], Body]
_LOOKALIKES: Final = str.maketrans("aeopcxyi", "аеорсхуі")
_EVERY = 0.4


def _some(text: str, rng: random.Random, change: Callable[[str], str]) -> str:
    """Change some of the longer words."""
    words = text.split(" ")
    return " ".join(change(w) if len(w) > 4 and rng.random() < _EVERY else w for w in words)


def _middle(word: str, inserted: str) -> str:
    return word[: len(word) // 2] + inserted + word[len(word) // 2 :]


def zero_width(text: str, rng: random.Random) -> Body:
    """Put invisible spaces into words."""
    return _some(text, rng, lambda w: _middle(w, "\u200b")), None


def lookalikes(text: str, rng: random.Random) -> Body:
    """Write words with Cyrillic letters that look Latin."""
    return _some(text, rng, lambda w: w[0] + w[1:].translate(_LOOKALIKES)), None


def letter_spacing(text: str, rng: random.Random) -> Body:
    """Space out the letters of words, with wider gaps between the words."""
    spaced = _some(text, rng, lambda w: f" {' '.join(w)} " if w.isalpha() and w.isascii() else w)
    return spaced, None


def comments(text: str, rng: random.Random) -> Body:
    """Split words by HTML comments."""
    page = _some(html.escape(text), rng, lambda w: w if "&" in w else _middle(w, "<!-- x -->"))
    return None, f"<p>{page}</p>"


def entities(text: str, _: random.Random) -> Body:
    """Write every letter as an HTML entity."""
    return (
        None,
        f"<p>{''.join(f'&#{ord(c)};' if c.isalnum() else html.escape(c) for c in text)}</p>",
    )


def hidden_words(text: str, rng: random.Random) -> Body:
    """Add innocent text that readers do not see."""
    hidden = f'<div style="display:none">{html.escape(innocent(rng))}</div>'
    return None, f"{hidden}<p>{html.escape(text)}</p>"


def good_words(text: str, rng: random.Random) -> Body:
    """Add innocent text that readers see, below the message."""
    return f"{text}\n\n{innocent(rng)}", None


def plain(text: str, _: random.Random) -> Body:
    """Leave the text as it is."""
    return text, None


DISGUISES: Final[dict[str, Disguise]] = {
    "plain": plain,
    "zero width": zero_width,
    "look-alikes": lookalikes,
    "letter spacing": letter_spacing,
    "comments": comments,
    "entities": entities,
    "hidden words": hidden_words,
    "good words": good_words,
}
_INNOCENT: Final = (
    "The meeting about the draft was moved to Tuesday because two of us are away on Monday.",
    "Thanks for the notes, I have read them and added my comments to the second section.",
    "We walked along the river in the afternoon and the children fed the ducks until it rained.",
    "The build fails on the older machine, I think the library there is still the previous version.",
    "Could you send me the minutes of the last session, I was not able to find them in the folder.",
    "The choir sings on Sunday, and there will be coffee and cake in the hall afterwards.",
    "She wrote her thesis on the grammar of northern dialects and teaches at the university now.",
    "I fixed the bug in the parser and added a test, please review the patch when you have time.",
    "The museum shows drawings from the last century, most of them from the archive of the town.",
    "My brother planted tomatoes and beans behind the house, and the neighbours lent him a spade.",
)


def innocent(rng: random.Random) -> str:
    """Return some seventy words of innocent text."""
    return " ".join(rng.sample(_INNOCENT, 5))
