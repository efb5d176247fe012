"""What a reviewer does with a case. Every act is chained to the audit log in its transaction."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import msgspec

from service.desk.records import (
    Actor,
    Case,
    CaseQuery,
    Deed,
    LookState,
    Person,
    Role,
    Undone,
    Word,
)
from service.desk.second_looks import (
    DONE,
    GIVEN_UP_AFTER,
    UNDO_WITHIN,
    Draw,
    as_seen,
    closed,
    drawn,
    judged,
)
from service.desk.undone import UNDO
from service.errors import CaseMoved, ServiceError, UnknownCase
from service.scrub import scrub
from service.stores.contract import Label, Store

LEASE: Final = timedelta(minutes=15)
SNOOZES: Final = {"1h": timedelta(hours=1), "4h": timedelta(hours=4), "1d": timedelta(days=1)}
# What the audit log does not repeat: the log itself says what was undone, and that a case was drawn
# must not show before the second word is given.
_UNTOLD: Final = ("look", "undone", "claimed_at")
VERDICTS: Final = ("legitimate", "careless", "abusive")
ACTIONS: Final = ("allow", "throttle", "review", "terminate")
_LONGEST: Final = 128


class NotAllowed(ServiceError):
    """The person's role does not allow this."""


class BadVerdict(ServiceError):
    """The verdict is none, or contradicts its action."""


@dataclass(frozen=True)
class Ruling:
    """A reviewer's word; `action` None leaves in force what is."""

    verdict: str
    action: str | None = None
    category: str | None = None
    note: str | None = None


