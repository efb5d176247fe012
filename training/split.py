"""Splits rows so that a figure tells of later time and of abusers never seen.

Accounts are dealt by actor: all accounts of one abuser fall in one part. Time is cut once per
world; rows whose labels had not matured at the cut are not learned from.

    actors \\ time    before the cut (matured)    after the cut
    60 %             train                       -
    20 %             validate (early stopping)   calibrate
    20 %             -                           test
"""

import hashlib
from dataclasses import dataclass, fields, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from training.labels import Labelled
from training.vectors import MATURITY, Array, Texts

Mask = npt.NDArray[np.bool_]
TRAIN_ACTORS: Final = 0.6
VALIDATE_ACTORS: Final = 0.8


@dataclass(frozen=True)
class Split:
    """Four masks `(n,)` that share no row; test shares no actor with any other.

    `late` are all rows after the cut, `judges` all rows of the actors that validate and calibrate.
    """

    train: Mask
    validate: Mask
    calibrate: Mask
    test: Mask
    late: Mask
    judges: Mask

    def widened(self) -> "Split":
        """Return the split of the last fit: all rows but those of the actors that calibrate.

        Nothing is left to test it; its figures are those of the fit before, on fewer rows.
        """
        return replace(self, train=~self.judges, test=np.zeros_like(self.test))

    def only(self, mask: Mask) -> "Split":
        """Return the split of the rows in `mask` alone."""
        return Split(*(getattr(self, part.name) & mask for part in fields(self)))


def split(rows: Labelled, seed: int) -> Split:
    """Deal the rows; each world is cut at its own time."""
    at = rows.vectors.at
    place = placed(rows.actors, seed)
    cut = rows.cut_at
    early = at <= cut - MATURITY.total_seconds()
    late = at > cut
    learners = place < TRAIN_ACTORS
    judges = ~learners & (place < VALIDATE_ACTORS)
    unseen = place >= VALIDATE_ACTORS
    return Split(early & learners, early & judges, late & judges, late & unseen, late, judges)


def placed(actors: Texts, seed: int) -> Array:
    """Return a place in [0, 1) for each actor, the same for the same actor and seed."""
    names, index = np.unique(actors, return_inverse=True)
    places = np.array([_place(str(name), seed) for name in names], dtype=np.float64)
    return places[index] if len(names) else np.zeros(0)


def _place(actor: str, seed: int) -> float:
    digest = hashlib.blake2b(f"{seed}/{actor}".encode("utf-8", "surrogatepass"), digest_size=8)
    return int.from_bytes(digest.digest(), "big") / 2**64
