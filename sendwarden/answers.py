"""What decisions should have been answered, as far as labels say by a time."""

import math
from datetime import datetime
from typing import Final

from models.decision import Decision
from service.desk.undone import counting
from service.stores.contract import Label, Store
from training.backtest_rows import Word
from training.backtest_truth import Words
from training.installation import GOOD, Answer

MALICIOUS: Final = "abusive"


class Answers:
    """The labels of a store known by a time, to be asked for decisions."""

    def __init__(self, store: Store, at: datetime) -> None:
        labels = [one for one in counting(store.labels()) if one.known_at <= at]
        self._labels = {(one.account_id, one.known_at): one for one in labels}
        self._words = Words(
            Word(one.account_id, one.known_at, one.verdict, one.action, one.decision_id)
            for one in labels
        )

    def of(self, decision: Decision) -> Answer | None:
        """Return the answer to a decision, None while nothing is known."""
        word = self._words.word_on(decision.account_id, decision.decision_id, decision.as_of)
        if word is None:
            return None
        return _answer(self._labels[word.account_id, word.known_at])


def _answer(label: Label) -> Answer:
    if label.verdict == GOOD:
        return Answer(0.0, math.nan, label.known_at.timestamp(), source=label.source)
    return Answer(
        1.0,
        float(label.verdict == MALICIOUS),
        label.known_at.timestamp(),
        kind=label.category or label.verdict,
        source=label.source,
    )
