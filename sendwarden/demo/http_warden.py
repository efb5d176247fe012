"""The use cases over HTTP: what a sending pipeline's client looks like.

Implements `training.walk.Warden`, so that a world can be replayed against a running server.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import httpx
import msgspec

from features.records import Account, Event, ImportSource, SendingDomain, Stream
from models.decision import Decision
from models.inflight import Answer

_EVENTS_PER_BODY: Final = 5_000


class RefusedByServer(RuntimeError):
    """The server answered something else than success; the text holds status and detail."""


@dataclass(frozen=True)
class Released:
    """What a release answered."""

    answer: Answer


class HttpWarden:
    """A client of one Sendwarden server.

    `set_time` is told the time of each call before it is made: a replay moves the server's clock
    with it, a live pipeline passes a function that does nothing.
    """

    def __init__(self, url: str, key: str, set_time: Callable[[datetime], None]) -> None:
        headers = {"Authorization": f"Bearer {key}"}
        self._http = httpx.Client(base_url=url, headers=headers, timeout=60)
        self._set_time = set_time

    def close(self) -> None:
        self._http.close()

    def put_account(self, account: Account, at: datetime) -> Decision:
        body = _without_none(msgspec.to_builtins(account))
        answer = self._call("PUT", f"/v1/accounts/{body.pop('account_id')}", at, json=body)
        return _decision(answer["decision"])

    def put_domain(self, domain: SendingDomain, at: datetime) -> None:
        body = _without_none(msgspec.to_builtins(domain))
        self._call("PUT", f"/v1/sending-domains/{body.pop('domain')}", at, json=body)

    def import_list(
        self, account_id: str, list_id: str, source: ImportSource, path: Path, at: datetime
    ) -> Decision | None:
        """Post the CSV; the assessment is kept by the server, nothing of it is needed here."""
        with path.open("rb") as file:
            self._call(
                "POST",
                f"/v1/accounts/{account_id}/lists/{list_id}/imports",
                at,
                params={"source": source.value, "imported_at": _rfc3339(at)},
                content=file,
                headers={"Content-Type": "text/csv"},
            )
        return None

    def ingest(self, events: Sequence[Event], at: datetime) -> None:
        for first in range(0, len(events), _EVENTS_PER_BODY):
            batch = events[first : first + _EVENTS_PER_BODY]
            lines = [msgspec.json.encode(_without_none(msgspec.to_builtins(e))) for e in batch]
            self._call(
                "POST",
                "/v1/events",
                at,
                content=b"\n".join(lines),
                headers={"Content-Type": "application/x-ndjson"},
            )

    def score_account(self, account_id: str, at: datetime) -> Decision:
        return _decision(self._call("POST", f"/v1/accounts/{account_id}/score", at))

    def score_campaign(
        self,
        campaign_id: str,
        account_id: str,
        recipients: int,
        stream: Stream,
        list_ids: Sequence[str],
        message: bytes | None,
        scheduled_at: datetime | None,
        at: datetime,
    ) -> Decision:
        body: dict[str, Any] = {
            "account_id": account_id,
            "recipients": recipients,
            "stream": stream.value,
            "list_ids": list(list_ids),
        }
        if message is not None:
            body["message"] = message.decode("utf-8", "replace")
        if scheduled_at is not None:
            body["scheduled_at"] = _rfc3339(scheduled_at)
        return _decision(self._call("POST", f"/v1/campaigns/{campaign_id}/score", at, json=body))

    def release(self, campaign_id: str, want: int, at: datetime) -> Released:
        """Ask how many more mails of a campaign may go."""
        path = f"/v1/campaigns/{campaign_id}/release"
        return Released(msgspec.convert(self._call("POST", path, at, json={"want": want}), Answer))

    def _call(self, method: str, path: str, at: datetime, **options: Any) -> Any:
        self._set_time(at)
        response = self._http.request(method, path, **options)
        if not response.is_success:
            raise RefusedByServer(f"{method} {path}: {response.status_code} {response.text[:500]}")
        return response.json()


def _decision(body: Any) -> Decision:
    return msgspec.convert(body, Decision)


def _without_none(fields: dict[str, Any]) -> dict[str, Any]:
    return {
        name: _without_none(value) if isinstance(value, dict) else value
        for name, value in fields.items()
        if value is not None
    }


def _rfc3339(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
