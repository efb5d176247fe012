"""Appeals are judged once, by somebody else, and what comes of them counts."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from features.records import Account, Subject
from models.decision import Decision, ReasonGiven, SubjectRef
from service.desk.appeals import Appeals, BadOutcome, Outcome, overturn_rates
from service.desk.cases import Cases, NotAllowed, Ruling
from service.desk.chain import verify
from service.desk.records import CaseQuery, KeyHolder, Role
from service.errors import CaseMoved, UnknownAppeal
from service.standing import standing_of
from service.stores import open_store
from service.stores.contract import Appeal, Store

AT = datetime(2026, 11, 23, 10, tzinfo=UTC)
LATER = AT + timedelta(hours=1)
KEY = b"k" * 32
ANN = KeyHolder(name="ann", rank=Role.LEAD)
BOB = KeyHolder(name="bob", rank=Role.REVIEWER)
CAT = KeyHolder(name="cat", rank=Role.REVIEWER)
VERA = KeyHolder(name="vera", rank=Role.VIEWER)


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    opened = open_store(store_url)
    opened.migrate()
    opened.put_account(Account(account_id="a", created_at=AT), {}, AT)
    opened.save_decision(_decision(1), recipients=1_000)
    yield opened
    opened.close()


@pytest.fixture
def appeals(store: Store) -> Appeals:
    ids = iter(range(1_000))
    return Appeals(store, KEY, lambda: f"label-{next(ids)}")


def _decision(number: int) -> Decision:
    reason = ReasonGiven(
        code="LIST_OLD", family="list", weight=1.0, value=1.0, typical=0.0, message="m", advice="a"
    )
    return Decision(
        decision_id=f"d-{number}", subject=SubjectRef(type=Subject.CAMPAIGN, id=f"c-{number}"),
        account_id="a", as_of=AT, action="terminate", limits=None, risk=0.9, malicious=0.5,
        careless=0.4, forecast=None, reasons=(reason,), rules=("old_list",), policy_version="p",
        model_version="m", feature_set="f", valid_until=AT,
    )  # fmt: skip


def _appeal(store: Store, number: int = 1, at: datetime = AT) -> str:
    store.add_appeal(
        Appeal(
            appeal_id=f"p-{number}", decision_id="d-1", account_id="a", appealed_at=at,
            cause="an old list", change_made="removed it", prevention="double opt-in",
        )
    )  # fmt: skip
    return f"p-{number}"


def test_overturned_lifts_what_is_in_force_and_settles_the_case(
    store: Store, appeals: Appeals
) -> None:
    one = _appeal(store)
    assert standing_of(store, "a").action == "terminate"
    judged = appeals.judge(one, BOB, Outcome("overturned", note="shown the opt-ins"), LATER)
    assert standing_of(store, "a").action == "allow"
    assert store.cases(CaseQuery()) == ()
    (label,) = store.labels("a")
    assert (label.verdict, label.source, label.label_id) == (
        "legitimate", "appeal", judged.label_id,
    )  # fmt: skip
    assert store.appeal(one) == judged
    assert (judged.against, judged.rules, judged.reasons) == (None, ("old_list",), ("LIST_OLD",))
    assert store.count_appeals() == 0
    assert [entry.deed.act for entry in store.entries()] == ["appeal.judge"]
    assert verify(KEY, store.entries())


def test_upheld_leaves_what_is_in_force_and_the_case(store: Store, appeals: Appeals) -> None:
    before = standing_of(store, "a")
    appeals.judge(_appeal(store), BOB, Outcome("upheld", "careless"), LATER)
    assert standing_of(store, "a").action == before.action == "terminate"
    assert len(store.cases(CaseQuery())) == 1


def test_an_appeal_is_judged_once(store: Store, appeals: Appeals) -> None:
    one = _appeal(store)
    judged = appeals.judge(one, BOB, Outcome("upheld", "abusive"), LATER)
    with pytest.raises(CaseMoved, match="bob judged"):
        appeals.judge(one, CAT, Outcome("overturned"), LATER)
    with pytest.raises(CaseMoved):  # as two who both read it before either wrote
        store.record(KEY, store.entries()[0].deed, judged)
    assert len(store.labels("a")) == len(store.entries()) == 1


def test_nobody_judges_an_appeal_against_their_own_verdict_but_a_lead(
    store: Store, appeals: Appeals
) -> None:
    cases = Cases(store, KEY, lambda: "verdict")
    cases.decide("d-1", BOB, Ruling("careless", "throttle"), AT)
    one = _appeal(store, at=LATER)
    with pytest.raises(NotAllowed, match="your own"):
        appeals.judge(one, BOB, Outcome("upheld", "careless"), LATER)
    assert appeals.judge(one, CAT, Outcome("overturned"), LATER).against == "bob"
    own = Cases(store, KEY, lambda: "of ann")
    store.save_decision(_decision(2), recipients=1)
    own.decide("d-2", ANN, Ruling("careless", "throttle"), LATER)
    second = _appeal(store, 2, LATER)
    assert appeals.judge(second, ANN, Outcome("overturned"), LATER).outcome == "overturned"


def test_a_case_that_somebody_works_on_is_not_taken_from_them(
    store: Store, appeals: Appeals
) -> None:
    Cases(store, KEY, lambda: "x").claim("d-1", CAT, LATER)
    with pytest.raises(CaseMoved, match="cat is working"):
        appeals.judge(_appeal(store), BOB, Outcome("overturned"), LATER)
    assert store.labels("a") == ()
    assert store.count_appeals() == 1


@pytest.mark.parametrize(("who", "word", "error"), [
    (VERA, Outcome("overturned"), NotAllowed), (BOB, Outcome("upheld"), BadOutcome),
    (BOB, Outcome("upheld", "legitimate"), BadOutcome), (BOB, Outcome("maybe"), BadOutcome),
    (BOB, Outcome("overturned", "abusive"), BadOutcome),
])  # fmt: skip
def test_what_does_not_fit_is_refused(
    store: Store, appeals: Appeals, who: KeyHolder, word: Outcome, error: type[Exception]
) -> None:
    one = _appeal(store)
    with pytest.raises(error):
        appeals.judge(one, who, word, LATER)
    with pytest.raises(UnknownAppeal):
        appeals.judge("none", BOB, Outcome("overturned"), LATER)
    assert store.labels("a") == ()


def test_the_oldest_waits_first_and_the_newest_judged_is_shown_first(
    store: Store, appeals: Appeals
) -> None:
    for number, minutes in ((1, 5), (2, 1), (3, 9)):
        _appeal(store, number, AT + timedelta(minutes=minutes))
    assert [one.appeal_id for one in store.appeals(waiting=True, limit=2)] == ["p-2", "p-1"]
    for number in (3, 2):
        word = Outcome("upheld", "careless")
        appeals.judge(f"p-{number}", BOB, word, LATER + timedelta(minutes=9 - number))
    assert [one.appeal_id for one in store.appeals(waiting=False, limit=9)] == ["p-2", "p-3"]
    assert store.count_appeals() == 1


def test_rates_count_each_appeal_once_a_name() -> None:
    def judged(outcome: str, rules: tuple[str, ...], against: str | None) -> Appeal:
        return Appeal(
            appeal_id="p", decision_id="d", account_id="a", appealed_at=AT, cause="",
            change_made="", prevention="", outcome=outcome, rules=rules, against=against,
        )  # fmt: skip

    rates = overturn_rates(
        [
            judged("overturned", ("r", "s"), "bob"), judged("upheld", ("r",), "bob"),
            judged("upheld", (), None),
        ]
    )  # fmt: skip
    assert [(r.name, r.judged, r.overturned, r.share) for r in rates["rule"]] == [
        ("r", 2, 1, 0.5), ("s", 1, 1, 1.0),
    ]  # fmt: skip
    assert [(r.name, r.overturned) for r in rates["reviewer"]] == [
        ("bob", 1), ("the policy alone", 0),
    ]  # fmt: skip
    assert rates["reason"] == ()
