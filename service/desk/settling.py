"""What two people judged differently goes to a lead, with both verdicts; their word is a label."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

import msgspec

from service.desk.cases import ACTIONS, VERDICTS, BadVerdict, NotAllowed, Ruling
from service.desk.records import Actor, Case, Deed, Look, LookQuery, LookState, Role, Word
from service.errors import CaseMoved, UnknownCase
from service.scrub import scrub
from service.stores.contract import Label, Store

SOURCE: Final = "settled"
# Cutting off takes two people at the desk; a settlement is one person's word.
SETTLING_ACTIONS: Final = tuple(action for action in ACTIONS if action != "terminate")


class Settling:
    """The second looks of one store. `key` seals the audit log."""

    def __init__(self, store: Store, key: bytes, new_id: Callable[[], str]) -> None:
        self._store, self._key, self._new_id = store, key, new_id

    def waiting(self, limit: int) -> tuple[Case, ...]:
        """Return the cases that two people judged differently and no lead has settled, the newest first."""
        return self._store.second_looks(LookQuery(states=(LookState.DISAGREED,), limit=limit))

    def settle(self, case_id: str, person: Actor, ruling: Ruling, at: datetime) -> Case:
        """Say what a case was, where two people differed: a label that counts more than both.

        What is in force changes as by any verdict. Raises `UnknownCase`, `CaseMoved`, `BadVerdict`,
        and `NotAllowed` below the role lead, or for one's own word while another lead could settle it.
        """
        case, look = self._differing(case_id, person)
        _check(ruling)
        word = _word(person, ruling, at)
        label = Label(
            label_id=self._new_id(), decision_id=case.decision_id, account_id=case.account_id,
            verdict=word.verdict, known_at=at, category=word.category, action=word.action,
            note=word.note, source=SOURCE,
        )  # fmt: skip
        settled = msgspec.structs.replace(
            look, state=LookState.SETTLED, turns_at=at,
            settled=msgspec.structs.replace(word, label_id=label.label_id),
        )  # fmt: skip
        after = msgspec.structs.replace(
            case, version=case.version + 1, look=settled, label_id=label.label_id,
            outcome=f"{word.outcome}, settled",
        )  # fmt: skip
        second = look.second.outcome if look.second else None
        deed = Deed(
            at=at, actor=person.name, act="case.settle", target=case_id,
            before={"first": look.first.outcome, "second": second},
            after={"outcome": word.outcome, "label_id": label.label_id},
        )  # fmt: skip
        self._store.record(self._key, deed, label, after)
        return after

    def _differing(self, case_id: str, person: Actor) -> tuple[Case, Look]:
        if person.rank < Role.LEAD:
            raise NotAllowed("this needs the role lead")
        case = self._store.case(case_id)
        if case is None:
            raise UnknownCase(f"no case {case_id!r}")
        look = case.look
        if look is None or look.state is not LookState.DISAGREED or look.second is None:
            raise CaseMoved("nothing about this case waits to be settled")
        if person.name in (look.first.by, look.second.by) and self._others(look):
            raise NotAllowed("one of the two verdicts is yours; another lead settles this")
        return case, look

    def _others(self, look: Look) -> bool:
        """Return whether there is a lead who gave neither verdict."""
        judged = {word.by for word in (look.first, look.second) if word is not None}
        return any(
            one.rank >= Role.LEAD and one.disabled_at is None and one.name not in judged
            for one in self._store.people()
        )


def _word(person: Actor, ruling: Ruling, at: datetime) -> Word:
    return Word(
        by=person.name, at=at, verdict=ruling.verdict, action=ruling.action,
        category=None if ruling.category is None else scrub(ruling.category),
        note=None if ruling.note is None else scrub(ruling.note),
    )  # fmt: skip


def _check(ruling: Ruling) -> None:
    if ruling.verdict not in VERDICTS:
        raise BadVerdict(f"a verdict is one of {', '.join(VERDICTS)}")
    if ruling.action is not None and ruling.action not in SETTLING_ACTIONS:
        raise BadVerdict(
            f"a settlement puts in force one of {', '.join(SETTLING_ACTIONS)}; cutting off is for the desk"
        )
    if ruling.verdict == "legitimate" and ruling.action not in (None, "allow"):
        raise BadVerdict(f"legitimate mail is not answered with {ruling.action}")
