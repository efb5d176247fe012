"""What is in force on an account, read from the store; what it means is `models.policy.in_force`."""

from models.policy.in_force import LIFTING, Standing, in_force, ruling_of
from service.desk.undone import counting
from service.stores.contract import Label, Ruling, Store

__all__ = ["LIFTING", "Standing", "ruling_of", "standing_from", "standing_of"]


def standing_of(store: Store, account_id: str) -> Standing:
    """Return the standing of an account. A verdict that was undone never was."""
    return standing_from(counting(store.labels(account_id)), store.rulings(account_id))


def standing_from(labels: tuple[Label, ...], rulings: tuple[Ruling, ...]) -> Standing:
    """Return the standing that the labels that count and the newest rulings make."""
    return in_force(labels, rulings)
