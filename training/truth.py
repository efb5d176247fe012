"""The truth of a simulated world: kept apart, read only to learn from and to measure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import msgspec

from training.event_lines import existing, lines_of
from training.lenient import parse_time, safe_id
from training.oddities import Oddities

TRUTH: Final = "truth.ndjson"


@dataclass(frozen=True)
class AccountTruth:
    """`bad_from`: when an account became abusive; None when it always was, or never."""

    kind: str
    label: str
    abusive: bool
    bad_from: datetime | None
    actor: str


@dataclass(frozen=True)
class CampaignTruth:
    """`abusive` None: an abuser's mail to willing readers. Rates are NaN where not stated."""

    abusive: bool | None
    kind: str
    p_hard: float
    p_complaint: float


@dataclass(frozen=True)
class ListTruth:
    """Shares of the rows, NaN where not stated."""

    unasked: float
    would_bounce: float
    traps: float


@dataclass(frozen=True)
class Truth:
    """What was really so. Lists are keyed by (account_id, list_id)."""

    accounts: Mapping[str, AccountTruth] = field(default_factory=dict)
    campaigns: Mapping[str, CampaignTruth] = field(default_factory=dict)
    lists: Mapping[tuple[str, str], ListTruth] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.accounts or self.campaigns)


def read_truth(folder: Path, odd: Oddities) -> Truth:
    """Read `truth.ndjson`; an absent one is an empty truth."""
    accounts: dict[str, AccountTruth] = {}
    campaigns: dict[str, CampaignTruth] = {}
    lists: dict[tuple[str, str], ListTruth] = {}
    path = existing(folder, TRUTH)
    for line in lines_of(path, odd) if path else ():
        try:
            raw = msgspec.json.decode(line)
        except (msgspec.MsgspecError, RecursionError):
            raw = None
        if not isinstance(raw, dict):
            odd.note("truth: a line is not a JSON object", line[:80])
            continue
        account_id = safe_id(raw.get("account_id")) or ""
        kind = raw.get("type")
        key = safe_id(raw.get(f"{kind}_id") or raw.get("id"))
        if key is None:
            odd.note("truth: a line names nothing", line[:80])
        elif kind == "account":
            accounts[key] = _account(raw, key)
        elif kind == "campaign":
            campaigns[key] = _campaign(raw)
        elif kind == "list":
            lists[account_id, key] = _list(raw)
        else:
            odd.note("truth: unknown type", kind)
    return Truth(accounts, campaigns, lists)


def _account(raw: Mapping[str, Any], account_id: str) -> AccountTruth:
    label = str(raw.get("label") or ("malicious" if raw.get("abusive") else "legitimate"))
    abusive = raw.get("abusive")
    return AccountTruth(
        kind=str(raw.get("kind") or label),
        label=label,
        abusive=label != "legitimate" if abusive is None else bool(abusive),
        bad_from=parse_time(raw.get("bad_from")),
        actor=str(raw.get("actor") or account_id),
    )


def _campaign(raw: Mapping[str, Any]) -> CampaignTruth:
    abusive = raw.get("abusive")
    return CampaignTruth(
        abusive=None if abusive is None else bool(abusive),
        kind=str(raw.get("kind") or "unknown"),
        p_hard=share(raw.get("p_hard")),
        p_complaint=share(raw.get("p_complaint")),
    )


def _list(raw: Mapping[str, Any]) -> ListTruth:
    return ListTruth(*(share(raw.get(name)) for name in ("unasked", "would_bounce", "traps")))


def share(value: object) -> float:
    """Return a number in [0, 1], NaN for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return float("nan")
    return float(value) if 0.0 <= value <= 1.0 else float("nan")
