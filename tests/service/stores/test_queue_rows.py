"""The queue's columns and views in both stores: filled from older cases, in every order, as one is shown them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from features.records import Subject
from models.decision import Decision, ReasonGiven, SubjectRef
from service.desk.cases import Cases, Ruling
from service.desk.filters import BANDS, ORDERS
from service.desk.records import Case, CaseQuery, CaseView, Deed, KeyHolder, Role, ViewChange
from service.desk.second_looks import UNDO_WITHIN
from service.errors import ViewMoved
from service.stores import open_store
from service.stores.sql import SqlStore

AT = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)
KEY = b"k" * 32
BOB = KeyHolder(name="bob", rank=Role.REVIEWER)
KEYS: dict[str, Any] = {
    "harm": lambda case: -case.harm_per_minute, "due": lambda case: case.due_at,
    "age": lambda case: case.opened_at, "risk": lambda case: -case.risk,
}  # fmt: skip


@pytest.fixture
def store(store_url: str) -> Iterator[SqlStore]:
    """A store with nine held campaigns, no two alike."""
    opened = open_store(store_url)
    opened.migrate()
    for n in range(9):
        reason = ReasonGiven(
            code=("A_B", "AXB", "A_BC")[n % 3], family="f", weight=0.5, value=1.0, typical=0.1,
            message="m", advice="a",
        )  # fmt: skip
        decision = Decision(
            decision_id=f"d-{n}", subject=SubjectRef(type=Subject.CAMPAIGN, id=f"c-{n}"),
            account_id=f"a-{n}", as_of=AT + timedelta(minutes=7 * n % 9), limits=None,
            action="terminate" if n % 4 == 0 else "review", risk=5 * n % 9 / 9, malicious=0.2,
            careless=0.3, forecast=None, reasons=(reason,), rules=(), policy_version="p",
            model_version="m", feature_set="f", valid_until=AT,
        )  # fmt: skip
        opened.save_decision(decision, recipients=100 + 100 * (4 * n % 9))
    yield opened
    opened.close()


def codes(store: SqlStore, reason: str) -> set[str]:
    return {case.reasons[0] for case in store.cases(CaseQuery(reason=reason))}


def test_a_code_is_found_whole_and_bands_are_parts(store: SqlStore) -> None:
    assert codes(store, "A_B") == {"A_B"}
    assert codes(store, "A%B") == codes(store, "A") == codes(store, "") == set()
    for name, (low, high) in BANDS.items():
        found = store.cases(CaseQuery(band=name))
        assert store.count_cases(CaseQuery(band=name)) == len(found)
        assert all(low <= case.risk < high for case in found)
    assert sum(store.count_cases(CaseQuery(band=name)) for name in BANDS) == 9


@pytest.mark.parametrize("order", ORDERS)
def test_an_order_holds_for_what_one_decided_and_is_looked_at_again(
    store: SqlStore, order: str
) -> None:
    numbers = iter(range(100))
    cases = Cases(
        store, KEY, lambda: f"l-{next(numbers)}", lambda case_id: 1.0 if case_id[-1] in "258" else None
    )  # fmt: skip
    for n in range(9):
        cases.decide(f"d-{n}", BOB, Ruling("careless"), AT)
    assert store.turn_looks(AT + UNDO_WITHIN) == 3
    whole = CaseQuery(state="decided", viewer="bob", order=order)
    found = store.cases(whole)
    assert len(found) == store.count_cases(whole) == 9
    assert in_order(found, order)
    pieces: list[Case] = []
    for offset in range(0, 10, 2):
        query = CaseQuery(state="decided", viewer="bob", order=order, limit=2, offset=offset)
        pieces += store.cases(query)
    assert pieces == list(found)
    opened = store.cases(CaseQuery(viewer="cat", order=order))
    assert (len(opened), in_order(opened, order)) == (3, True)


def in_order(found: tuple[Case, ...], order: str) -> bool:
    key = KEYS[order]
    return all((key(a), a.case_id) < (key(b), b.case_id) for a, b in pairwise(found))


def test_older_cases_are_found_after_the_migration(store: SqlStore) -> None:
    config = Config()
    config.set_main_option("script_location", "service/stores/migrations")
    config.set_main_option("path_separator", "os")
    before = store.cases(CaseQuery())

    def there_and_back(connection: Connection) -> None:
        config.attributes["connection"] = connection
        command.downgrade(config, "0024")
        command.upgrade(config, "head")

    store.write(there_and_back)
    assert store.cases(CaseQuery()) == before
    assert codes(store, "AXB") == {"AXB"}
    assert in_order(store.cases(CaseQuery(order="risk", band="high")), "risk")
    Cases(store, KEY, lambda: "l", lambda _: None).claim("d-1", BOB, AT)
    assert codes(store, "AXB") == {"AXB"}, "what a case is found by outlasts a change"


def test_a_view_is_kept_and_given_up_once(store: SqlStore) -> None:
    deed = Deed(at=AT, actor="bob", act="view", target="v")

    def view(name: str, owner: str, shared: bool) -> CaseView:
        return CaseView(
            view_id=f"{owner}-{name}", name=name, owner=owner, shared=shared,
            filters={"plan": "é'\""}, created_at=AT,
        )  # fmt: skip

    kept = [view("b", "bob", False), view("A", "ann", True), view("c", "ann", False)]
    for one in kept:
        store.record(KEY, deed, ViewChange(before=None, after=one))
    assert store.case_views("bob") == (kept[1], kept[0])
    assert store.case_views("ann") == (kept[1], kept[2])
    store.record(KEY, deed, ViewChange(before=kept[1], after=None))
    entries = store.entries()
    with pytest.raises(ViewMoved):
        store.record(KEY, deed, ViewChange(before=kept[1], after=None))
    assert store.entries() == entries
    assert store.case_views("cat") == ()
