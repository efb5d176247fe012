"""What is drawn by chance to be looked at, or let out, so that precision and recall can be estimated.

Reviewers see what the model holds; nobody sees what it misses, and nobody learns what would have
become of what it slowed. A small random share of both is therefore looked at and let out, with the
chance of the draw kept beside it (inverse probability weighting: Horvitz and Thompson, JASA 47, 1952).
Nor does anybody know how often two people would judge alike: a share of what was judged is looked at
again by another person.
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
SECOND_LOOKS: Final = 0.05


@dataclass(frozen=True)
class Audit:
    """`allow` and `throttle` are the shares of such decisions that a person looks at.

    `release_throttles` is the share of throttled broadcasts below the risk `release_below_risk` that
    goes out as an allow does: in growing stages, under the sequential stop. `second_looks` is the
    share of decided cases that another person looks at again.
    """

    allow: float = 0.01
    throttle: float = 0.01
    release_throttles: float = 0.0
    release_below_risk: float = 0.0
    second_looks: float = SECOND_LOOKS


def read_audit(reader: Reader, node: Node) -> Audit:
    """Return the shares; what is wrong is noted with the reader."""
    found = reader.mapping(node, (*_SHARES, "release_below_risk", "second_looks"))
    shares = {
        name: reader.number(found[name], 0, _MOST) if name in found else 0.0 for name in _SHARES
    }
    limit, again = found.get("release_below_risk"), found.get("second_looks")
    return Audit(
        **shares,
        release_below_risk=reader.number(limit, 0, 1) if limit else 0.0,
        # A policy of before there were second looks has them as one without the section does.
        second_looks=reader.number(again, 0, _MOST) if again else SECOND_LOOKS,
    )


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


def second_look(case_id: str, audit: Audit, key: bytes) -> float | None:
    """Return the chance with which a decided case is drawn to be looked at again; None: it is not."""
    share = audit.second_looks
    return share if _drawn(case_id, "again", share, key) else None


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


def _drawn(name: str, purpose: str, share: float, key: bytes) -> bool:
    """Tell whether what is called so falls into a share; the same answer every time."""
    text = f"{purpose}:{name}".encode()
    digest = hashlib.blake2b(text, key=key[:64], digest_size=8).digest()
    return int.from_bytes(digest, "big") < share * 2**64
