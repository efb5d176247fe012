"""What is kept from people while a case is looked at again: the first verdict and its traces."""

from collections.abc import Collection, Sequence
from typing import Final

from service.desk.records import Case, Entry, LookQuery, LookState
from service.desk.second_looks import is_unseen
from service.desk.undone import counting
from service.standing import Standing, standing_from
from service.stores.contract import Label, Store

_MOST: Final = 1_000


def told(store: Store, labels: Sequence[Label], account_id: str, name: str) -> tuple[Label, ...]:
    """Return the labels of an account that a person may know: not those that they may be asked for."""
    query = LookQuery(states=(LookState.OPEN,), account_id=account_id)
    kept = {
        case.look.first.label_id
        for case in store.second_looks(query)
        if case.look is not None and is_unseen(case, name)
    }
    return tuple(one for one in labels if one.label_id not in kept) if kept else tuple(labels)


def told_standing(store: Store, account_id: str, name: str) -> Standing:
    """Return what was in force on an account before a verdict that a person may be asked for."""
    labels = told(store, store.labels(account_id), account_id, name)
    return standing_from(counting(labels), store.rulings(account_id))


def told_deeds(case: Case, deeds: Sequence[Entry], name: str) -> tuple[Entry, ...]:
    """Return the deeds on a case that a person may know while it is looked at again.

    Who decided it first is not told what came after, everybody else not what came before.
    """
    look = case.look
    if look is None or look.state is not LookState.OPEN:
        return tuple(deeds)
    mine = look.first.by == name
    return tuple(one for one in deeds if (one.deed.at <= look.first.at) == mine)


def told_verdicts(store: Store, account_ids: Collection[str], name: str) -> dict[str, str | None]:
    """Return, of the accounts of which a verdict is kept from a person, the last one they may know."""
    looked = store.second_looks(LookQuery(states=(LookState.OPEN,), limit=_MOST))
    unseen = {
        case.account_id
        for case in looked
        if case.account_id in account_ids and is_unseen(case, name)
    }
    found: dict[str, str | None] = {}
    for account_id in sorted(unseen):
        left = counting(told(store, store.labels(account_id), account_id, name))
        found[account_id] = left[-1].verdict if left else None
    return found
