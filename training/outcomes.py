"""What decisions did to the mail of a world: leaked, delayed, stopped, detected."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Final

from training.decision_log import CampaignLine, DecisionLog
from training.figures import NAN, exact_interval
from training.truth import Truth
from training.world import CampaignEntry

LATE: Final = timedelta(minutes=30)


@dataclass(frozen=True)
class Outcome:
    """One campaign: how much of its mail was handed over, and when it was stopped."""

    account_id: str
    at: datetime
    abusive: bool | None
    mails: int
    handed: int
    late: int
    stopped_at: datetime | None


@dataclass(frozen=True)
class Detection:
    """One abusive account. `hours` None: never stopped. `leaked`: abusive mails until the stop."""

    account_id: str
    hours: float | None
    leaked: int


def outcomes_of(
    campaigns: Iterable[CampaignEntry], log: DecisionLog, truth: Truth
) -> list[Outcome]:
    """Return the outcome of each campaign of a world; one that nobody decided on is sent."""
    found = []
    for entry in campaigns:
        line = log.campaigns.get(entry.campaign_id)
        known = truth.campaigns.get(entry.campaign_id)
        handed, late = _handed(entry, line)
        found.append(
            Outcome(
                account_id=entry.account_id,
                at=entry.at,
                abusive=known.abusive if known else None,
                mails=entry.recipients,
                handed=handed,
                late=late,
                stopped_at=_stopped_at(entry, line),
            )
        )
    return found


def _handed(entry: CampaignEntry, line: CampaignLine | None) -> tuple[int, int]:
    """Return (mails handed over, those more than half an hour late)."""
    if line is not None and line.grants is not None:
        handed = min(entry.recipients, sum(grant.mails for grant in line.grants))
        late = sum(grant.mails for grant in line.grants if grant.at - entry.at > LATE)
        return handed, min(late, handed)
    return (0, 0) if line is not None and line.held else (entry.recipients, 0)


def _stopped_at(entry: CampaignEntry, line: CampaignLine | None) -> datetime | None:
    if line is None:
        return None
    if line.stopped_at is not None:
        return line.stopped_at
    return entry.at if line.held else None


def mail_figures(outcomes: Iterable[Outcome]) -> dict[str, float]:
    """Return mail leaked, good mail delayed, false stops and the time to detect."""
    known = [outcome for outcome in outcomes if outcome.abusive is not None]
    bad = [outcome for outcome in known if outcome.abusive]
    good = [outcome for outcome in known if not outcome.abusive]
    stopped = sum(outcome.stopped_at is not None for outcome in good)
    low, high = exact_interval(stopped, len(good))
    return {
        "good_campaigns": float(len(good)),
        "abusive_campaigns": float(len(bad)),
        "abusive_mails": float(sum(o.mails for o in bad)),
        "mail_leaked": _share(sum(o.handed for o in bad), sum(o.mails for o in bad)),
        "good_mail_delayed": _share(
            sum(o.late + o.mails - o.handed for o in good), sum(o.mails for o in good)
        ),
        "false_stops": _share(stopped, len(good)),
        "false_stops_low": low,
        "false_stops_high": high,
        "abusive_campaigns_stopped": _share(sum(o.stopped_at is not None for o in bad), len(bad)),
        **_detection_figures(detections(known)),
    }


def detections(outcomes: Iterable[Outcome]) -> list[Detection]:
    """Return when each account with abusive campaigns was first stopped, and what leaked before.

    A stop before the first abusive campaign counts as zero hours.
    """
    by_account: Mapping[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        by_account[outcome.account_id].append(outcome)
    return [
        _detection(account_id, mine)
        for account_id, mine in by_account.items()
        if any(outcome.abusive for outcome in mine)
    ]


def _detection(account_id: str, mine: list[Outcome]) -> Detection:
    bad = [outcome for outcome in mine if outcome.abusive]
    first = min(outcome.at for outcome in bad)
    stops = [outcome.stopped_at for outcome in mine if outcome.stopped_at is not None]
    if not stops:
        return Detection(account_id, None, sum(outcome.handed for outcome in bad))
    stop = min(stops)
    leaked = sum(outcome.handed for outcome in bad if outcome.at <= stop)
    return Detection(account_id, max(0.0, (stop - first).total_seconds() / 3600), leaked)


def _detection_figures(found: list[Detection]) -> dict[str, float]:
    if not found:
        return dict.fromkeys(
            ("abusive_accounts", "detected", "hours_to_detect", "leaked_before_detection"), NAN
        )
    hours = [NAN if one.hours is None else one.hours for one in found]
    ranked = [float("inf") if one.hours is None else one.hours for one in found]
    return {
        "abusive_accounts": float(len(found)),
        "detected": sum(one.hours is not None for one in found) / len(found),
        "hours_to_detect": float(median(ranked)),
        "mean_hours_of_detected": _mean([hour for hour in hours if hour == hour]),  # noqa: PLR0124
        "leaked_before_detection": float(median(one.leaked for one in found)),
        "mean_leaked_before_detection": _mean([float(one.leaked) for one in found]),
    }


def _mean(values: list[float]) -> float:
    return sum(values) / len(values) if values else NAN


def _share(part: float, whole: float) -> float:
    return part / whole if whole else NAN
