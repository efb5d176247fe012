"""Which changes a write makes, found in its own transaction, so that each is stored with it."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import Connection

from features.records import Subject
from models.decision import Action, Decision
from models.inflight import Plan, Progress
from service.desk.undone import counting
from service.outbox.changes import ACTION, RELEASE, STANDING, Change
from service.standing import Standing, standing_from
from service.stores import decision_rows, outbox_rows
from service.stores.contract import Incident, Label
from service.stores.dialects import Dialect

_HOLDING = (Action.REVIEW.label, Action.TERMINATE.label)


def standing_in(connection: Connection, account_id: str) -> Standing:
    """Return what is in force on an account as the transaction sees it."""
    labels = counting(decision_rows.labels(connection, account_id))
    return standing_from(labels, decision_rows.rulings(connection, account_id))


def may_change_standing(decision: Decision) -> bool:
    """Return whether a decision can change what is in force on its account."""
    return decision.subject.type is Subject.ACCOUNT or decision.action == Action.TERMINATE.label


def after_decision(
    connection: Connection, decision: Decision, before: Standing, earlier: Plan | None
) -> list[Change]:
    """Return the changes that a decision made; `earlier` is its campaign's plan before."""
    found = list(_action_changes(decision, earlier))
    if may_change_standing(decision) and decision.action != before.action:
        found += standing_changes(
            decision.account_id, before, standing_in(connection, decision.account_id)
        )
    return found


def _action_changes(decision: Decision, earlier: Plan | None) -> Iterable[Change]:
    if decision.subject.type is not Subject.CAMPAIGN:
        return
    known = earlier is not None and earlier.account_id == decision.account_id
    before = earlier.action if earlier is not None and known else None
    if before == decision.action or (before is None and decision.action not in _HOLDING):
        return
    yield Change(
        type=ACTION,
        account_id=decision.account_id,
        at=decision.as_of,
        data={
            "campaign_id": decision.subject.id,
            "before": before,
            "after": decision.action,
            "decision_id": decision.decision_id,
            "reasons": [reason.code for reason in decision.reasons],
        },
    )


def standing_changes(account_id: str, before: Standing, after: Standing) -> list[Change]:
    """Return the change of what is in force, if there is one.

    The first decision on an account that lets it send is none: nothing was in force before.
    """
    was, now = (one.action or Action.ALLOW.label for one in (before, after))
    at = after.since or before.since
    if was == now or at is None:
        return []
    data = {"before": was, "after": now, "by": after.by, "decision_id": after.decision_id}
    return [Change(type=STANDING, account_id=account_id, at=at, data=data)]


def standings_of(connection: Connection, labels: Iterable[Label]) -> dict[str, Standing]:
    """Return what is in force on the accounts that labels are about."""
    accounts = dict.fromkeys(label.account_id for label in labels)
    return {account_id: standing_in(connection, account_id) for account_id in accounts}


@contextmanager
def labels_told(
    connection: Connection, dialect: Dialect, labels: Sequence[Label]
) -> Iterator[None]:
    """Store what the labels written inside change on their accounts."""
    before = standings_of(connection, labels)
    yield
    after = standings_of(connection, labels)
    for account_id, was in before.items():
        changes = standing_changes(account_id, was, after[account_id])
        outbox_rows.add_changes(connection, dialect, changes)


def release_changes(
    campaign_id: str, plan: Plan, before: Progress, after: Progress
) -> list[Change]:
    """Return the change of a release: stopped, held, or running again."""
    was, now = _shown(before), _shown(after)
    at = after.stopped_at or after.held_at or after.opened_at
    if was == now or at is None:
        return []
    data = {
        "campaign_id": campaign_id,
        "before": was,
        "after": now,
        "granted": after.granted,
        "backlog": max(plan.recipients - after.granted, 0),
        "decision_id": plan.decision_id,
    }
    return [Change(type=RELEASE, account_id=plan.account_id, at=at, data=data)]


def incident_changes(known: Incident | None, stored: Incident) -> list[Change]:
    """Return that an incident opened or closed; `known` is what was stored under its id before."""
    opened = known is None and stored.closed_at is None and stored.updated_at == stored.opened_at
    closed = known is not None and known.closed_at is None and stored.closed_at is not None
    if not opened and not closed:
        return []
    data = {
        "incident_id": stored.incident_id,
        "key": stored.key,
        "severity": stored.severity,
        "facts": stored.facts,
    }
    kind = f"{stored.kind}.{'opened' if opened else 'closed'}"
    return [Change(type=kind, account_id=stored.account_id, at=stored.updated_at, data=data)]


def _shown(progress: Progress) -> str:
    if progress.stopped_at is not None:
        return "stopped"
    return "running" if progress.held_at is None else "held"
