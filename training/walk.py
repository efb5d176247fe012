"""Walk a world in time order through the real use cases.

`training` may not import `service`; the composition root hands in a `Warden`.
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol

from features.records import Account, Event, ImportSource, SendingDomain, Stream
from models.decision import Decision


class Warden(Protocol):
    """The use cases that a sending pipeline calls, with the time passed in."""

    def put_account(self, account: Account, at: datetime) -> Decision: ...
    def put_domain(self, domain: SendingDomain, at: datetime) -> None: ...
    def import_list(
        self, account_id: str, list_id: str, source: ImportSource, path: Path, at: datetime
    ) -> Decision: ...
    def ingest(self, events: Sequence[Event], at: datetime) -> None: ...
    def score_account(self, account_id: str, at: datetime) -> Decision: ...
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
    ) -> Decision: ...
