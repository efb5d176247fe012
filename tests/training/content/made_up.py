"""Mails of a few words, for fits whose answers are known."""

import random
from collections.abc import Iterator, Sequence

from features.content import analyse, message_from_parts
from training.content.corpora import BULK, Example, Kind
from training.content.evaluate import PHISHING

COMMON = [
    "please", "come", "along", "with", "friends", "to", "see", "what", "happens", "next", "week", "in", "town",
]  # fmt: skip


def mail(
    rng: random.Random,
    corpus: str,
    kind: Kind,
    said: Sequence[str],
    name: str = "x",
    year: str = "",
) -> Example:
    """One mail of some common words and those that it is to say, in any order."""
    body = [*rng.sample(COMMON, 6), *said]
    rng.shuffle(body)
    analysis = analyse(message_from_parts("a@b.com", text=" ".join(body)))
    return Example(corpus, name, kind, corpus, analysis, year)


def mails(
    rng: random.Random,
    corpus: str,
    kind: Kind,
    said: Sequence[str],
    name: str = "x",
    year: str = "",
) -> Iterator[Example]:
    """Forty of them."""
    for number in range(40):
        yield mail(rng, corpus, kind, said, f"{name}/{number}", year)


def appeals(rng: random.Random, judged: Sequence[str]) -> Iterator[Example]:
    """Corpora in which appeals say a word of spam, and one that only written bulk mail knows as wanted."""
    for name in judged:
        yield from mails(rng, name, Kind.UNSOLICITED, ["pills", "offer"])
        yield from mails(rng, name, Kind.WANTED, ["meeting"])
    for name in (*BULK, "written_bulk"):
        yield from mails(rng, name, Kind.WANTED, ["offer", "members"])
    yield from mails(rng, PHISHING, Kind.MALICIOUS, ["password", "pills"])
