"""Computes the rows of past decisions again, point in time, where the log has none of today's features.

A column that was logged and is defined as it was is taken as it was logged: that is what was seen. Any
other is computed by the code that serves, from the facts as they were. What nothing keeps (a message's
words, tiles past their time) is NaN, and told.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import numpy as np

from features.catalogue import Array, Catalogue, Column, itself
from features.inputs import inputs_of
from features.inputs.sending import PROVIDER_NUMBERS
from features.records import Subject
from features.windows import WINDOWS
from models.decision import Decision
from sendwarden.feature_sets import FeatureSets
from service.past import Past, Then
from service.past_peers import Others
from service.stores.contract import Store

# Facts of so many decisions at a time are held in memory.
_AT_ONCE: Final = 256
_TIES: Final = ("tie_", "close_", "peer_")
_WINDOW_NAMES: Final = tuple(window.name for window in WINDOWS)


@dataclass(frozen=True)
class Recomputed:
    """A row in the catalogue's order; `taken` columns are as logged, `unknown` ones nothing tells."""

    decision: Decision
    vector: tuple[float, ...]
    taken: int
    unknown: tuple[str, ...]


class Recomputer:
    """Recomputes decisions of one store. `now` is the time of asking: what has been purged is gone."""

    def __init__(self, store: Store, catalogue: Catalogue, now: datetime) -> None:
        self._store, self._catalogue, self._now = store, catalogue, now
        self._others = Others(store)
        self._sets = FeatureSets(store, catalogue)

    def rows(
        self,
        decisions: Sequence[Decision],
        *,
        as_logged: bool = True,
        slack: timedelta = timedelta(0),
    ) -> Iterator[Recomputed]:
        """Yield the rows of decisions on one account; one whose account was not known is left out.

        `as_logged` False takes nothing from the logged vector. What became known within `slack` after
        a decision's time counts as known.
        """
        if not decisions:
            return
        past = Past(self._store, decisions[0].account_id, decisions, self._now, self._others)
        groups: dict[tuple[Subject, str], list[Decision]] = {}
        for decision in decisions:
            usable = as_logged and decision.vector
            key = decision.subject.type, decision.feature_set if usable else ""
            groups.setdefault(key, []).append(decision)
        for (subject, feature_set), group in groups.items():
            taken = self._sets.places(subject, feature_set) if feature_set else {}
            plan = _Plan(self._catalogue, subject, taken)
            for start in range(0, len(group), _AT_ONCE):
                yield from self._computed(plan, past, group[start : start + _AT_ONCE], slack)

    def _computed(
        self, plan: "_Plan", past: Past, decisions: Sequence[Decision], slack: timedelta
    ) -> Iterator[Recomputed]:
        with self._store.snapshot():
            found = [(one, past.at(one, tied=plan.tied, slack=slack)) for one in decisions]
        known = [(decision, then) for decision, then in found if then is not None]
        if not known:
            return
        inputs = _inputs(plan, known)
        table = self._catalogue.compute(plan.subject, inputs)
        for place, (decision, then) in enumerate(known):
            row = table[place]
            if plan.taken:
                row[list(plan.taken)] = np.asarray(decision.vector)[list(plan.taken.values())]
            yield Recomputed(decision, tuple(row.tolist()), len(plan.taken), plan.unknown(then))


class _Plan:
    """Which columns are taken from a log, and what the others need."""

    def __init__(self, catalogue: Catalogue, subject: Subject, taken: Mapping[int, int]) -> None:
        self.subject, self.taken = subject, taken
        columns = catalogue.columns(subject)
        self.wanted = [column for place, column in enumerate(columns) if place not in taken]
        needed = {name for column in self.wanted for name in column.feature.inputs}
        self.tied = any(name.startswith(_TIES) for name in needed)
        # A fact that is a feature was logged as it was.
        self.facts = {
            column.feature.inputs[0]: taken[place]
            for place, column in enumerate(columns)
            if place in taken and _is_fact(column)
        }

    def unknown(self, then: Then) -> tuple[str, ...]:
        """Return the wanted columns that rest on something that nothing keeps."""
        lost = then.unknown - self.facts.keys()
        if not then.providers_known:
            lost |= set(PROVIDER_NUMBERS)
        windows = {_WINDOW_NAMES[place] for place in then.windows}
        return tuple(column.name for column in self.wanted if _rests_on(column, lost, windows))


def _is_fact(column: Column) -> bool:
    return column.feature.compute is itself and not column.feature.windows


def _rests_on(column: Column, lost: Iterable[str], windows: Iterable[str]) -> bool:
    inputs = column.feature.inputs
    if not set(lost).isdisjoint(inputs):
        return True
    named = {name.rpartition("_")[2] for name in (*inputs, column.name)}
    return not named.isdisjoint(windows)


def _inputs(plan: _Plan, known: Sequence[tuple[Decision, Then]]) -> dict[str, Array]:
    """Return the inputs of rows, NaN where nothing tells."""
    inputs = inputs_of([then.facts for _, then in known])
    for place, (decision, then) in enumerate(known):
        for name in then.unknown:
            logged = plan.facts.get(name)
            inputs[name][place] = np.nan if logged is None else decision.vector[logged]
        if not then.providers_known:
            for name in PROVIDER_NUMBERS:
                inputs[name][place] = np.nan
        if then.windows:
            for values in inputs.values():
                if values.ndim == 2:
                    values[place, list(then.windows)] = np.nan
    return inputs
