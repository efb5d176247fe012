"""Splits rows so that a figure tells of later time and of abusers never seen.

Accounts are dealt by actor: all accounts of one abuser fall in one part. Time is cut once per
world; rows whose labels had not matured at the cut are not learned from.

    actors \\ time    before the cut (matured)    after the cut
    60 %             train                       -
    20 %             validate (early stopping)   calibrate
    20 %             -                           test
"""

import hashlib
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from training.labels import Labelled
from training.vectors import MATURITY, Array, Texts

Mask = npt.NDArray[np.bool_]
TRAIN_ACTORS: Final = 0.6
VALIDATE_ACTORS: Final = 0.8
CUT: Final = 0.6


@dataclass(frozen=True)
class Split:
    """Four masks `(n,)` that share no row; test shares no actor with any other.

    `late` are all rows after the cut, whoever's they are.
    """

    train: Mask
    validate: Mask
    calibrate: Mask
    test: Mask
    late: Mask

    def only(self, mask: Mask) -> "Split":
        """Return the split of the rows in `mask` alone."""
        return Split(
            self.train & mask,
            self.validate & mask,
            self.calibrate & mask,
            self.test & mask,
            self.late & mask,
        )


def split(rows: Labelled, seed: int) -> Split:
    """Deal the rows; each world is cut at its own time."""
    at = rows.vectors.at
    place = placed(rows.actors, seed)
    cut = cuts(rows)
    early = at <= cut - MATURITY.total_seconds()
    late = at > cut
    learners, judges = place < TRAIN_ACTORS, (place >= TRAIN_ACTORS) & (place < VALIDATE_ACTORS)
    unseen = place >= VALIDATE_ACTORS
    return Split(early & learners, early & judges, late & judges, late & unseen, late)


def cuts(rows: Labelled) -> Array:
    """Return for each row the time at which its world is cut, `(n,)`.

    Facts from before the first mail are history, so the cut is a share of the rows, not of the
    calendar: `CUT` of a world's rows lie before it.
    """
    worlds = np.char.partition(rows.actors, "/")[:, 0] if len(rows) else np.zeros(0, dtype=np.str_)
    cut = np.zeros(len(rows))
    for world in np.unique(worlds):
        mine = worlds == world
        cut[mine] = np.quantile(rows.vectors.at[mine], CUT)
    return cut


def placed(actors: Texts, seed: int) -> Array:
    """Return a place in [0, 1) for each actor, the same for the same actor and seed."""
    names, index = np.unique(actors, return_inverse=True)
    places = np.array([_place(str(name), seed) for name in names], dtype=np.float64)
    return places[index] if len(names) else np.zeros(0)


def _place(actor: str, seed: int) -> float:
    digest = hashlib.blake2b(f"{seed}/{actor}".encode("utf-8", "surrogatepass"), digest_size=8)
    return int.from_bytes(digest.digest(), "big") / 2**64
