"""What is in force on an account, after machines and people had their word."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from features.records import Account, ImportSource, Stream
from models.decision import Decision
from service.live import Fixed
from service.review import Verdict
from service.standing import standing_of


@pytest.fixture
def account_id(house: Any) -> str:
    house.warden.put_account(
        Account(account_id="a-1", created_at=house.clock() - timedelta(days=400)), house.clock()
    )
    return "a-1"


def score(house: Any, recipients: int = 10) -> Decision:
    at = house.clock.forward(minutes=5)
    decision: Decision = house.warden.score_campaign(
        f"c-{recipients}", "a-1", recipients, Stream.BROADCAST, (), b"From: a@b.example\n\nHi",
        None, at,
    )  # fmt: skip
    return decision


def judge(house: Any, decision: Decision, **verdict: Any) -> None:
    at = house.clock.forward(minutes=5)
    house.warden.give_verdict(decision.decision_id, Verdict(**verdict), at)


def action(house: Any) -> str | None:
    return standing_of(house.store, "a-1").action


def test_nothing_stands_before_the_first_decision(house: Any) -> None:
    assert standing_of(house.store, "nobody").action is None


def test_a_terminated_account_stays_terminated_until_called_legitimate(
    house: Any, account_id: str
) -> None:
    terminated = score(house, 666)
    assert terminated.action == "terminate"
    assert score(house).action == "terminate"
    judge(house, terminated, verdict="abusive")
    assert score(house).action == "terminate"
    judge(house, terminated, verdict="legitimate")
    assert score(house).action == "allow"
    assert score(house, 666).action == "terminate", "machine decisions after the verdict count"
    assert score(house).action == "terminate"


def test_a_stop_gap_does_not_outlast_its_cause(open_house: Any, tmp_path: Path) -> None:
    with open_house(tmp_path, model=Fixed(None)) as house:
        created = house.clock() - timedelta(days=400)
        stop_gap = house.warden.put_account(
            Account(account_id="a-1", created_at=created), house.clock()
        )
        assert (stop_gap.action, stop_gap.degraded) == ("throttle", True)
        assert action(house) is None


def test_a_held_campaign_does_not_hold_the_account(house: Any, account_id: str) -> None:
    assert score(house, 555).action == "review"
    assert score(house).action == "allow"


def test_a_person_can_terminate_and_be_overruled_by_a_later_verdict(
    house: Any, account_id: str
) -> None:
    decision = score(house)
    judge(house, decision, verdict="abusive", action="terminate")
    assert standing_of(house.store, "a-1").by == "person"
    assert score(house).action == "terminate"
    judge(house, decision, verdict="careless", action="throttle")
    assert action(house) == "throttle"


def test_a_verdict_without_an_action_leaves_what_stands(house: Any, account_id: str) -> None:
    before = action(house)
    judge(house, score(house), verdict="careless")
    assert action(house) == before


def test_a_held_campaign_opens_a_case_until_somebody_looks(house: Any, tmp_path: Path) -> None:
    csv = tmp_path / "l.csv"
    csv.write_text("email\na@b.example\n")
    account = Account(account_id="held", created_at=house.clock())
    house.warden.put_account(account, house.clock())
    message = b"From: a@b.example\n\nHi"
    house.warden.import_list("held", "l", ImportSource.FILE, csv, house.clock())
    order = ("c1", "held", 555, Stream.BROADCAST, ("l",), message, None)
    decision = house.warden.score_campaign(*order, house.clock())
    assert decision.action == "review"
    assert standing_of(house.store, "held").case_open
    assert standing_of(house.store, "held").action != "review", "it holds itself alone"
    house.warden.give_verdict(
        decision.decision_id, Verdict("careless"), house.clock.forward(days=1)
    )
    assert not standing_of(house.store, "held").case_open
