"""Second looks: a share of decided cases is judged again by another person, who is not told. Pure.

The case itself is opened again, as its first reviewer found it; the first verdict stays in force and
is put aside in `Case.look`. Whoever decides it next gives the second word, which changes nothing but
the record. To its first reviewer it stays what it was: decided.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import msgspec

from service.desk.records import Case, Look, LookState, Word

# The first reviewer may undo so long; then the case is opened again.
UNDO_WITHIN: Final = timedelta(minutes=10)
# A second look that nobody took by then is given up, so that no case stays open for good.
GIVEN_UP_AFTER: Final = timedelta(days=7)
DONE: Final = (LookState.AGREED, LookState.DISAGREED, LookState.SETTLED)
# Answers the chance with which a case is drawn, None where it is not.
Draw = Callable[[str], float | None]


def drawn(case: Case, word: Word, draw: Draw) -> Look | None:
    """Return the second look that a decided case is drawn for, if it is.

    A terminate that two people put in force has had its second look.
    """
    chance = None if case.proposed_by is not None else draw(case.case_id)
    if chance is None:
        return None
    opens_at = word.at + UNDO_WITHIN
    return Look(chance=chance, first=word, turns_at=opens_at, version=case.version + 1)


def opened(case: Case, look: Look, at: datetime) -> Case:
    """Return a decided case open again, as if nobody had looked yet."""
    again = msgspec.structs.replace(look, state=LookState.OPEN, turns_at=at + GIVEN_UP_AFTER)
    return msgspec.structs.replace(
        case, state="open", version=case.version + 1, look=again, decided_by=None, decided_at=None,
        outcome=None, label_id=None, claimed_by=None, claimed_at=None, lease_until=None,
        snoozed_until=None, assigned_to=None,
    )  # fmt: skip


def closed(case: Case, look: Look | None, first: Word) -> Case:
    """Return a case that was looked at again decided by its first word; `look` None: given up."""
    return msgspec.structs.replace(
        case, version=case.version + 1, look=look, claimed_by=None, lease_until=None,
        snoozed_until=None, **_decided_by(first),
    )  # fmt: skip


def judged(look: Look, word: Word) -> Look:
    """Return a second look with its word; whether two people agree, their verdicts say."""
    same = look.first.verdict == word.verdict
    state = LookState.AGREED if same else LookState.DISAGREED
    return msgspec.structs.replace(look, state=state, second=word, turns_at=word.at)


def as_seen(case: Case, name: str) -> Case:
    """Return a case as a person is shown it.

    Who decided it first is not told that it is looked at again, and who looked again sees the own
    word as the one that decided it.
    """
    look = case.look
    if look is None:
        return case
    if look.state is LookState.OPEN and look.first.by == name:
        return msgspec.structs.replace(
            case, version=look.version, claimed_by=None, lease_until=None, snoozed_until=None,
            assigned_to=None, **_decided_by(look.first),
        )  # fmt: skip
    if look.second is not None and look.second.by == name:
        word = msgspec.structs.replace(look.second, label_id=case.label_id)
        return msgspec.structs.replace(case, **_decided_by(word))
    return case


def is_unseen(case: Case, name: str) -> bool:
    """Return whether the first word on a case is kept from a person: it is looked at again."""
    look = case.look
    return look is not None and look.state is LookState.OPEN and look.first.by != name


def first_word(case: Case) -> tuple[str, datetime] | None:
    """Return who gave the verdict on a case that is in force, and when."""
    if case.look is not None and case.state == "open":
        return case.look.first.by, case.look.first.at
    if case.decided_by is None or case.decided_at is None:
        return None
    return case.decided_by, case.decided_at


def ruled_at(case: Case) -> datetime | None:
    """Return when a case was last given a verdict, also one that was taken back; None: never."""
    times = [one.at for one in case.undone]
    times += [case.decided_at] if case.decided_at else []
    if case.look is not None:
        times += [word.at for word in (case.look.first, case.look.second) if word]
    return max(times, default=None)


def _decided_by(word: Word) -> dict[str, object]:
    return {
        "state": "decided", "decided_by": word.by, "decided_at": word.at, "outcome": word.outcome,
        "label_id": word.label_id, "claimed_at": word.claimed_at,
    }  # fmt: skip
