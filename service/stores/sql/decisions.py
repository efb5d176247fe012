"""Decisions, and people's labels on them."""

from datetime import datetime

from sqlalchemy import Connection

from features.records import Subject
from models.decision import Decision
from models.inflight import Plan
from service.standing import Standing
from service.stores import case_rows, decision_rows, held_rows, outbox_rows, release_rows, telling
from service.stores.contract import CampaignSeen, DecisionQuery, Label, Page, Ruling, Stated
from service.stores.sql.transactions import Transactions


class SqlDecisions(Transactions):
    def save_decision(
        self,
        decision: Decision,
        *,
        idempotency: tuple[str, str] | None = None,
        recipients: int | None = None,
        plan: Plan | None = None,
        sealed: bytes | None = None,
    ) -> Decision:
        def job(connection: Connection) -> Decision:
            known = None if plan is None else release_rows.find_release(connection, decision.subject.id)  # fmt: skip
            watched = telling.may_change_standing(decision)
            before = telling.standing_in(connection, decision.account_id) if watched else Standing()
            saved = decision_rows.save_decision(
                connection, self.dialect, decision, idempotency, recipients, plan
            )
            if saved is decision:
                case = case_rows.open_case(connection, self.dialect, decision, recipients)
                if case is not None and sealed is not None:
                    held_rows.put(connection, case, decision.decision_id, sealed, decision.as_of)
                earlier = None if known is None else known[0]
                changes = telling.after_decision(connection, decision, before, earlier)
                outbox_rows.add_changes(connection, self.dialect, changes)
            return saved

        return self.write(job)

    def find_idempotent(self, key: str, digest: str, now: datetime) -> Decision | None:
        return self.read(lambda c: decision_rows.find_idempotent(c, key, digest, now))

    def decision(self, decision_id: str) -> Decision | None:
        return self.read(lambda c: decision_rows.decision_by_id(c, decision_id))

    def decisions(self, query: DecisionQuery) -> Page:
        return self.read(lambda c: decision_rows.decisions(c, query))

    def stated(self, since: datetime, limit: int) -> tuple[Stated, ...]:
        return self.read(lambda c: decision_rows.stated(c, since, limit))

    def latest_decision(self, account_id: str, subject: Subject | None = None) -> Decision | None:
        return self.read(lambda c: decision_rows.latest_decision(c, account_id, subject))

    def rulings(self, account_id: str) -> tuple[Ruling, ...]:
        return self.read(lambda c: decision_rows.rulings(c, account_id))

    def campaigns_seen(self, account_id: str, except_campaign: str) -> CampaignSeen:
        return self.read(lambda c: decision_rows.campaigns_seen(c, account_id, except_campaign))

    def add_label(self, label: Label) -> None:
        def job(connection: Connection) -> None:
            with telling.labels_told(connection, self.dialect, (label,)):
                decision_rows.add_label(connection, label)

        self.write(job)

    def labels(
        self, account_id: str | None = None, since: datetime | None = None
    ) -> tuple[Label, ...]:
        return self.read(lambda c: decision_rows.labels(c, account_id, since))
