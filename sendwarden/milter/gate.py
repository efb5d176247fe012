"""Asks the API about messages: decisions kept while they are valid, mails granted in blocks.

A block that was granted and not used when this process dies is lost, never sent twice; one campaign
is asked for by one thread at a time.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

import httpx

from sendwarden.milter.envelope import Asked

_BLOCK: Final = 20
# Blocks grow with what a campaign has sent; what is in one is lost when this process dies.
_MOST_IN_BLOCK: Final = 500
_MOST_CAMPAIGNS: Final = 50_000
# So often a campaign's message is scored anew: one id could hide another message behind the first.
_RECHECK_EVERY: Final = 200
_MAX_TEXT: Final = 300
_NEVER: Final = datetime.max.replace(tzinfo=UTC)
_REVIEW_KEPT: Final = timedelta(minutes=2)


class Outcome(StrEnum):
    """What becomes of a message."""

    ACCEPT = "accept"
    HOLD = "hold"
    DEFER = "defer"
    REJECT = "reject"


@dataclass(frozen=True)
class Verdict:
    """An outcome, with what the customer is told. `failed`: Sendwarden could not be asked."""

    outcome: Outcome
    text: str = ""
    decision_id: str | None = None
    failed: bool = False


@dataclass
class _Campaign:
    """What is known of a campaign: its decision, and mails that were granted and not used."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    decision: dict[str, Any] | None = None
    valid_until: datetime = _NEVER
    granted: int = 0
    recipients: int = 0
    again_at: datetime | None = None
    waiting: Verdict | None = None
    seen: int = 0


class Gate:
    """Decides on messages over one API. `http` has its base URL and key; safe for many threads."""

    def __init__(
        self,
        http: httpx.Client,
        clock: Callable[[], datetime],
        *,
        on_error: Outcome = Outcome.DEFER,
        on_review: Outcome = Outcome.HOLD,
    ) -> None:
        self._http, self._clock = http, clock
        self._on_error, self._on_review = on_error, on_review
        self._lock = threading.Lock()
        self._campaigns: OrderedDict[tuple[str, str], _Campaign] = OrderedDict()

    def __call__(self, asked: Asked, message: Callable[[], bytes]) -> Verdict:
        """Return what becomes of a message; `message` returns its text when it is needed."""
        campaign = self._campaign(asked)
        with campaign.lock:
            try:
                return self._decide(campaign, asked, message)
            except (httpx.HTTPError, _Refused, ValueError, KeyError) as error:
                why = f"not decided: {type(error).__name__}"
                text = "Sending is checked and the check cannot be made now; try again later."
                return Verdict(self._on_error, f"{text} ({why})", failed=True)

    def _campaign(self, asked: Asked) -> _Campaign:
        key = asked.account_id, asked.campaign_id
        with self._lock:
            found = self._campaigns.pop(key, None) or _Campaign()
            self._campaigns[key] = found
            while len(self._campaigns) > _MOST_CAMPAIGNS:
                self._campaigns.popitem(last=False)
        return found

    def _decide(self, campaign: _Campaign, asked: Asked, message: Callable[[], bytes]) -> Verdict:
        campaign.seen += 1
        if self._is_stale(campaign) or campaign.seen % _RECHECK_EVERY == 0:
            self._score(campaign, asked, message(), max(asked.recipients, campaign.recipients))
        decision = campaign.decision or {}
        if decision["action"] == "terminate":
            return Verdict(Outcome.REJECT, _told(decision["reasons"]), decision["decision_id"])
        if decision["action"] == "review":
            return Verdict(self._on_review, _told(decision["reasons"]), decision["decision_id"])
        return self._granted(campaign, asked, message)

    def _granted(self, campaign: _Campaign, asked: Asked, message: Callable[[], bytes]) -> Verdict:
        """Take the message's mails from what was granted, or ask for more."""
        if campaign.granted < asked.now:
            waiting = self._ask(campaign, asked)
            if waiting is None and campaign.granted < asked.now:
                # More mails than were stated: the campaign is larger, so it is judged as such.
                self._score(campaign, asked, message(), campaign.recipients * 2 + asked.now)
                waiting = self._ask(campaign, asked)
            if campaign.granted < asked.now:
                return waiting or Verdict(Outcome.DEFER, _told([]))
        campaign.granted -= asked.now
        return Verdict(Outcome.ACCEPT, decision_id=(campaign.decision or {}).get("decision_id"))

    def _ask(self, campaign: _Campaign, asked: Asked) -> Verdict | None:
        """Ask for a block; None when nothing has to be waited for. Nobody is asked before it is due."""
        if campaign.waiting is not None and campaign.again_at and self._clock() < campaign.again_at:
            return campaign.waiting
        block = min(max(_BLOCK, campaign.seen), _MOST_IN_BLOCK)
        want = max(block, asked.now) - campaign.granted
        answer = self._post(f"/v1/campaigns/{asked.campaign_id}/release", {"want": want})
        campaign.granted += int(answer["granted"])
        campaign.waiting = campaign.again_at = None
        if answer["state"] in ("holding", "stopped") and campaign.granted < asked.now:
            stopped = answer["state"] == "stopped"
            outcome = Outcome.REJECT if stopped else Outcome.DEFER
            campaign.waiting = Verdict(outcome, _told(answer["reasons"]))
            again = answer["check_again_at"]
            campaign.again_at = None if again is None else datetime.fromisoformat(again)
        return campaign.waiting

    def _score(self, campaign: _Campaign, asked: Asked, message: bytes, recipients: int) -> None:
        campaign.decision = self._post(
            f"/v1/campaigns/{asked.campaign_id}/score",
            {
                "account_id": asked.account_id,
                "recipients": recipients,
                "stream": asked.stream,
                "message": message.decode("utf-8", "surrogateescape").encode("utf-8", "replace").decode(),
            },
        )  # fmt: skip
        campaign.recipients = recipients
        until = datetime.fromisoformat(campaign.decision["valid_until"])
        if campaign.decision["action"] == "review":
            # A person may release it any moment; whoever waits should not wait for a cache.
            until = min(until, self._clock() + _REVIEW_KEPT)
        campaign.valid_until = until

    def _is_stale(self, campaign: _Campaign) -> bool:
        if campaign.decision is None:
            return True
        return self._clock() >= campaign.valid_until

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = self._http.post(path, json=body)
        if answer.status_code != httpx.codes.OK:
            raise _Refused(f"{path} answered {answer.status_code}")
        found: dict[str, Any] = answer.json()
        return found


class _Refused(Exception):
    """The API answered, but not with what was asked for."""


def _told(reasons: list[dict[str, Any]]) -> str:
    """Return the first reason and what to do, in the customer's words."""
    if not reasons:
        return "Your mail is let out in stages; what is left is sent later."
    first = reasons[0]
    return f"{first['message']} {first['advice']}"[:_MAX_TEXT]
