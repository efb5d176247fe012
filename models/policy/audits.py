"""What is drawn by chance to be looked at, or let out, so that precision and recall can be estimated.

Reviewers see what the model holds; nobody sees what it misses, and nobody learns what would have
become of what it slowed. A small random share of both is therefore looked at and let out, with the
chance of the draw kept beside it (inverse probability weighting: Horvitz and Thompson, JASA 47, 1952).
"""

import hashlib
from dataclasses import dataclass
from typing import Final

from msgspec import structs

from models.decision import Action, Decision, Seen
from models.policy.document import Node
from models.policy.reading import Reader

RELEASED: Final = "audit.released"
_SHARES: Final = ("allow", "throttle", "release_throttles")
_MOST: Final = 0.5


@dataclass(frozen=True)
class Audit:
    """`allow` and `throttle` are the shares of such decisions that a person looks at.

    `release_throttles` is the share of throttled broadcasts below the risk `release_below_risk` that
    goes out as an allow does: in growing stages, under the sequential stop.
    """

    allow: float = 0.01
    throttle: float = 0.01
    release_throttles: float = 0.0
    release_below_risk: float = 0.0


def read_audit(reader: Reader, node: Node) -> Audit:
    """Return the shares; what is wrong is noted with the reader."""
    found = reader.mapping(node, (*_SHARES, "release_below_risk"))
    shares = {
        name: reader.number(found[name], 0, _MOST) if name in found else 0.0 for name in _SHARES
    }
    limit = found.get("release_below_risk")
    return Audit(**shares, release_below_risk=reader.number(limit, 0, 1) if limit else 0.0)


def audited(decision: Decision, audit: Audit, key: bytes) -> Decision:
    """Return a decision as the draws leave it, with their chances in `seen`.

    `key` keeps the draw from being foreseen. Degraded decisions are left alone: what they would have
    been is not known.
    """
    if decision.seen is None or decision.degraded:
        return decision
    decision = _released(decision, audit, key)
    share = {Action.ALLOW.label: audit.allow, Action.THROTTLE.label: audit.throttle}.get(
        decision.action, 0.0
    )
    if not _drawn(decision.decision_id, "look", share, key):
        return decision
    seen = decision.seen or Seen()
    return structs.replace(decision, seen=structs.replace(seen, audit_chance=share))


def _released(decision: Decision, audit: Audit, key: bytes) -> Decision:
    """Let a drawn throttle out; what stands against the account itself is never set aside."""
    seen = decision.seen
    if (
        seen is None
        or decision.action != Action.THROTTLE.label
        or seen.stream != "broadcast"
        or seen.standing not in (None, Action.ALLOW.label)
        or decision.risk >= audit.release_below_risk
        or not _drawn(decision.decision_id, "release", audit.release_throttles, key)
    ):
        return decision
    return structs.replace(
        decision,
        action=Action.ALLOW.label,
        limits=None,
        rules=(*decision.rules, RELEASED),
        seen=structs.replace(seen, release_chance=audit.release_throttles),
    )


def _drawn(decision_id: str, purpose: str, share: float, key: bytes) -> bool:
    """Tell whether a decision falls into a share; the same answer every time."""
    text = f"{purpose}:{decision_id}".encode()
    digest = hashlib.blake2b(text, key=key[:64], digest_size=8).digest()
    return int.from_bytes(digest, "big") < share * 2**64
