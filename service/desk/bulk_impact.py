"""What one act on many cases means: which are meant, what would change, what is refused. Pure."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from service.desk.bulk_promise import BulkAct
from service.desk.records import Actor, Case, Role


@dataclass(frozen=True)
class Chosen:
    """The cases that are meant: by their ids, or, where there are none, all that filters find."""

    case_ids: tuple[str, ...] = ()
    filters: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Refused:
    """A case that nothing is done to, and why; `account_id` None: there is no such case."""

    case_id: str
    account_id: str | None
    why: str


@dataclass(frozen=True)
class Sample:
    """A case and what an act makes of it: what is in force, whose it is, or until when it sleeps."""

    case: Case
    before: str
    after: str


@dataclass(frozen=True)
class Impact:
    """What is meant, and what an act would do to it.

    `matching` is how many cases are meant in all, `cases` those that are looked at, `MOST` at most.
    `would` are those that the act would change, `samples` the first of them with what would change.
    `shown` is given back to do it; None where no act is chosen or nothing would change.
    """

    matching: int
    cases: tuple[Case, ...]
    would: tuple[Case, ...]
    refused: tuple[Refused, ...]
    samples: tuple[Sample, ...]
    act: BulkAct | None
    shown: str | None

    @property
    def accounts(self) -> int:
        """How many accounts the cases are of."""
        return len({case.account_id for case in self.cases})

    @property
    def by_action(self) -> dict[str, int]:
        """How many cases of each action, as it is shown."""
        return dict(Counter("review" if c.audit_share else c.action for c in self.cases))

    @property
    def by_subject(self) -> dict[str, int]:
        """How many cases of each kind of subject."""
        return dict(Counter(case.subject for case in self.cases))


@dataclass(frozen=True)
class Done:
    """What was done: how many cases changed, and what was left out since it was shown, and why."""

    bulk_id: str
    act: BulkAct
    done: int
    left_out: tuple[Refused, ...]


def why_not(case: Case, act: BulkAct, person: Actor, at: datetime) -> str | None:
    """Return why an act is refused on a case as a person is shown it, None where it is not."""
    if case.state != "open":
        return f"{case.decided_by} decided this case: {case.outcome}"
    holder = case.holder(at)
    if holder not in (None, person.name):
        return f"{holder} is working on this case"
    leads = act.act == "assign" and person.rank >= Role.LEAD
    if case.assigned_to not in (None, person.name) and not leads:
        return f"it is {case.assigned_to}'s"
    if act.act == "assign" and case.assigned_to == act.to:
        return f"it is {act.to or 'nobody'}'s already"
    if act.act == "decide" and case.proposed_by is not None:
        return "a terminate is proposed, which takes a second reviewer; decide it by itself"
    return None


def told_as(act: BulkAct) -> str:
    """Return an act in a line."""
    if act.act == "assign":
        return f"assign to {act.to or 'nobody'}"
    if act.act == "snooze":
        return f"snooze for {act.how_long}"
    said = act.verdict if act.action is None else f"{act.verdict}, {act.action}"
    return f"decide: {said}" + (f" ({act.category})" if act.category else "")