class Cases:
    """The acts over one store. `key` seals the audit log; `draw` says which cases are looked at again."""

    def __init__(
        self,
        store: Store,
        key: bytes,
        new_id: Callable[[], str],
        draw: Draw = lambda _: None,
        said: Mapping[str, str] | None = None,
    ) -> None:
        self._store, self._key, self._new_id, self._draw = store, key, new_id, draw
        self._said = dict(said or {})

    def tied(self, said: Mapping[str, str]) -> "Cases":
        """Return the same acts as parts of a whole: every entry in the audit log says what it is.

        Second looks are turned when the whole is done, by whoever does it.
        """
        return Cases(self._store, self._key, self._new_id, self._draw, said)

    def find(self, case_id: str, name: str) -> Case:
        """Return a case as a person is shown it. Raises `UnknownCase`."""
        case = self._store.case(case_id) if case_id.isprintable() else None
        if case is None:
            raise UnknownCase(f"no case {case_id[:_LONGEST]!r}")
        return as_seen(case, name)

    def seen(self, query: CaseQuery, name: str) -> tuple[Case, ...]:
        """Return cases as a person is shown them, in the order of the query."""
        mine = msgspec.structs.replace(query, viewer=name)
        return tuple(as_seen(case, name) for case in self._store.cases(mine))

    def count_seen(self, query: CaseQuery, name: str) -> int:
        """Return how many cases a person is shown."""
        return self._store.count_cases(msgspec.structs.replace(query, viewer=name))

    def next(self, person: Actor, at: datetime) -> Case | None:
        """Claim the most urgent case that nobody else holds; None when there is none."""
        self._store.turn_looks(at)
        for case in self._store.cases(CaseQuery(awake_at=at, viewer=person.name, limit=200)):
            if _may_take(case, person, at):
                try:
                    return self.claim(case.case_id, person, at)
                except CaseMoved:
                    continue
        return None

    def claim(self, case_id: str, person: Actor, at: datetime) -> Case:
        """Take the lease on a case, or renew it. Raises `CaseMoved` while another holds it."""
        case = self._open(case_id, person, at)
        renewed = case.claimed_by == person.name and case.claimed_at is not None
        return self._put(
            case, person, at, "case.claim",
            claimed_by=person.name, lease_until=at + LEASE,
            claimed_at=case.claimed_at if renewed else at,
        )  # fmt: skip

    def release(self, case_id: str, person: Actor, at: datetime) -> Case:
        case = self._open(case_id, person, at)
        return self._put(
            case, person, at, "case.release", claimed_by=None, claimed_at=None, lease_until=None
        )

    def snooze(self, case_id: str, person: Actor, how_long: str, at: datetime) -> Case:
        """Hide a case for a while. Raises `ServiceError` for an unknown time."""
        case = self._open(case_id, person, at)
        if how_long not in SNOOZES:
            raise ServiceError(f"snooze for one of {', '.join(SNOOZES)}")
        until = at + SNOOZES[how_long]
        return self._put(
            case, person, at, "case.snooze",
            snoozed_until=until, claimed_by=None, claimed_at=None, lease_until=None,
        )  # fmt: skip

    def assign(self, case_id: str, person: Actor, to: str | None, at: datetime) -> Case:
        """Make a case somebody's own, or nobody's."""
        case = self._open(case_id, person, at)
        if to is not None:
            self.assignee(to)
        return self._put(case, person, at, "case.assign", assigned_to=to)

    def assignee(self, name: str) -> Person:
        """Return who a case can be given to. Raises `ServiceError` for nobody, and who is disabled."""
        # A database refuses what no name can have.
        known = self._store.person(name) if name.isprintable() and len(name) <= _LONGEST else None
        if known is None:
            raise ServiceError(f"nobody is called {name[:_LONGEST]!r}")
        if known.disabled_at is not None:
            raise ServiceError(f"{name} is disabled and can be given nothing")
        return known

    def decide(self, case_id: str, person: Actor, ruling: Ruling, at: datetime) -> Case:
        """Close a case with a verdict, which becomes a label and changes the standing.

        A terminate is only proposed by the first reviewer; the case stays open until another
        one rules. Raises `CaseMoved`, `BadVerdict`, `NotAllowed`.
        """
        after = self._decided(case_id, person, ruling, at)
        if not self._said:
            self._store.turn_looks(at)
        return after

    def _decided(self, case_id: str, person: Actor, ruling: Ruling, at: datetime) -> Case:
        case = self._open(case_id, person, at)
        check_ruling(ruling)
        word = _word(case, person, ruling, at)
        if case.look is not None and case.look.state is LookState.OPEN:
            return self._look_again(case, person, word, at)
        if ruling.action == "terminate" and not self._is_second(case, person):
            return self._propose(case, person, ruling, at)
        label = Label(
            label_id=self._new_id(), decision_id=case.decision_id, account_id=case.account_id,
            verdict=word.verdict, known_at=at, category=word.category, action=word.action,
            note=word.note,
        )  # fmt: skip
        word = msgspec.structs.replace(word, label_id=label.label_id)
        return self._put(
            case, person, at, "case.decide", label,
            state="decided", decided_by=person.name, decided_at=at, outcome=word.outcome,
            label_id=label.label_id, claimed_by=None, claimed_at=word.claimed_at,
            lease_until=None, look=drawn(case, word, self._draw),
        )  # fmt: skip

    def _look_again(self, case: Case, person: Actor, word: Word, at: datetime) -> Case:
        """Note the second word on a case: nothing that is in force changes by it."""
        if case.look is None:
            raise ValueError("the case is not looked at again")
        look = judged(case.look, word)
        after = closed(case, look, look.first)
        deed = Deed(
            at=at, actor=person.name, act="case.look_again", target=case.case_id,
            before={"outcome": look.first.outcome, "decided_by": look.first.by},
            after={"second": word.outcome, "state": look.state.value, **self._said},
        )  # fmt: skip
        self._store.record(self._key, deed, after)
        if word.action == "terminate":
            # As a first word would be answered: cutting off needs another person.
            return msgspec.structs.replace(
                case, version=after.version, proposed_by=person.name, proposed_label=word.outcome,
                claimed_by=None, lease_until=None,
            )  # fmt: skip
        return as_seen(after, person.name)

    def undo(self, case_id: str, person: Actor, at: datetime) -> Case:
        """Reopen a case that was decided a moment ago, by the one who decided it or a lead.

        The label stays in the history; a second one takes it back, and what was in force before
        is in force again.
        """
        case = self.find(case_id, person.name)
        if case.state != "decided" or case.decided_at is None or case.decided_by is None:
            raise CaseMoved("this case is open")
        if at - case.decided_at > UNDO_WITHIN:
            raise CaseMoved("this was decided too long ago to undo; give a new verdict instead")
        if case.decided_by != person.name and person.rank < Role.LEAD:
            raise NotAllowed(f"{case.decided_by} or a lead can undo this")
        if self._store.count_cases(CaseQuery(account_id=case.account_id)):
            raise CaseMoved("the account has a newer open case; decide that one")
        if _looked_again(case, person):
            return self._unlook(case, person, at)
        back = Label(
            label_id=self._new_id(), decision_id=case.decision_id, account_id=case.account_id,
            verdict="undone", known_at=at, source=UNDO, undoes=case.label_id,
        )  # fmt: skip
        return self._put(
            case, person, at, "case.undo", back,
            state="open", decided_by=None, decided_at=None, outcome=None, label_id=None,
            proposed_by=None, proposed_label=None, claimed_at=None, look=None,
            undone=(*case.undone, Undone(by=case.decided_by, at=case.decided_at)),
        )  # fmt: skip

    def _unlook(self, case: Case, person: Actor, at: datetime) -> Case:
        """Take a second word back: the second look is open again."""
        look = case.look
        if look is None or look.second is None or look.state is LookState.SETTLED:
            raise CaseMoved("a lead has settled this meanwhile")
        open_again = msgspec.structs.replace(
            look, state=LookState.OPEN, second=None, turns_at=at + GIVEN_UP_AFTER
        )
        return self._put(
            case, person, at, "case.undo",
            state="open", decided_by=None, decided_at=None, outcome=None, label_id=None,
            claimed_at=None, look=open_again,
            undone=(*case.undone, Undone(by=person.name, at=look.second.at)),
        )  # fmt: skip

    def _propose(self, case: Case, person: Actor, ruling: Ruling, at: datetime) -> Case:
        if case.proposed_by == person.name:
            raise CaseMoved("you proposed this terminate; a second reviewer has to confirm it")
        return self._put(
            case, person, at, "case.propose_terminate",
            proposed_by=person.name, proposed_label=_words(ruling),
            claimed_by=None, claimed_at=None, lease_until=None,
        )  # fmt: skip

    @staticmethod
    def _is_second(case: Case, person: Actor) -> bool:
        return case.proposed_by is not None and case.proposed_by != person.name

    def _open(self, case_id: str, person: Actor, at: datetime) -> Case:
        if person.rank < Role.REVIEWER:
            raise NotAllowed("this needs the role reviewer")
        case = self.find(case_id, person.name)
        if case.state != "open":
            raise CaseMoved(f"{case.decided_by} decided this case: {case.outcome}")
        holder = case.holder(at)
        if holder not in (None, person.name):
            raise CaseMoved(f"{holder} is working on this case")
        return case

    def _put(
        self, case: Case, person: Actor, at: datetime, act: str, *labels: Label, **change: object
    ) -> Case:
        after = msgspec.structs.replace(case, version=case.version + 1, **change)
        told = {name: value for name, value in change.items() if name not in _UNTOLD}
        deed = Deed(
            at=at, actor=person.name, act=act, target=case.case_id,
            before={name: _plain(getattr(case, name)) for name in told},
            after={**{name: _plain(value) for name, value in told.items()}, **self._said},
        )  # fmt: skip
        self._store.record(self._key, deed, after, *labels)
        return after


