"""Any mail as rows over a text model's terms, to fit on the very score that the model gives."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from features.content import Analysis
from features.content.terms import EVERYWHERE
from models.content import TextModel, look_up
from training.content.pooling import Pieces

Floats = npt.NDArray[np.float64]
Keys = npt.NDArray[np.uint32]


@dataclass(frozen=True)
class ScoredMail:
    """Messages over `keys` (k,), ascending, in the form that `TextModel` scores: `whole` (n, k) and their
    `blocks` (m, k) hold 1 over the length norm where a term is. A whole counts `share` times.
    """

    keys: Keys
    whole: csr_matrix
    blocks: csr_matrix
    pieces: Pieces
    share: float

    @classmethod
    def of(cls, model: TextModel, mails: Sequence[Analysis], keys: Keys) -> "ScoredMail":
        """Lay out at least one message; terms that are not among the keys count in the norms alone."""
        rows = [_row(model, mail, keys) for mail in mails]
        counts = [len(row.norms) for row in rows]
        first = np.cumsum([0, *counts[:-1]])
        wholes = np.array([row.norm for row in rows])
        owner = np.repeat(np.arange(len(rows)), counts)
        norms = np.concatenate([row.norms for row in rows])
        held = [len(row.columns) for row in rows]
        parts = [len(row.block) for row in rows]
        block = np.concatenate([row.block for row in rows]) + np.repeat(first, parts)
        return cls(
            keys,
            _matrix(np.repeat(np.arange(len(rows)), held), [r.columns for r in rows], wholes, len(keys)),
            _matrix(block, [r.of_blocks for r in rows], norms, len(keys)),
            Pieces.single(owner, float(model.blocks[2])),
            float(model.blocks[1]),
        )  # fmt: skip

    def pool(self, weights: Floats) -> tuple[Floats, Floats]:
        """Return each message's score `(n,)` by weights `(k,)` and each block's share in it `(m,)`."""
        pooled, shares = self.pieces.pool(np.asarray(self.blocks @ weights))
        return self.share * np.asarray(self.whole @ weights) + pooled, shares

    def scores(self, weights: Floats) -> Floats:
        """Return each message's score `(n,)` by weights `(k,)`."""
        return self.pool(weights)[0]

    def held(self, rows: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
        """Return how many of some messages `(n,)` hold each term `(k,)`."""
        return np.asarray((self.whole[rows] != 0).sum(axis=0), np.int64).ravel()


def keys_of(mails: Sequence[Analysis]) -> Keys:
    """Return the checks of all terms of some messages, ascending."""
    found = [np.unique(mail.message_terms.checks) for mail in mails]
    return np.unique(np.concatenate([np.empty(0, np.uint32), *found]))


@dataclass(frozen=True)
class _Row:
    """A message: the columns it holds, `of_blocks` those of its blocks by the block's number, and norms."""

    columns: npt.NDArray[np.intp]
    norm: float
    of_blocks: npt.NDArray[np.intp]
    block: npt.NDArray[np.intp]
    norms: Floats


def _row(model: TextModel, mail: Analysis, keys: Keys) -> _Row:
    terms, (spare, power) = mail.message_terms, model.norm
    place = terms.blocks(int(model.blocks[0])) - EVERYWHERE
    count = max(int(place.max(initial=0)), 1)
    sizes = np.bincount(place, minlength=count + 1)
    columns, known = look_up(keys, terms.checks)
    inside, everywhere = known & (place > 0), columns[known & (place == 0)]
    return _Row(
        columns=columns[known],
        norm=float((len(place) + spare) ** power),
        of_blocks=np.concatenate([columns[inside], np.tile(everywhere, count)]),
        block=np.concatenate([place[inside] - 1, np.repeat(np.arange(count), len(everywhere))]),
        norms=(sizes[1:] + sizes[0] + spare) ** power,
    )


def _matrix(
    rows: npt.NDArray[np.intp], columns: list[npt.NDArray[np.intp]], norms: Floats, width: int
) -> csr_matrix:
    values = 1 / norms[rows]
    return csr_matrix((values, (rows, np.concatenate(columns))), shape=(len(norms), width))
