"""How the challenger in shadow compares with the champion: agreement, and whom it would treat otherwise."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from service.desk.records import CaseQuery
from service.labelling import LabelBook
from service.stores.contract import ModelShadow, Store

EXAMPLES: Final = 50
_CASES_LOOKED_AT: Final = 50


@dataclass(frozen=True)
class Example:
    """A decision on which the two differ, with its label where there is one by now.

    `case_id`: the case that shows it, None where nobody was asked.
    """

    shadow: ModelShadow
    label: str | None
    case_id: str | None = None


@dataclass(frozen=True)
class ShadowReport:
    """`by_subject` has, for each subject, the decisions by (champion's action, challenger's).

    `correlation` is that of the risks; None where one never varies. Of the examples with a label,
    `challenger_right` counts those where the challenger would have done better, `champion_right` the
    others: the milder action is better for legitimate mail, the more severe for the rest.
    """

    challenger: str
    since: datetime
    decisions: int
    agreement: float | None
    correlation: float | None
    by_subject: dict[str, dict[tuple[str, str], int]]
    examples: tuple[Example, ...]
    challenger_right: int
    champion_right: int


def shadow_report(
    store: Store,
    challenger: str,
    since: datetime,
    at: datetime,
    examples: int = EXAMPLES,
    viewer: str | None = None,
) -> ShadowReport:
    """Compare the two on what was decided since a time, with the labels that `viewer` may know."""
    with store.snapshot():
        found = store.model_comparison(challenger, since, examples)
        book = LabelBook(store, at, viewer)
        shown = tuple(
            Example(one, _label(store, book, one), _case(store, one)) for one in found.examples
        )
    by_subject: dict[str, dict[tuple[str, str], int]] = {}
    for (subject, live, draft), count in found.counts.items():
        by_subject.setdefault(subject, {})[live, draft] = count
    total = sum(found.counts.values())
    same = sum(n for (_, live, draft), n in found.counts.items() if live == draft)
    right = Counter(map(_is_better, shown))
    return ShadowReport(
        challenger=challenger,
        since=since,
        decisions=total,
        agreement=same / total if total else None,
        correlation=found.correlation,
        by_subject=by_subject,
        examples=shown,
        challenger_right=right[True],
        champion_right=right[False],
    )


def _label(store: Store, book: LabelBook, one: ModelShadow) -> str | None:
    decision = store.decision(one.decision_id)
    won = None if decision is None else book.of(decision).resolution.won
    return won.verdict if won else None


def _case(store: Store, one: ModelShadow) -> str | None:
    """Return the account's case whose decision it is, or the one that it opened."""
    if store.case(one.decision_id) is not None:
        return one.decision_id
    mine = store.cases(CaseQuery(state=None, account_id=one.account_id, limit=_CASES_LOOKED_AT))
    return next((case.case_id for case in mine if case.decision_id == one.decision_id), None)


_SEVERITY: Final = ("allow", "throttle", "review", "terminate")


def _is_better(example: Example) -> bool | None:
    """Tell whether the challenger's action suits the label better; None where nobody knows."""
    if example.label is None:
        return None
    one = example.shadow
    milder = _SEVERITY.index(one.draft) < _SEVERITY.index(one.live)
    return milder == (example.label == "legitimate")
