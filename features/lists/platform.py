"""What the platform knows of a new list: overlap with its own flags and with others' lists."""

from collections.abc import Mapping, Sequence
from math import nan
from typing import Final

from features.lists.numbers import PLATFORM_NUMBERS
from features.lists.sketch import Hashes

# Bits of service.stores.contract.RecipientFlag.
_BITS: Final = {
    "list_hard_bounced_share": 1,
    "list_complained_share": 2,
    "list_unsubscribed_share": 4,
    "list_trap_share": 8,
    "list_known_share": 31,
}
_NOTABLE: Final = 0.05


def platform_numbers(
    sketch: Hashes, flags: Mapping[int, int], overlaps: Sequence[float]
) -> dict[str, float]:
    """Return the platform numbers of a list.

    `sketch` `(n,)` is a uniform sample of its hashes, `flags` what is known of some of them,
    `overlaps` the containments in other accounts' lists. NaN for an empty list.
    """
    if sketch.size == 0:
        return dict.fromkeys(PLATFORM_NUMBERS, nan)
    known = [flags.get(key, 0) for key in sketch.tolist()]
    shares = {
        name: sum(1 for bits in known if bits & mask) / len(known) for name, mask in _BITS.items()
    }
    return shares | {
        "list_overlap_max": max(overlaps, default=0.0),
        "list_overlap_lists": float(sum(share > _NOTABLE for share in overlaps)),
    }
