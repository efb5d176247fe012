"""A challenger beside the champion: every answer as before, what it would have said kept and compared."""

import threading
import time
from datetime import timedelta
from pathlib import Path
from secrets import token_hex
from typing import Any

import pytest

from features.records import Account, Stream
from models.bundle import Bundle
from models.registry import starter_files
from service.desk.records import CaseQuery
from service.errors import Unavailable
from service.live import Fixed
from service.model_shadow import shadow_report
from service.review import Verdict
from service.shadow_model import MOST_WAITING, ShadowModel
from service.stores import open_store
from tests.service.conftest import START
from tests.service.databases import unsynced


@pytest.fixture(scope="module")
def challenger(catalogue: Any) -> Bundle:
    """The bundle that ships, where the tests' own is champion."""
    return Bundle.from_files(starter_files(), catalogue)


def decide(house: Any, count: int, account: str = "a") -> list[Any]:
    at = house.clock.now
    house.warden.put_account(Account(account_id=account, created_at=START), at)
    return [
        house.warden.score_campaign(
            f"c{n}-{account}", account, 500, Stream.BROADCAST, [], None, None, at
        )
        for n in range(count)
    ]


def opened(open_house: Any, folder: Path, source: Any, url: str = "") -> Any:
    store = open_store(url or unsynced(f"sqlite:///{folder / 'warden.db'}"))
    store.migrate()
    beside = ShadowModel(store, source, sleep=lambda _: None)
    return open_house(folder, store=store, beside=beside, new_id=lambda: token_hex(8))


def wait_for(what: Any, seconds: float = 20) -> None:
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_what_the_challenger_would_have_said_is_kept_and_compared(
    open_house: Any,
    challenger: Bundle,
    tmp_path: Path,
) -> None:
    with opened(open_house, tmp_path, Fixed(challenger)) as house:
        made = decide(house, 5)
        beside = house.warden.beside
        wait_for(lambda: beside.scored == 6)  # the account's own decision as well
        house.warden.give_verdict(made[0].decision_id, Verdict("legitimate"), house.clock.now)
        found = shadow_report(
            house.store, challenger.version, START - timedelta(days=9), house.clock.now
        )
        assert found.decisions == 6
        assert {d.model_version for d in made} != {challenger.version}
        expected = challenger.score(made[0].subject.type, _row(made[0])).risk
        stored = [
            one.shadow for one in found.examples if one.shadow.decision_id == made[0].decision_id
        ]
        # The account's first held campaign opened its case; the verdict is on that decision.
        with_case = {one.shadow.decision_id for one in found.examples if one.case_id}
        assert with_case <= {case.case_id for case in house.store.cases(CaseQuery(state=None))}
        differ = [
            pair for pairs in found.by_subject.values() for pair in pairs if pair[0] != pair[1]
        ]
        assert found.agreement == 1 - len(found.examples) / 6
        assert bool(stored) == bool(differ)
        assert all(one.draft_risk == pytest.approx(expected) for one in stored)
        assert house.store.purge(house.clock.now + timedelta(days=91))["model_shadows"] == 6


def _row(decision: Any) -> Any:
    import numpy as np

    return np.array(decision.vector)


class Broken(Bundle):
    """A challenger that fails on every row."""

    def score(self, *_: Any) -> Any:
        raise ValueError("wrong shape")


def test_a_challenger_that_fails_is_set_aside_and_no_answer_suffers(
    open_house: Any,
    challenger: Bundle,
    tmp_path: Path,
) -> None:
    broken = object.__new__(Broken)
    broken.__dict__.update(challenger.__dict__)
    with opened(open_house, tmp_path, Fixed(broken)) as house:
        assert len(decide(house, 3)) == 3
        beside = house.warden.beside
        wait_for(lambda: beside.set_aside)
        assert beside.set_aside == {challenger.version: "ValueError: wrong shape"}
        decide(house, 3)
        assert beside.scored == 0


class Recorder:
    """Keeps what answers hand over."""

    def __init__(self) -> None:
        self.asked: list[Any] = []

    def __call__(self, *asked: Any) -> None:
        self.asked.append(asked)

    def close(self) -> None:
        """Nothing waits here."""


class Failing:
    """A store that raises, and counts how often it was asked."""

    def __init__(self, fault: Exception) -> None:
        self.fault, self.calls = fault, 0

    def add_model_shadows(self, _: Any) -> None:
        self.calls += 1
        raise self.fault


@pytest.fixture
def asked(open_house: Any, tmp_path: Path) -> Any:
    """What one real answer hands over."""
    recorder = Recorder()
    with open_house(tmp_path, beside=recorder) as house:
        decide(house, 1)
    return recorder.asked[-1]


def test_a_thread_that_died_is_begun_anew_and_holds_nobody_up(
    asked: Any, challenger: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Failing(OSError("not foreseen"))
    beside = ShadowModel(store, Fixed(challenger), sleep=lambda _: None)  # type: ignore[arg-type]
    monkeypatch.setattr(threading, "excepthook", lambda _: None)  # it is meant to die
    for expected in (1, 2):
        beside(*asked)
        wait_for(lambda expected=expected: store.calls == expected)
        assert beside._thread is not None
        beside._thread.join(5)
    started = time.monotonic()
    beside.close()
    assert time.monotonic() - started < 2


def test_without_a_store_the_rows_are_counted_as_dropped(asked: Any, challenger: Bundle) -> None:
    store = Failing(Unavailable("gone"))
    beside = ShadowModel(store, Fixed(challenger), sleep=lambda _: None)  # type: ignore[arg-type]
    for _ in range(3):
        beside(*asked)
    wait_for(lambda: beside.dropped == 3)
    beside.close()
    assert beside.scored == 0


def test_an_answer_never_waits_for_the_challenger(
    open_house: Any,
    challenger: Bundle,
    tmp_path: Path,
) -> None:
    gate, inside = threading.Event(), threading.Event()

    class Slow(Broken):
        def score(self, *_: Any) -> Any:
            inside.set()
            gate.wait(60)
            raise ValueError("late")

    slow = object.__new__(Slow)
    slow.__dict__.update(challenger.__dict__)
    with opened(open_house, tmp_path, Fixed(slow)) as house:
        beside = house.warden.beside
        decide(house, 1)
        assert inside.wait(20)
        question = type("Q", (), {"row": ()})()
        started = time.monotonic()
        for _ in range(MOST_WAITING + 50):
            beside(question, None, None)
        assert time.monotonic() - started < 2
        assert beside.dropped >= 50
        gate.set()


def test_the_tables_of_both_databases_compare_alike(
    empty_postgres: str,
    open_house: Any,
    challenger: Bundle,
    tmp_path: Path,
) -> None:
    found: list[Any] = []
    for name, url in (("a", ""), ("b", empty_postgres)):
        folder = tmp_path / name
        folder.mkdir()
        with opened(open_house, folder, Fixed(challenger), url) as house:
            decide(house, 3)
            wait_for(lambda house=house: house.warden.beside.scored >= 4)
            report = shadow_report(
                house.store, challenger.version, START - timedelta(days=9), house.clock.now
            )
            found.append((report.by_subject, report.correlation))
    assert found[0][0] == found[1][0]
    assert found[0][1] == pytest.approx(found[1][1])
