"""Who likely caused a listing, and the request for removal that goes with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from features.blocklists import BlockList, Listing, ListKind
from features.deliverability import BY_NAME, Tally
from features.records import Subject
from features.windows import Window
from service.deliverability.causes import on_ip
from service.standing import standing_of
from service.stores.contract import Store

# What lists act on: a trap weighs most, a complaint more than an address that does not exist.
_WEIGHTS: Final = {"trap_hit": 50.0, "complaint": 5.0, "hard_bounce": 1.0, "block_bounce": 0.5}
_BASE: Final = 1.0
_MOST: Final = 5
_MIN_PROBABILITY: Final = 0.02


@dataclass(frozen=True)
class Blame:
    """An account and the chance that it caused a listing, of all who sent from there.

    `evidence` are its bad events beyond what is usual for its volume; `in_force` what stands against it.
    """

    account_id: str
    probability: float
    evidence: dict[str, int]
    in_force: str | None


def likely_causes(
    store: Store, kind: ListKind, subject: str, at: datetime, window: Window
) -> tuple[Blame, ...]:
    """Return the likely causes, the likeliest first; a sending domain has its one account."""
    if kind is ListKind.DOMAIN:
        owner = store.domain_owner(subject)
        owners = () if owner is None else (owner,)
        return tuple(Blame(name, 1.0, {}, standing_of(store, name).action) for name in owners)
    weights: dict[str, tuple[float, dict[str, int]]] = {}
    for account_id, tally in on_ip(store, subject, at, window):
        evidence = _evidence(tally)
        weight = _BASE + sum(_WEIGHTS[name] * excess for name, excess in evidence.items())
        weights[account_id] = weight * _risk(store, account_id), evidence
    total = sum(weight for weight, _ in weights.values())
    ranked = sorted(weights.items(), key=lambda item: (-item[1][0], item[0]))[:_MOST]
    return tuple(
        Blame(name, weight / total, evidence, standing_of(store, name).action)
        for name, (weight, evidence) in ranked
        if weight / total >= _MIN_PROBABILITY
    )


def _evidence(tally: Tally) -> dict[str, int]:
    found = {}
    for name in _WEIGHTS:
        metric = BY_NAME[name]
        excess = tally.count(metric.counter) - metric.prior.rate * tally.over(metric)
        if excess >= 1:
            found[name] = int(excess)
    return found


def _risk(store: Store, account_id: str) -> float:
    """Return the account's newest risk, kept off zero: the models have been wrong before."""
    latest = store.latest_decision(account_id, Subject.ACCOUNT)
    return 0.05 + 0.95 * latest.risk if latest is not None else 0.5


def removal_request(
    listing: BlockList, subject: str, found: Listing, blamed: Sequence[Blame], at: datetime
) -> str:
    """Return a draft for a person to check and send; it names no customer."""
    codes = ", ".join(f"{code} ({meaning})" for code, meaning in found.codes.items())
    stopped = [blame for blame in blamed if blame.in_force in ("review", "terminate")]
    done = (
        f"We found the likely source, {len(stopped)} of our customers' accounts, and stopped its mail."
        if stopped
        else "[Say here what was done about the source. Do not ask for removal before that.]"
    )
    return (
        f"To: {listing.name}, by {listing.procedure}\n\n"
        f"On {at.date().isoformat()} your list answered {codes} for {subject}"
        f"{f': {found.text}' if found.text else ''}.\n\n{done}\n\n"
        "[Say how it is prevented from happening again.]\n\n"
        f"Please remove {subject}, or tell us what else you have seen from it.\n"
    )
