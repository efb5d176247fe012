"""What a case page tells beyond the dossier: who else, what goes out now, what would follow."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from models.decision import Decision
from models.inflight import Progress
from service.desk.blind import told_standing
from service.desk.graph import Graph, graph_of
from service.desk.records import Case
from service.desk.running import Running, Weighed, running, weighed
from service.desk.second_looks import is_unseen
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


def insight(warden: Warden, case: Case, decision: Decision, at: datetime, name: str) -> Insight:
    """Gather what goes with a case and the decision it shows, as a person may know it."""
    mail = mail_of(warden, case, name)
    return Insight(
        shared=shared_reasons(warden, decision, at),
        graph=graph_of(warden.store, case.account_id),
        running=evidence(warden, case, name),
        effects=effects(warden, decision, mail, told_standing(warden.store, case.account_id, name)),
    )


def mail_of(warden: Warden, case: Case, name: str) -> tuple[Running, ...]:
    """Return the campaigns that matter to a case, as a person may know them.

    What was held when a case was decided first is held to whoever looks again: that mail goes out
    says what the first verdict was.
    """
    mail = running(warden, case)
    if case.audit_share or not is_unseen(case, name):
        return mail
    own = [one for one in mail if one.campaign_id == case.subject_id]
    return tuple(replace(one, progress=Progress(), counts={}, state="held") for one in own)


def evidence(warden: Warden, case: Case, name: str) -> tuple[Weighed, ...]:
    """Return the evidence against the account's campaigns of which some mail went out."""
    rules = warden.policy.of(case.account_id).release
    mail = [one for one in mail_of(warden, case, name) if one.progress.granted]
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
