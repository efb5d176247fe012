"""What the platform knows of a new list: overlap with its own flags and with others' lists."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import nan
from typing import Final

from features.lists.numbers import SEEN_NUMBERS
from features.lists.overlap import NOTABLE
from features.lists.sketch import Hashes

# Bits of service.stores.contract.RecipientFlag.
_BITS: Final = {
    "list_hard_bounced_share": 1,
    "list_complained_share": 2,
    "list_unsubscribed_share": 4,
    "list_trap_share": 8,
    "list_known_share": 31,
}


@dataclass(frozen=True)
class SharedWith:
    """How much of a new list is in one other list, and whose that is.

    `known_bad` lists were registered by the abuse team and belong to no account; `one_owner`: the
    accounts belong together; `abuser`: the other account was confirmed abusive or terminated.
    """

    share: float
    one_owner: bool = False
    abuser: bool = False
    known_bad: bool = False


def platform_numbers(
    sketch: Hashes, flags: Mapping[int, int], overlaps: Sequence[SharedWith]
) -> dict[str, float]:
    """Return the platform numbers of a list.

    `sketch` `(n,)` is a uniform sample of its hashes, `flags` what is known of some of them,
    `overlaps` what it shares with other lists. NaN for an empty list.
    """
    if sketch.size == 0:
        return dict.fromkeys(SEEN_NUMBERS, nan)
    known = [flags.get(key, 0) for key in sketch.tolist()]
    shares = {
        name: sum(1 for bits in known if bits & mask) / len(known) for name, mask in _BITS.items()
    }
    return shares | _overlap_numbers(overlaps)


def _overlap_numbers(overlaps: Sequence[SharedWith]) -> dict[str, float]:
    others = [found for found in overlaps if not found.known_bad]
    strangers = [found for found in others if not found.one_owner]
    return {
        "list_overlap_max": _largest(others),
        "list_overlap_lists": float(sum(found.share > NOTABLE for found in others)),
        "list_overlap_stranger_max": _largest(strangers),
        "list_overlap_stranger_lists": float(sum(found.share > NOTABLE for found in strangers)),
        "list_overlap_owner_max": _largest([found for found in others if found.one_owner]),
        "list_overlap_abuser_max": _largest([found for found in others if found.abuser]),
        "list_overlap_bad_list_max": _largest([found for found in overlaps if found.known_bad]),
    }


def _largest(overlaps: Sequence[SharedWith]) -> float:
    return max((found.share for found in overlaps), default=0.0)
