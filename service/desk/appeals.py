"""Judging what customers say against decisions, and how often they were right."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import msgspec

from service.desk.cases import NotAllowed
from service.desk.records import Actor, Case, CaseQuery, Deed, Role
from service.desk.second_looks import first_word
from service.errors import CaseMoved, ServiceError, UnknownAppeal
from service.scrub import scrub
from service.stores.contract import Appeal, Label, Store

UPHELD: Final = "upheld"
OVERTURNED: Final = "overturned"
OUTCOMES: Final = (UPHELD, OVERTURNED)
# What an outcome says of the sender: overturned lifts what is in force, upheld leaves it.
VERDICT_OF: Final = {OVERTURNED: ("legitimate",), UPHELD: ("careless", "abusive")}
SOURCE: Final = "appeal"
_CASES_LOOKED_AT: Final = 50


class BadOutcome(ServiceError):
    """The outcome is none, or its verdict contradicts it."""


@dataclass(frozen=True)
class Outcome:
    """A reviewer's word on an appeal; `verdict` is asked for when the decision is upheld."""

    outcome: str
    verdict: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class Rate:
    """Of `judged` appeals that name something, `overturned` were right. `share` in [0, 1]."""

    name: str
    judged: int
    overturned: int

    @property
    def share(self) -> float:
        """The overturn rate."""
        return self.overturned / self.judged


class Appeals:
    """Appeals over one store. `key` seals the audit log."""

    def __init__(self, store: Store, key: bytes, new_id: Callable[[], str]) -> None:
        self._store, self._key, self._new_id = store, key, new_id

    def find(self, appeal_id: str) -> Appeal:
        """Return an appeal. Raises `UnknownAppeal`."""
        appeal = self._store.appeal(appeal_id)
        if appeal is None:
            raise UnknownAppeal(f"no appeal {appeal_id!r}")
        return appeal

    def judge(self, appeal_id: str, actor: Actor, word: Outcome, at: datetime) -> Appeal:
        """Judge an appeal once: a label, the account's open case settled, the log chained.

        Overturned lifts what is in force on the account. Nobody but a lead judges an appeal
        against their own verdict. Raises `UnknownAppeal`, `BadOutcome`, `NotAllowed`, `CaseMoved`.
        """
        if actor.rank < Role.REVIEWER:
            raise NotAllowed("this needs the role reviewer")
        verdict = _verdict(word)
        appeal = self.find(appeal_id)
        if appeal.outcome is not None:
            raise CaseMoved(f"{appeal.decided_by} judged this appeal: {appeal.outcome}")
        against = self._reviewer(appeal)
        if against == actor.name and actor.rank < Role.LEAD:
            raise NotAllowed("an appeal against your own verdict is judged by another, or a lead")
        label = self._label(appeal, verdict, word.note, at)
        decision = self._store.decision(appeal.decision_id)
        after = msgspec.structs.replace(
            appeal, outcome=word.outcome, decided_by=actor.name, decided_at=at, note=label.note,
            label_id=label.label_id, against=against,
            rules=decision.rules if decision else (),
            reasons=tuple(reason.code for reason in decision.reasons) if decision else (),
        )  # fmt: skip
        deed = Deed(
            at=at, actor=actor.name, act="appeal.judge", target=appeal_id,
            before={"outcome": None}, after={"outcome": word.outcome, "label_id": label.label_id},
        )  # fmt: skip
        self._store.record(
            self._key, deed, after, label, *self._settled(appeal, actor, label, word.outcome)
        )
        return after

    def _label(self, appeal: Appeal, verdict: str, note: str | None, at: datetime) -> Label:
        return Label(
            label_id=self._new_id(),
            decision_id=appeal.decision_id,
            account_id=appeal.account_id,
            verdict=verdict,
            known_at=at,
            note=None if note is None else scrub(note),
            source=SOURCE,
        )

    def _reviewer(self, appeal: Appeal) -> str | None:
        """Who gave the verdict that stood when the customer appealed; None: the policy alone."""
        query = CaseQuery(state=None, account_id=appeal.account_id, limit=_CASES_LOOKED_AT)
        given = [word for case in self._store.cases(query) if (word := first_word(case))]
        ruled = [(at, name) for name, at in given if at <= appeal.appealed_at]
        return max(ruled, key=lambda pair: pair[0])[1] if ruled else None

    def _settled(self, appeal: Appeal, actor: Actor, label: Label, outcome: str) -> list[Case]:
        """Return the end of the account's open case: an overturned decision asks nothing more.

        Raises `CaseMoved` while somebody else works on it.
        """
        if outcome != OVERTURNED:
            return []
        found = self._store.cases(CaseQuery(account_id=appeal.account_id, limit=1))
        for case in found:
            if case.holder(label.known_at) not in (None, actor.name):
                raise CaseMoved(f"{case.claimed_by} is working on a case of this account")
        return [
            msgspec.structs.replace(
                case, version=case.version + 1, state="decided", decided_by=actor.name,
                decided_at=label.known_at, outcome="legitimate, on appeal",
                label_id=label.label_id, claimed_by=None,
            claimed_at=None, lease_until=None, look=None,
            )
            for case in found
        ]  # fmt: skip


def overturn_rates(judged: Sequence[Appeal]) -> dict[str, tuple[Rate, ...]]:
    """Return the overturn rates by rule, reason and reviewer, the most judged first."""
    return {
        "rule": _rates((one, one.rules) for one in judged),
        "reason": _rates((one, one.reasons) for one in judged),
        "reviewer": _rates((one, (one.against or "the policy alone",)) for one in judged),
    }


def _rates(named: Iterable[tuple[Appeal, Sequence[str]]]) -> tuple[Rate, ...]:
    judged: Counter[str] = Counter()
    overturned: Counter[str] = Counter()
    for appeal, names in named:
        judged.update(names)
        if appeal.outcome == OVERTURNED:
            overturned.update(names)
    rates = [Rate(name, n, overturned[name]) for name, n in judged.items()]
    return tuple(sorted(rates, key=lambda rate: (-rate.judged, -rate.overturned, rate.name)))


def _verdict(word: Outcome) -> str:
    if word.outcome not in OUTCOMES:
        raise BadOutcome(f"an outcome is one of {', '.join(OUTCOMES)}")
    fitting = VERDICT_OF[word.outcome]
    if word.outcome == OVERTURNED and word.verdict is None:
        return fitting[0]
    if word.verdict not in fitting:
        raise BadOutcome(f"{word.outcome} goes with the verdict {' or '.join(fitting)}")
    return word.verdict