def _may_take(case: Case, person: Actor, at: datetime) -> bool:
    """Return whether a case is free for a person: not another's, nor one they await a second on."""
    return (
        case.holder(at) in (None, person.name)
        and case.assigned_to in (None, person.name)
        and case.proposed_by != person.name
    )


def check_ruling(ruling: Ruling) -> None:
    """Raise `BadVerdict` for a word that is none, or contradicts its action."""
    if ruling.verdict not in VERDICTS:
        raise BadVerdict(f"a verdict is one of {', '.join(VERDICTS)}")
    if ruling.action is not None and ruling.action not in ACTIONS:
        raise BadVerdict(f"an action is one of {', '.join(ACTIONS)}")
    if ruling.verdict == "legitimate" and ruling.action not in (None, "allow"):
        raise BadVerdict(f"legitimate mail is not answered with {ruling.action}")


def _words(ruling: Ruling) -> str:
    return ruling.verdict if ruling.action is None else f"{ruling.verdict}, {ruling.action}"


def _word(case: Case, person: Actor, ruling: Ruling, at: datetime) -> Word:
    mine = case.claimed_by == person.name
    return Word(
        by=person.name, at=at, verdict=ruling.verdict, action=ruling.action,
        category=None if ruling.category is None else scrub(ruling.category),
        note=None if ruling.note is None else scrub(ruling.note),
        claimed_at=case.claimed_at if mine else None,
    )  # fmt: skip


def _looked_again(case: Case, person: Actor) -> bool:
    """Return whether what a person is shown as their verdict is a second look's."""
    look = case.look
    second = look.second if look is not None and look.state in DONE else None
    return second is not None and second.by == person.name and case.decided_at == second.at


def _plain(value: object) -> str | int | float | None:
    if value is None or isinstance(value, str | int | float):
        return value
    return value.isoformat() if isinstance(value, datetime) else str(value)
