"""What decisions should have been answered, as far as labels say by a time."""

import math
from datetime import datetime
from typing import Final

from models.decision import Decision
from models.labels import ABUSIVE, GOOD, Statement
from service.labelling import LabelBook
from service.stores.contract import Store
from training.installation import Answer

# A decision drawn with a chance of 1 % stands for a hundred; a few such must not outweigh all others.
MOST_STANDS_FOR: Final = 20.0


class Answers:
    """The labels of a store known by a time, to be asked for decisions."""

    def __init__(self, store: Store, at: datetime) -> None:
        self._book = LabelBook(store, at)

    def of(self, decision: Decision) -> Answer | None:
        """Return the answer to a decision, None while nothing is known."""
        found = self._book.of(decision)
        won = found.resolution.won
        return None if won is None else _answer(won, found.chance)


def _answer(won: Statement, chance: float) -> Answer:
    weight = won.weight * min(1.0 / chance, MOST_STANDS_FOR)
    known, source = won.known_at.timestamp(), won.source.value
    if won.verdict == GOOD:
        return Answer(0.0, math.nan, known, weight, source=source)
    return Answer(
        1.0, float(won.verdict == ABUSIVE), known, weight, won.category or won.verdict, source
    )
