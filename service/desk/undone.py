"""Which labels count: those that nobody took back."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from service.stores.contract import Label

UNDO: Final = "undo"


def counting(labels: "Sequence[Label]") -> "tuple[Label, ...]":
    """Return the labels that count, in the order given: neither undone nor an undoing themselves."""
    taken_back = {label.undoes for label in labels if label.source == UNDO}
    return tuple(
        label for label in labels if label.source != UNDO and label.label_id not in taken_back
    )
