"""Whether past campaigns were abusive, as far as anybody or anything knows by now. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

import numpy as np

from features.rates import lower_bound
from training.backtest_rows import Known, Word

VERDICT_REACHES: Final = timedelta(days=30)
_GOOD: Final = "legitimate"
# From which rate, at its lower 95 % bound, mail speaks for itself: Amazon SES's pause limits.
_PROVEN: Final = {"hard_bounce": 0.10, "complaint": 0.005, "trap_hit": 0.003}


class Words:
    """Verdicts by account; those that were undone are not among them."""

    def __init__(self, words: Iterable[Word]) -> None:
        self._by_account: Mapping[str, list[Word]] = defaultdict(list)
        for word in words:
            self._by_account[word.account_id].append(word)

    def on(self, account_id: str, decision_id: str, at: datetime) -> float | None:
        """Return 1 or 0 by `word_on`, None where nobody spoke."""
        word = self.word_on(account_id, decision_id, at)
        return None if word is None else 0.0 if word.verdict == _GOOD else 1.0

    def word_on(self, account_id: str, decision_id: str, at: datetime) -> Word | None:
        """Return the verdict on this decision, else the nearest one in time.

        A verdict on another decision of the account reaches 30 days either way.
        """
        mine: Sequence[Word] = self._by_account.get(account_id, ())
        own = [word for word in mine if word.decision_id == decision_id]
        near = own[-1:] or sorted(mine, key=lambda word: abs(word.known_at - at))[:1]
        if not near or (not own and abs(near[0].known_at - at) > VERDICT_REACHES):
            return None
        return near[0]


def abusive(
    verdict: float | None, counts: Mapping[str, int] | None, handed: int, risk: float | None
) -> tuple[float, Known]:
    """Return the probability that a campaign was abusive, and what says so.

    A verdict says it, then mail over the limits at which providers pause, then the score: a
    calibrated probability. Mail without complaints proves nothing and leaves the score as it is.
    """
    if verdict is not None:
        return verdict, Known.VERDICT
    if counts is not None and _proves(counts, handed):
        return 1.0, Known.MAIL
    return (0.0 if risk is None else risk), Known.SCORE


def rates_of(counts: Mapping[str, int], handed: int) -> dict[str, float] | None:
    """Return the share of each signal in what was handed over; None where nothing was."""
    if handed <= 0:
        return None
    names = ("hard_bounce", "soft_bounce", "block_bounce", "trap_hit", "complaint", "deferred")
    return {name: min(counts.get(name, 0) / handed, 1.0) for name in names}


def _proves(counts: Mapping[str, int], handed: int) -> bool:
    if handed <= 0:
        return False
    if not any(counts.get(name, 0) > limit * handed for name, limit in _PROVEN.items()):
        return False
    names = list(_PROVEN)
    bad = np.array([counts.get(name, 0) for name in names], dtype=np.float64)
    bounds = lower_bound(bad, np.full(len(names), float(handed)))
    return bool((bounds > np.array(list(_PROVEN.values()))).any())
