"""Which reason each push of the risk is told under. Pure.

TreeSHAP adds up what a feature does against the average sender, so a fact can push the risk up by
being absent, unknown or ordinary. What a group of features adds together is told under the group's
reason as far as its message is true of the values that push, and under a general one beyond that.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from features.catalogue import Column
from models.reasons.claim import Fact
from models.reasons.reason import Reason
from models.reasons.registry import Voice

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Push:
    """What is added to the log-odds under a reason.

    `column` is that of its strongest feature: of one whose value may be shown if there is any, and
    of its own before those that it steps in for.
    """

    reason: Reason
    added: float
    column: int
    own: bool
    hidden: bool


def pushes(
    columns: Sequence[Column],
    contributions: Array,
    row: Array,
    typical: Array,
    voices: Sequence[Sequence[Voice]],
) -> tuple[Push, ...]:
    """Return the pushes of one row, up and down; they add up to the contributions.

    All arrays are `(n_columns,)`; `voices` says who may tell of each column, its own reason first.
    What a group adds together is not changed by telling parts of it under other reasons: they
    share it as they share what pushes up in it. A group that lowers the risk is one push.
    """
    places = {column.name: i for i, column in enumerate(columns)}
    added = contributions.tolist()
    found: list[Push] = []
    for group in _groups(added, voices):
        told = {
            index: _true_of(Fact(row, typical, places, columns[index].name), voices[index])
            for index in group
            if added[index] > 0
        }
        found.extend(_pushes_of(group, added, voices, told))
    return tuple(_together(found))


def _true_of(fact: Fact, voices: Sequence[Voice]) -> Reason:
    return next(voice.reason for voice in voices if voice.claim.holds(fact))


def _groups(added: Sequence[float], voices: Sequence[Sequence[Voice]]) -> list[list[int]]:
    """Return the columns that add anything, those of one reason together."""
    groups: dict[str, list[int]] = {}
    for index, push in enumerate(added):
        if push:
            groups.setdefault(voices[index][0].reason.code, []).append(index)
    return list(groups.values())


def _pushes_of(
    group: Sequence[int],
    added: Sequence[float],
    voices: Sequence[Sequence[Voice]],
    told: Mapping[int, Reason],
) -> Iterator[Push]:
    own, together = voices[group[0]][0].reason, sum(added[index] for index in group)
    if together <= 0:
        strongest = min(group, key=lambda index: added[index])
        yield Push(own, together, strongest, own=True, hidden=own.hidden_value)
        return
    scale = together / sum(added[index] for index in told)
    for index, reason in told.items():
        yield Push(
            reason,
            scale * added[index],
            index,
            own=reason is own,
            hidden=reason.hidden_value or own.hidden_value,
        )


def _together(found: Sequence[Push]) -> Iterator[Push]:
    """Add up the pushes of a reason by their direction, so that none hides another's."""
    alike: dict[tuple[str, bool], list[Push]] = {}
    for push in found:
        alike.setdefault((push.reason.code, push.added > 0), []).append(push)
    for same in alike.values():
        strongest = max(same, key=lambda push: (not push.hidden, push.own, abs(push.added)))
        yield replace(strongest, added=sum(push.added for push in same))
