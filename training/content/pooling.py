"""The pieces of messages and how their scores become one."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Pieces:
    """Which pieces each message has: `piece` (m,) names them, message by message, one at least each;
    `owner` (m,) is the message, `n_values` how many different pieces there are.

    The pooled score is `warmth * log(mean(exp(score / warmth)))`: near the loudest piece where one
    stands out, and a piece more takes off no more than `warmth * log((k + 1) / k)`.
    """

    piece: Places
    owner: Places
    n_values: int
    warmth: float

    @classmethod
    def single(cls, owner: Places, warmth: float) -> "Pieces":
        """Return the pieces of messages that share none, in the order of their messages."""
        return cls(np.arange(len(owner)), owner, len(owner), warmth)

    @cached_property
    def _counts(self) -> Places:
        return np.bincount(self.owner)

    @cached_property
    def _first(self) -> Places:
        return np.cumsum(self._counts) - self._counts

    def again(self, messages: Places) -> "Pieces":
        """Return these messages and, after them, some of them once more with a new piece each."""
        place = np.full(int(self.owner.max()) + 1, -1)
        place[messages] = place.size + np.arange(len(messages))
        taken = place[self.owner] >= 0
        new = np.arange(len(messages))
        owner = np.concatenate([self.owner, place[self.owner[taken]], place.size + new])
        piece = np.concatenate([self.piece, self.piece[taken], self.n_values + new])
        order = np.argsort(owner, kind="stable")
        return Pieces(piece[order], owner[order], self.n_values + len(messages), self.warmth)

    def pool(self, scores: Floats) -> tuple[Floats, Floats]:
        """Return the pooled score of each message `(n,)` and each piece's share in it `(m,)`."""
        held = scores[self.piece]
        loudest = np.maximum.reduceat(held, self._first)
        shares = np.exp((held - loudest[self.owner]) / self.warmth)
        sums = np.add.reduceat(shares, self._first)
        return loudest + self.warmth * np.log(sums / self._counts), shares / sums[self.owner]

    def pulled(self, pull: Floats, shares: Floats) -> Floats:
        """Return what a pull at each message `(n,)` is at each different piece `(n_values,)`."""
        found: Floats = np.bincount(self.piece, pull[self.owner] * shares, self.n_values).astype(
            float
        )
        return found
