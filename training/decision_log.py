"""The decisions log of a world: what was decided, as `docs/worlds.md` fixes it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import msgspec

from models.decision import Action
from training.event_lines import lines_of
from training.lenient import parse_time
from training.oddities import Oddities

HELD: Final = frozenset({Action.REVIEW.label, Action.TERMINATE.label})


@dataclass(frozen=True)
class Grant:
    """Mails handed over at one time."""

    at: datetime
    mails: int


@dataclass(frozen=True)
class CampaignLine:
    """What was decided on a campaign. `grants` None: all at once or nothing, by the action."""

    campaign_id: str
    action: str
    risk: float
    grants: tuple[Grant, ...] | None = None
    stopped_at: datetime | None = None

    @property
    def held(self) -> bool:
        return self.action in HELD


@dataclass
class DecisionLog:
    """Decisions by campaign, and the risk of accounts."""

    campaigns: dict[str, CampaignLine] = field(default_factory=dict)
    accounts: dict[str, float] = field(default_factory=dict)

    def handed_over(
        self, campaign_id: str, grants: Iterable[Grant], stopped_at: datetime | None
    ) -> None:
        """Add how a campaign went out to what was decided before its send."""
        line = self.campaigns[campaign_id]
        self.campaigns[campaign_id] = replace(line, grants=tuple(grants), stopped_at=stopped_at)

    def write(self, path: Path) -> None:
        """Write the log as NDJSON."""
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            file.writelines(msgspec.json.encode(line) + b"\n" for line in self._lines())

    def _lines(self) -> Iterator[Mapping[str, Any]]:
        for line in self.campaigns.values():
            told: dict[str, Any] = {
                "campaign_id": line.campaign_id,
                "action": line.action,
                "risk": line.risk,
            }
            if line.grants is not None:
                told["grants"] = [{"at": g.at, "mails": g.mails} for g in line.grants]
            if line.stopped_at is not None:
                told["stopped_at"] = line.stopped_at
            yield told
        for account_id, risk in self.accounts.items():
            yield {"account_id": account_id, "risk": risk}


def read_log(path: Path, odd: Oddities) -> DecisionLog:
    """Read a decisions log that this or another program wrote."""
    log = DecisionLog()
    for line in lines_of(path, odd):
        try:
            raw = msgspec.json.decode(line)
        except msgspec.MsgspecError:
            raw = None
        if not isinstance(raw, dict) or not isinstance(raw.get("risk"), int | float):
            odd.note("decisions: a line is not a decision", line[:80])
        elif "campaign_id" in raw:
            found = _campaign(raw)
            log.campaigns[found.campaign_id] = found
        elif "account_id" in raw:
            log.accounts[str(raw["account_id"])] = float(raw["risk"])
    return log


def _campaign(raw: Mapping[str, Any]) -> CampaignLine:
    given = raw.get("grants")
    return CampaignLine(
        campaign_id=str(raw["campaign_id"]),
        action=str(raw.get("action", "allow")),
        risk=float(raw["risk"]),
        grants=tuple(_grants(given)) if isinstance(given, list) else None,
        stopped_at=parse_time(raw.get("stopped_at")),
    )


def _grants(given: Iterable[Any]) -> Iterator[Grant]:
    for one in given:
        at = parse_time(one.get("at")) if isinstance(one, dict) else None
        if at is not None and isinstance(one.get("mails"), int):
            yield Grant(at, one["mails"])
