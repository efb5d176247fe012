"""Reads the phrases that a platform forbids to send for, beside those that most providers forbid."""

import re

from models.policy.document import Node
from models.policy.reading import Reader

MAX_PHRASES = 200
MAX_CHARACTERS = 60
_WORD = re.compile(r"\w")


def read_goods(reader: Reader, node: Node) -> tuple[str, ...]:
    """Return the phrases of `prohibited_goods`, in file order."""
    found = []
    for entry in reader.entries(node, MAX_PHRASES):
        phrase = reader.text(entry, MAX_CHARACTERS)
        if not _WORD.search(phrase):
            reader.fail(entry, "a phrase needs at least one word", "write it as readers see it")
        found.append(phrase)
    return tuple(found)
