"""Reads what a policy says about releases."""

import math
from collections.abc import Mapping
from datetime import timedelta

from models.inflight.evidence import Signal
from models.inflight.records import Rules
from models.policy.document import Node
from models.policy.reading import Reader

SIGNALS = ("hard_bounce", "block_bounce", "trap_hit", "complaint", "deferred")
_NUMBERS = {
    "false_stop": (1e-9, 0.5),
    "first_share": (0.001, 1),
    "growth": (1.1, 100),
    "stop_risk": (0, 1),
    "pause_at": (1, 1e9),
    "safe_at": (1, 1e9),
}
_WAITS = ("wait", "doubtful_wait", "pause_wait")
# What a policy may leave out, with what then holds.
_OPTIONAL = {"resume_at": 5.0}
_OPTIONAL_WAITS = {"use_within": timedelta(days=3), "urgent_within": timedelta(hours=4)}


def read_rules_of_release(reader: Reader, node: Node) -> Rules:
    """Return the rules; what is wrong is noted with the reader."""
    found = reader.mapping(
        node, (*_NUMBERS, *_WAITS, "signals"), (*_OPTIONAL, *_OPTIONAL_WAITS, "keep_limits")
    )
    numbers = {
        name: reader.number(found[name], low, high) if name in found else low
        for name, (low, high) in _NUMBERS.items()
    }
    times = {
        name: reader.duration(found[name]) if name in found else instead
        for name, instead in _OPTIONAL_WAITS.items()
    }
    return Rules(
        signals=_signals(reader, found["signals"]) if "signals" in found else (),
        false_stop=numbers["false_stop"],
        first_share=numbers["first_share"],
        growth=numbers["growth"],
        wait=reader.duration(found.get("wait", node)),
        doubtful_wait=reader.duration(found.get("doubtful_wait", node)),
        pause_wait=reader.duration(found.get("pause_wait", node)),
        stop_risk=numbers["stop_risk"],
        pause_at=numbers["pause_at"],
        safe_at=numbers["safe_at"],
        resume_at=_resume_at(reader, found, numbers["pause_at"]),
        use_within=times["use_within"],
        urgent_within=times["urgent_within"],
        keep_limits=reader.flag(found["keep_limits"]) if "keep_limits" in found else False,
    )


def _resume_at(reader: Reader, found: Mapping[str, Node], pause_at: float) -> float:
    """Return the evidence under which a pause ends; above `pause_at` it would never begin."""
    if "resume_at" not in found:
        return min(_OPTIONAL["resume_at"], pause_at)
    return reader.number(found["resume_at"], 1, pause_at)


def _signals(reader: Reader, node: Node) -> tuple[Signal, ...]:
    given = reader.mapping(node, (), SIGNALS)
    signals = tuple(_signal(reader, name, value) for name, value in given.items())
    if not math.isclose(sum(signal.weight for signal in signals), 1.0, abs_tol=1e-6):
        reader.fail(node, "the weights of the signals must sum to 1")
    return signals


def _signal(reader: Reader, name: str, node: Node) -> Signal:
    found: Mapping[str, Node] = reader.mapping(node, ("limit", "weight"))
    return Signal(
        name,
        reader.number(found["limit"], 1e-6, 0.4) if "limit" in found else 0.4,
        reader.number(found["weight"], 1e-3, 1) if "weight" in found else 0.0,
    )
