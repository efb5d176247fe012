"""Reads what a policy says about earned volume."""

from collections.abc import Mapping

from models.earned import Earning, Harm
from models.policy.document import Node
from models.policy.reading import Reader

COUNTERS = ("hard_bounce", "block_bounce", "trap_hit", "complaint")
_NUMBERS = {
    "harm_per_day": (0.1, 1e9),
    "trust_mails": (1, 1e9),
    "growth": (1.01, 100),
    "fall": (0.01, 0.9),
    "shared_below_days": (0, 3_650),
}
_WHOLE = ("start", "start_paid", "least")
_MOST_MAILS = 1_000_000_000


def read_earning(reader: Reader, node: Node) -> Earning:
    """Return the rules of earned volume; what is wrong is noted with the reader."""
    found = reader.mapping(node, (*_NUMBERS, *_WHOLE, "harms"))
    numbers = {
        name: reader.number(found[name], low, high) if name in found else low
        for name, (low, high) in _NUMBERS.items()
    }
    whole = {
        name: reader.whole(found[name], 1, _MOST_MAILS) if name in found else 1 for name in _WHOLE
    }
    return Earning(
        harm_per_day=numbers["harm_per_day"],
        trust_mails=numbers["trust_mails"],
        growth=numbers["growth"],
        fall=numbers["fall"],
        start=whole["start"],
        start_paid=whole["start_paid"],
        least=whole["least"],
        shared_below_days=numbers["shared_below_days"],
        harms=_harms(reader, found["harms"]) if "harms" in found else (),
    )


def _harms(reader: Reader, node: Node) -> tuple[Harm, ...]:
    given = reader.mapping(node, (), COUNTERS)
    return tuple(_harm(reader, name, value) for name, value in given.items())


def _harm(reader: Reader, name: str, node: Node) -> Harm:
    found: Mapping[str, Node] = reader.mapping(node, ("limit", "weight"))
    return Harm(
        name,
        reader.number(found["limit"], 1e-6, 0.5) if "limit" in found else 0.5,
        reader.number(found["weight"], 0, 1_000) if "weight" in found else 0.0,
    )
