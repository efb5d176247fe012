"""Releases of campaigns, and what accounts were granted."""

from collections.abc import Sequence
from datetime import datetime

from models.inflight import Plan, Progress
from models.inflight.volume import Sent
from service.stores import history_rows, release_rows, volume_rows
from service.stores.contract import Ask, Backlog, Told
from service.stores.sql.transactions import Transactions


class SqlReleases(Transactions):
    def release(self, campaign_id: str, ask: Ask, fleet: Sequence[str] = ()) -> Told:
        return self.write(lambda c: release_rows.release(c, self.dialect, campaign_id, ask, fleet))

    def find_release(self, campaign_id: str) -> tuple[Plan, Progress] | None:
        return self.read(lambda c: release_rows.find_release(c, campaign_id))

    def releases(self, campaign_ids: Sequence[str]) -> dict[str, tuple[Plan, Progress]]:
        return self.read(lambda c: history_rows.releases(c, campaign_ids))

    def sent(self, account_ids: Sequence[str], lane: str) -> list[Sent]:
        return self.read(lambda c: volume_rows.sent(c, account_ids, lane))

    def fleet(self, account_id: str, ties: Sequence[int], since: datetime) -> tuple[str, ...]:
        return self.read(lambda c: volume_rows.fleet(c, account_id, ties, since))

    def backlogs(self, account_id: str) -> tuple[Backlog, ...]:
        return self.read(lambda c: release_rows.backlogs(c, account_id))
