"""How reviewers are summed up: pace, pairs of verdicts, what was overturned, undone or settled."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from service.desk.records import Case, Look, LookState, Undone, Word
from service.desk.reviewers import NO_CATEGORY, quality_of
from service.stores.contract import Appeal

AT = datetime(2026, 11, 23, 10, tzinfo=UTC)
SINCE = AT - timedelta(days=30)


def word(
    by: str, verdict: str = "careless", took: float | None = None, days: int = 0, **more: Any
) -> Word:
    at = AT - timedelta(days=days)
    claimed_at = None if took is None else at - timedelta(minutes=took)
    return Word(by=by, at=at, verdict=verdict, claimed_at=claimed_at, **more)


def case(first: Word, second: Word | None = None, settled: Word | None = None, **more: Any) -> Case:
    facts: dict[str, Any] = {
        "case_id": "c", "account_id": "a", "decision_id": "c", "subject": "campaign", "subject_id": "x",
        "action": "review", "risk": 0.5, "opened_at": AT, "due_at": AT, "harm_per_minute": 1.0,
        "mails": 1, "state": "decided", "decided_by": first.by, "decided_at": first.at,
        "outcome": first.outcome, "claimed_at": first.claimed_at,
    }  # fmt: skip
    if second is not None:
        alike = LookState.AGREED if second.verdict == first.verdict else LookState.DISAGREED
        state = LookState.SETTLED if settled else alike
        facts["look"] = Look(
            chance=0.05,
            first=first,
            second=second,
            settled=settled,
            turns_at=AT,
            version=1,
            state=state,
        )
    return Case(**(facts | more))


def appeal(against: str | None, outcome: str) -> Appeal:
    return Appeal(
        appeal_id="p", decision_id="c", account_id="a", appealed_at=AT, cause="", change_made="",
        prevention="", outcome=outcome, decided_by="ann", decided_at=AT, against=against,
    )  # fmt: skip


def test_pace_is_of_what_was_claimed_and_days_are_those_with_a_verdict() -> None:
    cases = [case(word("bob", took=minutes, days=minutes)) for minutes in (1, 2, 3, 10)]
    cases += [case(word("bob", days=1)), case(word("ann", took=99.0, days=31))]
    found = quality_of(cases, [], SINCE, AT)
    (bob,) = found.reviewers
    assert (bob.verdicts, bob.days, bob.a_day) == (5, 4, 1.25)
    assert (bob.pace.timed, bob.pace.median_minutes) == (4, 2.5)
    assert bob.pace.p90_minutes == pytest.approx(7.9)
    assert (found.pace, found.agreement.pairs) == (bob.pace, 0)


def test_pairs_count_for_both_and_by_what_the_first_said() -> None:
    cases = [
        case(word("bob", category="phishing"), word("ann"), subject="list"),
        case(word("ann", "abusive"), word("bob", "legitimate")),
        case(word("cat", "abusive", action="terminate"), word("bob", "abusive")),
    ]
    found = quality_of(cases, [], SINCE, AT, differing=1)
    people = {one.name: (one.agreement.agreed, one.agreement.pairs) for one in found.reviewers}
    assert people == {"ann": (1, 2), "bob": (2, 3), "cat": (1, 1)}
    assert [(n, a.agreed, a.pairs) for n, a in found.by_verdict.items()] == [
        ("abusive", 1, 2), ("careless", 1, 1),
    ]  # fmt: skip
    assert all(one.alpha is None for one in found.by_verdict.values())
    assert set(found.by_category) == {NO_CATEGORY, "phishing"}
    assert set(found.by_subject) == {"campaign", "list"}
    assert found.differing == 1


def test_settled_overturned_and_undone_are_of_whose_word_it_was() -> None:
    last = word("root", "legitimate")
    cases = [
        case(word("bob"), word("ann", "legitimate"), last, undone=(Undone(by="ann", at=AT), Undone(by="bob", at=SINCE - timedelta(days=1)))),
        case(word("bob"), word("ann", "careless")),
    ]  # fmt: skip
    appeals = [appeal("bob", "overturned"), appeal("bob", "upheld"), appeal(None, "overturned")]
    ann, bob = quality_of(cases, appeals, SINCE, AT).reviewers
    assert (ann.settled, ann.upheld, bob.settled, bob.upheld) == (1, 1, 1, 0)
    assert (bob.appealed, bob.overturned, ann.appealed) == (2, 1, 0)
    assert (ann.undone, ann.verdicts, bob.undone, bob.verdicts) == (1, 3, 0, 2)


def test_a_second_word_counts_from_its_own_time() -> None:
    old = case(word("bob", days=40), word("ann", days=1))
    found = quality_of([old], [], SINCE, AT)
    assert [one.name for one in found.reviewers] == ["ann"]
    assert found.agreement.pairs == 1
