"""People at the desk in parallel: nothing that one did is undone by another."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from features.records import Account, Subject
from models.decision import Decision, SubjectRef
from service.desk.cases import Cases, Ruling
from service.desk.chain import verify
from service.desk.records import Person
from service.desk.sign_in import Keys, SignIn, SignInRefused
from service.standing import standing_of
from service.stores import open_store
from service.stores.contract import Store

AT = datetime(2026, 11, 23, 10, tzinfo=UTC)
KEYS = Keys(b"k" * 32)
PASSWORD = "a long enough password"


@pytest.fixture
def store(
    tmp_path_factory: pytest.TempPathFactory, copy_of_sqlite: Callable[[Path], str]
) -> Iterator[Store]:
    opened = open_store(copy_of_sqlite(tmp_path_factory.mktemp("desk") / "d.db"))
    opened.migrate()
    opened.put_account(Account(account_id="a", created_at=AT), {}, AT)
    yield opened
    opened.close()


def _random() -> Callable[[int], bytes]:
    count = iter(range(1, 10_000))
    return lambda size: next(count).to_bytes(size, "big")


def _code(uri: str, at: datetime) -> str:
    import base64
    from urllib.parse import parse_qs, urlsplit

    secret = base64.b32decode(parse_qs(urlsplit(uri).query)["secret"][0])
    return TOTP(secret, 6, SHA1(), 30).generate(int(at.timestamp())).decode()


class _Slow:
    """A store in which something happens between the reading of a person and the change."""

    def __init__(self, store: Store, meanwhile: Callable[[], None]) -> None:
        self._store, self._meanwhile = store, meanwhile

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)

    def record(self, *given: object) -> object:
        meanwhile, self._meanwhile = self._meanwhile, lambda: None
        meanwhile()
        return self._store.record(*given)  # type: ignore[arg-type]


def test_a_disable_during_a_sign_in_stays(store: Store) -> None:
    plain = SignIn(store, KEYS, _random())
    plain.add("ann", "reviewer", PASSWORD, "test", AT)
    slow = SignIn(_Slow(store, lambda: plain.disable("ann", "test", AT)), KEYS, _random())  # type: ignore[arg-type]
    with pytest.raises(SignInRefused):
        slow("ann", PASSWORD, "", "192.0.2.1", AT)
    ann = store.person("ann")
    assert ann is not None
    assert ann.disabled_at == AT


def test_a_change_of_a_person_that_another_overtakes_is_made_on_top(store: Store) -> None:
    plain = SignIn(store, KEYS, _random())
    plain.add("ann", "reviewer", PASSWORD, "test", AT)
    slow = SignIn(_Slow(store, lambda: plain.disable("ann", "test", AT)), KEYS, _random())  # type: ignore[arg-type]
    slow.set_totp("ann", "test", AT)
    ann = store.person("ann")
    assert ann is not None
    assert ann.disabled_at == AT
    assert ann.totp_secret is not None


def test_a_one_time_code_works_once_however_many_try(store: Store) -> None:
    sign_in = SignIn(store, KEYS, _random())
    sign_in.add("ann", "reviewer", PASSWORD, "test", AT)
    code = _code(sign_in.set_totp("ann", "test", AT), AT)

    def enter(number: int) -> bool:
        try:
            SignIn(store, KEYS, _random_from(number))("ann", PASSWORD, code, "192.0.2.1", AT)
        except SignInRefused:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(enter, range(6))) == 1


def _random_from(number: int) -> Callable[[int], bytes]:
    count = iter(range(1_000 * (number + 1), 1_000 * (number + 2)))
    return lambda size: next(count).to_bytes(size, "big")


def _decision(number: int, action: str, subject: Subject = Subject.CAMPAIGN) -> Decision:
    return Decision(
        decision_id=f"d-{number}", subject=SubjectRef(type=subject, id="a"), account_id="a",
        as_of=AT + timedelta(minutes=number), action=action, limits=None, risk=0.9, malicious=0.4,
        careless=0.5, forecast=None, reasons=(), rules=(), policy_version="p", model_version="m",
        feature_set="f", valid_until=AT,
    )  # fmt: skip


def _people(store: Store) -> tuple[Person, Person]:
    sign_in = SignIn(store, KEYS, _random())
    one, two = (sign_in.add(name, "lead", PASSWORD, "test", AT) for name in ("ann", "bob"))
    return one, two


def _cases(store: Store) -> Cases:
    numbers = iter(range(100))
    return Cases(store, KEYS.audit, lambda: f"label-{next(numbers)}")


@pytest.mark.parametrize("ruling", [Ruling("legitimate"), Ruling("careless", "throttle")])
def test_undo_brings_back_what_was_in_force(store: Store, ruling: Ruling) -> None:
    ann, _ = _people(store)
    cases = _cases(store)
    store.save_decision(_decision(1, "throttle", Subject.ACCOUNT))
    store.save_decision(_decision(2, "review"), recipients=100)
    before = standing_of(store, "a")
    assert (before.action, before.case_open) == ("throttle", True)
    at = AT + timedelta(minutes=5)
    cases.decide("d-2", ann, ruling, at)
    assert standing_of(store, "a") != before
    cases.undo("d-2", ann, at + timedelta(minutes=1))
    assert standing_of(store, "a") == before
    assert [label.source for label in store.labels("a")] == ["verdict", "undo"]


def test_what_was_undone_can_be_decided_and_undone_again(store: Store) -> None:
    ann, _ = _people(store)
    cases = _cases(store)
    store.save_decision(_decision(2, "review"), recipients=100)
    for minute in (3, 5):
        cases.decide("d-2", ann, Ruling("abusive", "review"), AT + timedelta(minutes=minute))
        assert standing_of(store, "a").action == "review"
        cases.undo("d-2", ann, AT + timedelta(minutes=minute + 1))
        assert standing_of(store, "a").action is None


def test_the_next_case_is_not_somebody_elses(store: Store) -> None:
    ann, bob = _people(store)
    cases = _cases(store)
    store.save_decision(_decision(2, "review"), recipients=100)
    cases.assign("d-2", ann, "bob", AT)
    assert cases.next(ann, AT) is None
    found = cases.next(bob, AT)
    assert found is not None
    assert found.case_id == "d-2"


def test_a_proposal_does_not_outlive_what_it_was_made_on(store: Store) -> None:
    """The second reviewer confirms what the first one saw, not what came later."""
    ann, bob = _people(store)
    cases = _cases(store)
    store.save_decision(_decision(2, "review"), recipients=100)
    cases.decide("d-2", ann, Ruling("abusive", "terminate"), AT)
    store.save_decision(_decision(3, "review"), recipients=500)
    assert cases.find("d-2", "ann").proposed_by is None
    after = cases.decide("d-2", bob, Ruling("abusive", "terminate"), AT + timedelta(minutes=4))
    assert (after.state, after.proposed_by) == ("open", "bob")


def test_the_chain_holds_after_all_that(store: Store) -> None:
    ann, bob = _people(store)
    cases = _cases(store)
    store.save_decision(_decision(2, "review"), recipients=100)
    cases.decide("d-2", ann, Ruling("abusive", "terminate"), AT)
    cases.decide("d-2", bob, Ruling("abusive", "terminate"), AT + timedelta(minutes=1))
    assert verify(KEYS.audit, store.entries(limit=1_000))
