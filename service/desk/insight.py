"""What a case page tells beyond the dossier: who else, what goes out now, what would follow."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from models.decision import Decision
from service.desk.graph import Graph, graph_of
from service.desk.records import Case
from service.desk.running import Weighed, running, weighed
from service.desk.what_if import Effect, effects
from service.warden import Warden

SHARED_DAYS: Final = 30
_DECISIONS: Final = 1_000


@dataclass(frozen=True)
class Insight:
    """`shared`: by reason code, how many other accounts were given it in 30 days, of the newest
    1,000 decisions that gave reasons. `effects`: one an action."""

    shared: dict[str, int]
    graph: Graph
    running: tuple[Weighed, ...]
    effects: tuple[Effect, ...]


def insight(warden: Warden, case: Case, decision: Decision, at: datetime) -> Insight:
    """Gather what goes with a case and the decision it shows."""
    mail = running(warden, case)
    return Insight(
        shared=shared_reasons(warden, decision, at),
        graph=graph_of(warden.store, case.account_id),
        running=evidence(warden, case),
        effects=effects(warden, decision, mail, warden.standing(case.account_id)),
    )


def evidence(warden: Warden, case: Case) -> tuple[Weighed, ...]:
    """Return the evidence against the account's campaigns of which some mail went out."""
    rules = warden.policy.of(case.account_id).release
    mail = [one for one in running(warden, case) if one.progress.granted]
    return tuple(weighed(one, rules, warden) for one in mail)


def shared_reasons(warden: Warden, decision: Decision, at: datetime) -> dict[str, int]:
    """Return on how many other accounts each reason of a decision was given lately."""
    others: dict[str, set[str]] = {reason.code: set() for reason in decision.reasons}
    since = at - timedelta(days=SHARED_DAYS)
    for one in warden.store.stated(since, _DECISIONS) if others else ():
        if one.account_id != decision.account_id:
            for code in others.keys() & set(one.codes):
                others[code].add(one.account_id)
    return {code: len(accounts) for code, accounts in others.items()}
