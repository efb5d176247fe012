"""The desk's tables: cases open with their decisions, changes and their log are one, on both stores."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from features.records import Account, Subject
from models.decision import Decision, ReasonGiven, Seen, SubjectRef
from service.desk.chain import Broken, verify
from service.desk.records import CaseQuery, Deed, Person, Session
from service.errors import CaseMoved
from service.stores import open_store
from service.stores.contract import Label, PersonChange, Store
from service.stores.sql import SqlStore

AT = datetime(2026, 11, 23, 10, tzinfo=UTC)
KEY = b"k" * 32


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    opened = open_store(store_url)
    opened.migrate()
    yield opened
    opened.close()


def decision(
    number: int,
    action: str = "review",
    account: str = "a",
    risk: float = 0.5,
    subject: Subject = Subject.CAMPAIGN,
) -> Decision:
    return Decision(
        decision_id=f"d-{number}", subject=SubjectRef(type=subject, id=f"c-{number}"),
        account_id=account, as_of=AT + timedelta(minutes=number), action=action, limits=None,
        risk=risk, malicious=risk / 2, careless=risk / 2, forecast=None, reasons=(), rules=(),
        policy_version="p", model_version="m", feature_set="f", valid_until=AT,
    )  # fmt: skip


def deed(act: str = "case.claim") -> Deed:
    return Deed(at=AT, actor="ann", act=act, target="d-1", before={"x": None}, after={"x": 0.1})


def test_a_held_decision_opens_a_case_and_later_ones_join_it(store: Store) -> None:
    store.put_account(Account(account_id="a", created_at=AT), {}, AT)
    store.save_decision(decision(1), recipients=1_000)
    store.save_decision(decision(2, "terminate", risk=0.9), recipients=5_000)
    store.save_decision(decision(3, risk=0.4), recipients=10)
    store.save_decision(decision(4, account="b"), recipients=10)
    first, second = store.cases(CaseQuery())
    assert (first.case_id, first.decision_id, first.decisions) == ("d-1", "d-2", 3)
    assert (first.action, first.mails) == ("terminate", 5_000)
    assert second.account_id == "b"
    assert first.harm_per_minute > second.harm_per_minute
    assert store.count_cases(CaseQuery()) == 2
    assert [c.case_id for c in store.cases(CaseQuery(action="review"))] == ["d-4"]


def test_cases_are_found_by_what_is_asked(store: Store) -> None:
    store.put_account(Account(account_id="a", created_at=AT, plan="<b>", country="NL"), {}, AT)
    store.save_decision(decision(1), recipients=10)
    store.save_decision(decision(2, "terminate", account="b"), recipients=10)
    later = AT + timedelta(hours=5)
    for query, ids in (
        (CaseQuery(plan="<b>"), ["d-1"]), (CaseQuery(country="BE"), []),
        (CaseQuery(country="NL", plan="<b>", subject="campaign"), ["d-1"]),
        (CaseQuery(subject="account"), []), (CaseQuery(due_before=later), ["d-1"]),
        (CaseQuery(unassigned=True, action="terminate"), ["d-2"]),
    ):  # fmt: skip
        assert [case.case_id for case in store.cases(query)] == ids, query
        assert store.count_cases(query) == len(ids)


def test_decided_cases_come_with_their_reasons(store: Store) -> None:
    why = ReasonGiven(
        code="TRAPS", family="list", weight=1.0, value=1.0, typical=0.0, message="m", advice="a"
    )
    store.save_decision(msgspec.structs.replace(decision(1), reasons=(why,)), recipients=10)
    assert store.decided("campaign", 10) == ()
    (case,) = store.cases(CaseQuery())
    done = msgspec.structs.replace(case, state="decided", version=1)
    store.record(KEY, deed("case.decide"), done)
    assert store.decided("campaign", 10) == ((done, ("TRAPS",)),)
    assert store.decided("list", 10) == ()


def test_the_audit_share_cannot_be_told_apart_by_a_filter(store: Store) -> None:
    """Decisions that let mail go, of which some are drawn to be looked at, unmarked."""
    for number in range(60):
        made = decision(number, "allow", account=f"a{number}")
        drawn = Seen(audit_chance=0.01 if number % 20 == 0 else None)
        store.save_decision(msgspec.structs.replace(made, seen=drawn), recipients=10)
    store.save_decision(decision(1_000, "terminate", account="b"), recipients=10)
    shared = [case for case in store.cases(CaseQuery(limit=1_000)) if case.audit_share]
    assert [case.propensity for case in shared] == [0.01] * 3
    assert {case.due_at - case.opened_at for case in shared} == {
        timedelta(hours=4)
    }  # as a review's
    assert set(store.cases(CaseQuery(action="review", limit=1_000))) == set(shared)
    assert store.count_cases(CaseQuery(action="terminate")) == 1
    assert store.cases(CaseQuery(action="allow")) == ()


def test_what_was_drawn_or_judged_is_found_by_when_it_came(store: Store) -> None:
    for number, action in enumerate(("review", "allow", "review", "terminate", "allow")):
        made = decision(number, action, account=f"a{number}")
        chance = None if action != "allow" else 0.1
        store.save_decision(
            msgspec.structs.replace(made, seen=Seen(audit_chance=chance)), recipients=10
        )
    case = store.case("d-2")
    assert case is not None
    done = msgspec.structs.replace(case, state="decided", decided_at=AT, label_id="l", version=1)
    store.record(KEY, deed("case.decide"), done)

    def found(since: int, until: int, limit: int = 9) -> list[str]:
        minutes = (AT + timedelta(minutes=since), AT + timedelta(minutes=until))
        return [one.case_id for one in store.audited(*minutes, limit)]

    assert found(0, 9) == ["d-4", "d-2", "d-1"]
    assert (found(2, 3), found(1, 9, 1), found(5, 9)) == (["d-2"], ["d-4"], [])


def test_labels_are_found_from_a_time_on(store: Store) -> None:
    for n, account in enumerate("aba"):
        store.add_label(
            Label(
                label_id=f"l{n}", decision_id="d", account_id=account, verdict="careless",
                known_at=AT + timedelta(hours=n),
            )
        )  # fmt: skip
    hour = AT + timedelta(hours=1)
    assert [one.label_id for one in store.labels()] == ["l0", "l1", "l2"]
    assert [one.label_id for one in store.labels(since=hour)] == ["l1", "l2"]
    assert [one.label_id for one in store.labels("a", hour)] == ["l2"]


def test_a_retried_score_counts_once(store: Store) -> None:
    for number in (1, 2):
        store.save_decision(decision(number), idempotency=("key", "digest"), recipients=1_000)
    assert [case.decisions for case in store.cases(CaseQuery())] == [1]


def test_a_case_that_moved_on_refuses_the_change_and_logs_nothing(store: Store) -> None:
    store.save_decision(decision(1), recipients=1_000)
    (case,) = store.cases(CaseQuery())
    changed = msgspec.structs.replace(case, version=1, claimed_by="ann")
    store.record(KEY, deed(), changed)
    with pytest.raises(CaseMoved):
        store.record(KEY, deed(), msgspec.structs.replace(changed, claimed_by="bob"))
    found = store.case("d-1")
    assert found is not None
    assert found.claimed_by == "ann"
    assert len(store.entries()) == 1


def test_people_and_sessions_come_back_and_end(store: Store) -> None:
    ann = Person(name="ann", role="lead", password_hash="h", created_at=AT)
    session = Session(token_hash="t", person="ann", csrf="c", started_at=AT, expires_at=AT)
    store.record(KEY, deed("sign_in"), PersonChange(before=None, after=ann), session)
    assert (store.person("ann"), store.session("t"), store.people()) == (ann, session, (ann,))
    store.end_sessions(name="ann")
    assert store.session("t") is None


def test_the_chain_holds_and_a_changed_entry_breaks_it(store: Store) -> None:
    for _ in range(5):
        store.record(KEY, deed())
    entries = store.entries()
    head = verify(KEY, entries)
    assert head is not None
    assert (head.number, store.newest_entries(limit=1)) == (5, (head,))
    changed = msgspec.structs.replace(
        entries[2], deed=msgspec.structs.replace(entries[2].deed, actor="eve")
    )
    for tampered in (
        (*entries[:2], changed, *entries[3:]),
        (*entries[:2], *entries[3:]),
        (entries[1], entries[0], *entries[2:]),
    ):
        with pytest.raises(Broken):
            verify(KEY, tampered)
    with pytest.raises(Broken):
        verify(b"other" * 8, entries)


def test_what_was_kept_before_is_found_by_the_new_columns(store: SqlStore) -> None:
    """Down and up again: the columns are filled from the bodies."""
    store.put_account(Account(account_id="a", created_at=AT, plan="free", country="NL"), {}, AT)
    store.save_decision(decision(1, subject=Subject.LIST), recipients=10)
    config = Config()
    config.set_main_option("script_location", "service/stores/migrations")
    config.set_main_option("path_separator", "os")

    def there_and_back(connection: Connection) -> None:
        config.attributes["connection"] = connection
        command.downgrade(config, "0015-1")
        command.upgrade(config, "head")

    store.write(there_and_back)
    late = CaseQuery(plan="free", country="NL", subject="list", due_before=AT + timedelta(hours=5))
    assert [case.case_id for case in store.cases(late)] == ["d-1"]
    assert store.cases(CaseQuery(due_before=AT + timedelta(hours=4))) == ()
