"""One act on many cases: shown first with samples and what is refused, then done as it was shown.

Each case is acted upon by the use case that a single one goes through, in a transaction of its own,
with its own entry in the audit log; a bulk id ties them.
"""

from datetime import datetime
from typing import Final

from service.desk.blind import told
from service.desk.bulk_impact import Chosen, Done, Impact, Refused, Sample, told_as, why_not
from service.desk.bulk_promise import (
    GOOD_FOR,
    BulkAct,
    Promise,
    bulk_id_of,
    mark_of,
    opened,
    sealed,
)
from service.desk.cases import SNOOZES, Cases, NotAllowed, Ruling, check_ruling
from service.desk.filters import query_of
from service.desk.records import Actor, Case, Deed, Role
from service.desk.undone import counting
from service.errors import CaseMoved, ServiceError, UnknownCase
from service.scrub import scrub
from service.standing import standing_from
from service.stores.contract import Label, Store

MOST: Final = 500
SAMPLES: Final = 10
ACTS: Final = ("decide", "assign", "snooze")
LONGEST_REASON: Final = 1_000
_NOTHING: Final = "nothing"


class Bulk:
    """Bulk acts over one store's cases. `key` seals what is shown and the audit log."""

    def __init__(self, store: Store, key: bytes, cases: Cases, most: int = MOST) -> None:
        self._store, self._key, self._cases, self._most = store, key, cases, most

    def look(self, chosen: Chosen, act: BulkAct | None, person: Actor, at: datetime) -> Impact:
        """Return what an act would do; without one, what is meant. Changes nothing.

        Raises `NotAllowed`, `BadVerdict`, `ServiceError`.
        """
        if person.rank < Role.REVIEWER:
            raise NotAllowed("this needs the role reviewer")
        if act is not None:
            self._check(act)
        found, missing, matching = self._meant(chosen, person, at)
        if act is None:
            return Impact(matching, found, (), missing, (), None, None)
        why = {case.case_id: why_not(case, act, person, at) for case in found}
        would = tuple(case for case in found if why[case.case_id] is None)
        refused = [
            Refused(case.case_id, case.account_id, said)
            for case in found
            if (said := why[case.case_id]) is not None
        ]
        samples = tuple(self._sample(case, act, person, at) for case in would[:SAMPLES])
        marks = tuple((case.case_id, mark_of(case)) for case in would)
        promise = Promise(by=person.name, at=at, act=act, cases=marks)
        shown = sealed(self._key, promise) if would else None
        return Impact(matching, found, would, (*missing, *refused), samples, act, shown)

    def do(self, shown: str, reason: str, person: Actor, at: datetime) -> Done:
        """Do what was shown, to what is still as it was shown; the rest is left out and told.

        Raises `NotAllowed`, `NotShown`, `CaseMoved` for what was shown too long ago, `ServiceError`
        without a reason.
        """
        if person.rank < Role.REVIEWER:
            raise NotAllowed("this needs the role reviewer")
        reason = _reason(reason)
        promise = opened(self._key, shown, person.name)
        if at - promise.at > GOOD_FOR:
            raise CaseMoved("this was shown more than an hour ago; look at the cases again")
        act, bulk_id = promise.act, bulk_id_of(shown)
        self._check(act)
        cases, left_out = self._cases.tied({"bulk_id": bulk_id, "reason": reason}), []
        for case_id, mark in promise.cases:
            try:
                self._is_as_shown(case_id, mark, act, person, at)
                _act_on(cases, case_id, act, reason, person, at)
            except (CaseMoved, UnknownCase) as error:
                case = self._store.case(case_id)
                account_id = None if case is None else case.account_id
                left_out.append(Refused(case_id, account_id, str(error)))
        self._store.turn_looks(at)
        done = len(promise.cases) - len(left_out)
        self._note(bulk_id, act, reason, person, at, done, len(left_out))
        return Done(bulk_id, act, done, tuple(left_out))

    def _check(self, act: BulkAct) -> None:
        if act.act == "decide":
            if act.action == "terminate":
                raise NotAllowed("terminate is never done in bulk: each takes two people")
            check_ruling(Ruling(act.verdict, act.action))
        elif act.act == "assign":
            if act.to is not None:
                self._cases.assignee(act.to)
        elif act.act != "snooze":
            raise ServiceError(f"an act is one of {', '.join(ACTS)}")
        elif act.how_long not in SNOOZES:
            raise ServiceError(f"snooze for one of {', '.join(SNOOZES)}")

    def _meant(
        self, chosen: Chosen, person: Actor, at: datetime
    ) -> tuple[tuple[Case, ...], tuple[Refused, ...], int]:
        """Return the cases, those that are not there, and how many are meant in all."""
        if chosen.filters is not None:
            query = query_of(chosen.filters, person.name, at, limit=self._most)
            found = self._cases.seen(query, person.name)
            return found, (), self._cases.count_seen(query, person.name)
        ids = tuple(dict.fromkeys(chosen.case_ids))
        if len(ids) > self._most:
            raise ServiceError(f"{self._most} cases at most are acted upon at once")
        cases, missing = [], []
        for case_id in ids:
            try:
                cases.append(self._cases.find(case_id, person.name))
            except UnknownCase:
                missing.append(Refused(case_id, None, "there is no such case"))
        return tuple(cases), tuple(missing), len(ids)

    def _is_as_shown(
        self, case_id: str, mark: bytes, act: BulkAct, person: Actor, at: datetime
    ) -> None:
        case = self._cases.find(case_id, person.name)
        if mark_of(case) != mark:
            raise CaseMoved("it changed since it was shown")
        said = why_not(case, act, person, at)
        if said is not None:
            raise CaseMoved(said)

    def _sample(self, case: Case, act: BulkAct, person: Actor, at: datetime) -> Sample:
        if act.act == "assign":
            return Sample(case, case.assigned_to or "nobody", act.to or "nobody")
        if act.act == "snooze":
            until = at + SNOOZES[act.how_long]
            since = case.snoozed_until
            now = "awake" if since is None or since <= at else f"{since:%d %b, %H:%M} UTC"
            return Sample(case, now, f"{until:%d %b, %H:%M} UTC")
        labels = told(
            self._store, self._store.labels(case.account_id), case.account_id, person.name
        )
        rulings = self._store.rulings(case.account_id)
        word = Label(
            label_id="", decision_id=case.decision_id, account_id=case.account_id,
            verdict=act.verdict, known_at=at, action=act.action,
        )  # fmt: skip
        before = standing_from(counting(labels), rulings)
        after = standing_from((*counting(labels), word), rulings)
        return Sample(case, before.action or _NOTHING, after.action or _NOTHING)

    def _note(
        self,
        bulk_id: str,
        act: BulkAct,
        reason: str,
        person: Actor,
        at: datetime,
        done: int,
        left_out: int,
    ) -> None:
        """Chain an entry of the whole: what was done, why and to how many."""
        after: dict[str, str | int | float | None] = {
            "act": told_as(act), "reason": reason, "done": done, "left_out": left_out,
        }  # fmt: skip
        deed = Deed(at=at, actor=person.name, act="cases.bulk", target=bulk_id, after=after)
        self._store.record(self._key, deed)


def _reason(reason: str) -> str:
    reason = " ".join(reason.split())
    if not reason or not reason.isprintable():
        raise ServiceError("say why in words: many cases are acted upon at once")
    if len(reason) > LONGEST_REASON:
        raise ServiceError(f"a reason has {LONGEST_REASON:,} characters at most")
    return scrub(reason)


def _act_on(
    cases: Cases, case_id: str, act: BulkAct, reason: str, person: Actor, at: datetime
) -> None:
    if act.act == "decide":
        ruling = Ruling(act.verdict, act.action, act.category, reason)
        cases.decide(case_id, person, ruling, at)
    elif act.act == "assign":
        cases.assign(case_id, person, act.to, at)
    else:
        cases.snooze(case_id, person, act.how_long, at)
