"""A pattern that is tried only where the rarest part of it stands."""

import re
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Anchored:
    """A pattern whose every match starts at the `lead` before an `anchor`, or at the anchor itself.

    `lead` ends with `\\Z` and is sought in the `most` characters before an anchor. `sub` returns what
    `pattern.sub` does: that one tries each character of a text, and a pattern such as `[a-z]{1,64}@`
    reads every word once for each of its letters.
    """

    pattern: re.Pattern[str]
    anchor: re.Pattern[str]
    lead: re.Pattern[str]
    most: int

    def sub(self, said: Callable[[re.Match[str]], str], text: str) -> str:
        """Return the text with each match replaced by what is `said` of it."""
        kept: list[str] = []
        end = 0
        for anchor in self.anchor.finditer(text):
            place = anchor.start()
            lead = self.lead.search(text, max(end, place - self.most), place)
            match = self.pattern.match(text, lead.start() if lead else place)
            if match and place >= end:
                kept += text[end : match.start()], said(match)
                end = match.end()
        kept.append(text[end:])
        return "".join(kept)
