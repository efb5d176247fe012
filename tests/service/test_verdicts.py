"""Verdicts over the API and the desk are one: cases close, the log is chained, two people where asked."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from features.records import Account, Stream
from models.decision import Decision
from service.desk.chain import verify
from service.desk.records import CaseQuery
from service.desk.sign_in import Keys
from service.errors import VerdictConflict
from service.review import Verdict

KEY = Keys(b"k" * 32).audit


def _held(house: Any) -> Decision:
    at = house.clock()
    house.warden.put_account(Account(account_id="a", created_at=at), at)
    held: Decision = house.warden.score_campaign(
        "c", "a", 555, Stream.BROADCAST, [], b"From: a@b.example\n\nhi", None, at
    )
    assert held.action == "review"
    return held


def test_a_verdict_over_the_api_settles_the_open_case(house: Any) -> None:
    held = _held(house)
    (case,) = house.store.cases(CaseQuery(account_id="a"))
    label = house.warden.give_verdict(
        held.decision_id, Verdict("abusive", action="terminate"), house.clock(), "key:ops"
    )
    assert house.store.cases(CaseQuery(account_id="a")) == ()
    ended = house.store.case(case.case_id)
    assert (ended.state, ended.decided_by, ended.label_id) == ("decided", "key:ops", label.label_id)
    assert ended.outcome == "abusive, terminate"
    assert house.warden.account("a", house.clock()).standing.action == "terminate"
    entries = house.store.entries()
    assert [(e.deed.actor, e.deed.act) for e in entries][-1] == ("key:ops", "verdict")
    assert verify(KEY, entries)


def test_a_terminate_over_the_api_can_be_left_to_two_reviewers(
    open_house: Callable[..., Any], tmp_path: Path
) -> None:
    with open_house(tmp_path, api_terminates=False) as house:
        held = _held(house)
        with pytest.raises(VerdictConflict, match="two reviewers"):
            house.warden.give_verdict(
                held.decision_id, Verdict("abusive", action="terminate"), house.clock()
            )
        assert len(house.store.cases(CaseQuery(account_id="a"))) == 1
        assert house.warden.account("a", house.clock()).standing.action != "terminate"
