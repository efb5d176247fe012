"""How a day went."""

from datetime import datetime

from service.stores import overview_rows
from service.stores.contract import CampaignMail, DayCount
from service.stores.sql.transactions import Transactions


class SqlOverview(Transactions):
    def decisions_by_action(self, since: datetime) -> dict[str, int]:
        return self.read(lambda c: overview_rows.decisions_by_action(c, since))

    def decisions_by_day(self, since: datetime) -> tuple[DayCount, ...]:
        return self.read(lambda c: overview_rows.decisions_by_day(c, since))

    def campaign_mail(self, since: datetime, limit: int) -> tuple[CampaignMail, ...]:
        return self.read(lambda c: overview_rows.campaign_mail(c, since, limit))
