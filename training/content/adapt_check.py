"""What teaching own mail did: on mail that was not taught, on other mail, and to which words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

import numpy as np

from features.content import Analysis, analyse
from models.content import TextModel
from training.content.adapt import (
    CHOSEN,
    AdaptSettings,
    CommonTerms,
    Mask,
    Taught,
    adapt,
    judged_by,
    weights_of,
)
from training.content.corpora import NOTICES, WRITTEN, Example, read_messages
from training.content.scored_mail import Floats, ScoredMail, keys_of

_FOLDS: Final = 5
_EVERY: Final = 4


@dataclass(frozen=True)
class Move:
    """A word that moved: by how many log-odds of unwanted in the mail that holds it, on the mean."""

    term: str
    mails: int
    log_odds: float


def common_mail() -> list[Example]:
    """Return every fourth notice and written mail that comes with the code, analysed; takes seconds."""
    return list(_every_fourth())


def _every_fourth() -> Iterator[Example]:
    for name in (NOTICES, *WRITTEN):
        # Files of the code: no data folder is looked into.
        for mail in islice(read_messages(Path(), name), 0, None, _EVERY):
            yield Example(name, mail.id, mail.kind, mail.source, analyse(mail.message))


def unwanted_by(model: TextModel, mails: Sequence[Analysis]) -> Floats:
    """Return the probability of unwanted `(n,)`, 0 where the model does not judge."""
    found = [model.judge(mail) for mail in mails]
    return np.array([1 - one.wanted if one.judged else 0.0 for one in found])


def cross_validated(
    model: TextModel,
    taught: Sequence[Taught],
    common: CommonTerms,
    settings: AdaptSettings = CHOSEN,
) -> Floats | None:
    """Return the probability of unwanted `(n,)` of each message by a model that was taught the others.

    Five parts; copies of a template are in the same part, or a form letter would prove itself. None
    when all mail is one template.
    """
    template = _templates(taught)
    count = min(_FOLDS, int(template.max(initial=-1)) + 1)
    if count < 2:
        return None
    part = template % count
    found = np.zeros(len(taught))
    for number in range(count):
        held_back = part == number
        known = [mail for mail, out in zip(taught, held_back, strict=True) if not out]
        out = [taught[i].analysis for i in np.flatnonzero(held_back).tolist()]
        found[held_back] = unwanted_by(adapt(model, known, common, settings), out)
    return found


def _templates(taught: Sequence[Taught]) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """Return the number of each message's template `(n,)`, from 0, in order of appearance by kind."""
    first: dict[int | None, int] = {}
    root = list(range(len(taught)))

    def of(place: int) -> int:
        while root[place] != place:
            root[place] = root[root[place]]
            place = root[place]
        return place

    for place, mail in enumerate(taught):
        for key in (*mail.analysis.near_keys, mail.analysis.fingerprint):
            here, there = of(place), of(first.setdefault(key, place))
            root[max(here, there)] = min(here, there)
    roots = [of(place) for place in range(len(taught))]
    # Parts take the templates of a kind in turn, so that each has mail of all kinds.
    order = sorted(set(roots), key=lambda root: (taught[root].kind.value, root))
    number = {place: i for i, place in enumerate(order)}
    return np.array([number[place] for place in roots], dtype=np.intp)


def moves(before: TextModel, after: TextModel, taught: Sequence[Taught]) -> list[Move]:
    """Return the words that moved own mail most, the strongest first; of the first question alone."""
    mails = [mail.analysis for mail in judged_by(before, taught)]
    if not mails:
        return []
    keys = keys_of(mails)
    change = weights_of(after, keys, 0) - weights_of(before, keys, 0)
    rows = ScoredMail.of(after, mails, keys)
    _, shares = rows.pool(weights_of(after, keys, 0))
    each = rows.share * np.asarray(rows.whole.sum(axis=0)).ravel() + rows.blocks.T @ shares
    every: Mask = np.ones(len(mails), dtype=np.bool_)
    total, held = after.calibration[0, 0] * change * each, rows.held(every)
    names = _names(mails)
    order = np.argsort(-np.abs(total), kind="stable")
    return [
        Move(names[int(keys[i])], int(held[i]), float(total[i] / held[i]))
        for i in order
        if change[i]
    ]


def _names(mails: Sequence[Analysis]) -> dict[int, str]:
    return {
        key: name
        for mail in mails
        for key, name in zip(mail.message_terms.checks.tolist(), mail.terms, strict=True)
    }
