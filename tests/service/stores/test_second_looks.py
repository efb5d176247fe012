"""Second looks in both stores: opened when due, given up, ended by what is new; and what is counted."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from features.facts import TieKind
from features.records import Account, Subject
from models.decision import Decision, SubjectRef
from service.desk.cases import Cases, Ruling
from service.desk.chain import verify
from service.desk.records import CaseQuery, Deed, KeyHolder, LookQuery, LookState, Role
from service.desk.second_looks import GIVEN_UP_AFTER, UNDO_WITHIN
from service.errors import CaseMoved
from service.stores import open_store
from service.stores.contract import Store

AT = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)
KEY = b"k" * 32
BOB, CAT = (KeyHolder(name=name, rank=Role.REVIEWER) for name in ("bob", "cat"))
LATER = AT + UNDO_WITHIN
CHANCE = 0.05


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    opened = open_store(store_url)
    opened.migrate()
    yield opened
    opened.close()


@pytest.fixture
def cases(store: Store) -> Cases:
    numbers = iter(range(1_000))
    return Cases(store, KEY, lambda: f"label-{next(numbers)}", lambda _: CHANCE)


def hold(
    store: Store, number: int, account: str = "a", at: datetime = AT, recipients: int = 1_000
) -> str:
    decision = Decision(
        decision_id=f"d-{number}", subject=SubjectRef(type=Subject.CAMPAIGN, id=f"c-{number}"),
        account_id=account, as_of=at, action="review", limits=None, risk=0.5, malicious=0.2,
        careless=0.3, forecast=None, reasons=(), rules=(), policy_version="p", model_version="m",
        feature_set="f", valid_until=at,
    )  # fmt: skip
    store.save_decision(decision, recipients=recipients, sealed=b"sealed")
    return decision.decision_id


def looks(store: Store, *states: LookState) -> list[str]:
    return [
        case.case_id for case in store.second_looks(LookQuery(states=states or tuple(LookState)))
    ]


def test_it_opens_when_the_first_can_no_longer_undo_and_only_to_others(
    store: Store, cases: Cases
) -> None:
    before = store.case(hold(store, 1))
    assert before is not None
    cases.decide("d-1", BOB, Ruling("careless", "throttle", "stale list"), AT)
    assert store.turn_looks(LATER - timedelta(microseconds=1)) == 0
    assert store.count_cases(CaseQuery(state="decided")) == 1
    assert store.held_messages("d-1") == ("d-1",)
    assert store.turn_looks(LATER) == 1
    assert store.turn_looks(LATER) == 0
    opened = store.case("d-1")
    assert opened is not None
    bare = {"look": None, "version": 0}
    assert msgspec.structs.replace(opened, **bare) == msgspec.structs.replace(before, **bare)
    for name, state, count in (
        ("cat", "open", 1), ("cat", "decided", 0), ("bob", "open", 0), ("bob", "decided", 1), (None, "open", 1),
    ):  # fmt: skip
        query = CaseQuery(state=state, viewer=name)
        assert (store.count_cases(query), len(store.cases(query))) == (count, count), (name, state)


def test_the_second_word_is_noted_and_changes_nothing_else(store: Store, cases: Cases) -> None:
    hold(store, 1)
    first = cases.decide("d-1", BOB, Ruling("careless", "throttle"), AT)
    labels = store.labels("a")
    assert cases.next(BOB, LATER) is None
    taken = cases.next(CAT, LATER)
    assert taken is not None
    assert taken.case_id == "d-1"
    seen = cases.decide("d-1", CAT, Ruling("legitimate", "allow"), LATER + timedelta(minutes=3))
    assert (seen.decided_by, seen.outcome) == ("cat", "legitimate, allow")
    assert store.labels("a") == labels
    after = store.case("d-1")
    assert after is not None
    assert after.look is not None
    assert after.look.second is not None
    assert (after.state, after.decided_by, after.outcome) == (
        "decided",
        "bob",
        "careless, throttle",
    )
    assert after.label_id == first.label_id
    assert (after.look.state, after.look.chance) == (LookState.DISAGREED, CHANCE)
    assert after.look.second.claimed_at == LATER
    assert looks(store, LookState.DISAGREED) == ["d-1"]
    assert store.held_messages("d-1") == ()
    verify(KEY, store.entries())


def test_the_second_can_undo_and_a_drawn_case_that_is_undone_is_not_looked_at_again(
    store: Store, cases: Cases
) -> None:
    hold(store, 1)
    cases.decide("d-1", BOB, Ruling("careless"), AT)
    cases.undo("d-1", BOB, AT + timedelta(minutes=1))
    assert looks(store) == []
    cases.decide("d-1", BOB, Ruling("careless"), AT + timedelta(minutes=2))
    at = LATER + timedelta(minutes=2)
    assert cases.next(CAT, at) is not None
    cases.decide("d-1", CAT, Ruling("careless"), at)
    assert looks(store, LookState.AGREED) == ["d-1"]
    cases.undo("d-1", CAT, at)
    assert looks(store, LookState.OPEN) == ["d-1"]
    (case,) = store.cases(CaseQuery())
    assert [one.by for one in case.undone] == ["bob", "cat"]
    assert [label.verdict for label in store.labels("a")] == ["careless", "undone", "careless"]


def test_it_is_given_up_when_nobody_takes_it(store: Store, cases: Cases) -> None:
    hold(store, 1)
    cases.decide("d-1", BOB, Ruling("careless"), AT)
    store.turn_looks(LATER)
    late = LATER + GIVEN_UP_AFTER
    cases.claim("d-1", CAT, late)
    assert store.turn_looks(late) == 0  # somebody is at it
    cases.release("d-1", CAT, late)
    assert store.turn_looks(late) == 1
    case = store.case("d-1")
    assert case is not None
    assert (case.state, case.decided_by, case.look) == ("decided", "bob", None)
    assert looks(store) == []
    assert store.held_messages("d-1") == ()


def test_what_is_new_about_the_account_ends_it(store: Store, cases: Cases) -> None:
    hold(store, 1)
    cases.decide("d-1", BOB, Ruling("careless"), AT)
    store.turn_looks(LATER)
    hold(store, 2, at=LATER)
    (case,) = store.cases(CaseQuery())
    assert (case.case_id, case.decisions, case.look) == ("d-1", 2, None)
    assert cases.next(BOB, LATER) is not None  # it is anybody's
    cases.decide("d-1", BOB, Ruling("abusive", "throttle"), LATER)
    assert [label.verdict for label in store.labels("a")] == ["careless", "abusive"]


def test_an_account_with_a_newer_case_is_not_asked_about_twice(store: Store, cases: Cases) -> None:
    hold(store, 1)
    cases.decide("d-1", BOB, Ruling("careless"), AT)
    hold(store, 2, at=AT + timedelta(minutes=5))
    store.turn_looks(LATER)
    assert [case.case_id for case in store.cases(CaseQuery())] == ["d-2"]
    assert looks(store) == []


def test_a_second_look_holds_no_mail_of_tied_accounts(store: Store, cases: Cases) -> None:
    ties = {TieKind.DEVICE: 77}
    for name in ("a", "b"):
        store.put_account(Account(account_id=name, created_at=AT), ties, AT)
    asked = Account(account_id="b", created_at=AT)
    hold(store, 1)
    assert store.peers(asked, ties)[TieKind.DEVICE].held
    cases.decide("d-1", BOB, Ruling("legitimate"), AT)
    store.turn_looks(LATER)
    assert store.count_cases(CaseQuery()) == 1
    assert not store.peers(asked, ties)[TieKind.DEVICE].held


def test_two_people_cannot_both_give_the_second_word(store: Store, cases: Cases) -> None:
    hold(store, 1)
    cases.decide("d-1", BOB, Ruling("careless"), AT)
    store.turn_looks(LATER)
    dan = KeyHolder(name="dan", rank=Role.REVIEWER)
    cases.decide("d-1", CAT, Ruling("careless"), LATER)
    for person in (CAT, dan, BOB):
        with pytest.raises(CaseMoved):
            cases.decide("d-1", person, Ruling("abusive"), LATER)


def test_a_terminate_by_two_is_not_drawn_and_one_proposed_again_is_only_noted(
    store: Store, cases: Cases
) -> None:
    end = Ruling("abusive", "terminate")
    hold(store, 1)
    cases.decide("d-1", BOB, end, AT)
    done = cases.decide("d-1", CAT, end, AT)
    assert done.look is None
    hold(store, 2, account="b")
    cases.decide("d-2", BOB, Ruling("careless"), AT)
    store.turn_looks(LATER)
    said = cases.decide("d-2", CAT, end, LATER)
    assert (said.state, said.proposed_by) == ("open", "cat")
    assert [label.action for label in store.labels("b")] == [None]
    assert looks(store, LookState.DISAGREED) == ["d-2"]


def test_verdicts_and_arrivals_are_found_by_time(store: Store, cases: Cases) -> None:
    for number in range(5):
        hold(store, number, account=f"a-{number}", at=AT + timedelta(minutes=20 * number))
    for number in range(3):
        cases.decide(f"d-{number}", BOB, Ruling("careless"), AT + timedelta(hours=number))
    found = [case.case_id for case in store.ruled(AT + timedelta(minutes=30), 10)]
    assert found == ["d-2", "d-1"]
    assert [case.case_id for case in store.ruled(AT - timedelta(days=1), 1)] == ["d-2"]
    hour = AT.replace(minute=0)
    told: list[Any] = [
        (one.hour, one.subject, one.cases)
        for one in store.arrivals(AT - timedelta(days=1), AT + timedelta(minutes=80))
    ]
    assert told == [(hour, "campaign", 2), (hour + timedelta(hours=1), "campaign", 2)]


def test_decisions_are_weighed_by_what_is_in_their_bodies(store: Store) -> None:
    for number in range(3):
        hold(store, number, account=f"a-{number}", at=AT + timedelta(minutes=number))
    first, second = store.scored(AT + timedelta(minutes=1), 10)
    assert (first.account_id, second.account_id) == ("a-2", "a-1")
    assert (first.subject, first.action, first.risk, first.malicious) == (
        "campaign",
        "review",
        0.5,
        0.2,
    )
    assert (first.as_of, first.stream, first.recipients) == (AT + timedelta(minutes=2), None, None)
    assert len(store.scored(AT, 1)) == 1


def test_what_one_decided_first_stands_in_its_place_among_the_decided(
    store: Store, cases: Cases
) -> None:
    for number in range(12):
        hold(store, number, account=f"a-{number}", recipients=1_000 * (1 + number * 7 % 12))
        cases.decide(f"d-{number}", BOB, Ruling("careless"), AT)
    for case in store.cases(CaseQuery(state="decided", limit=12)):
        if int(case.case_id[2:]) % 3:
            done = msgspec.structs.replace(case, look=None, version=case.version + 1)
            store.record(KEY, Deed(at=AT, actor="x", act="x", target="x"), done)
    every = [case.case_id for case in store.cases(CaseQuery(state="decided", limit=12))]
    store.turn_looks(LATER)
    assert store.count_cases(CaseQuery(state="decided")) == 8
    assert store.count_cases(CaseQuery(state="decided", viewer="bob")) == 12
    for limit in (1, 3, 5, 12):
        for offset in range(14):
            query = CaseQuery(state="decided", viewer="bob", limit=limit, offset=offset)
            found = [case.case_id for case in store.cases(query)]
            assert found == every[offset : offset + limit], (limit, offset)
    assert store.count_cases(CaseQuery(viewer="bob")) == 0
    assert store.count_cases(CaseQuery(viewer="cat")) == 4
