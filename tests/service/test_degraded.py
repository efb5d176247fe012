"""Failing open is explicit: without model, lists or a readable store there is a marked answer."""

import itertools
import logging
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from features.records import Account, Stream
from models.decision import Decision
from service.errors import Unavailable, UnknownAccount
from service.judge import Once
from service.live import Fixed
from service.stores import open_store


class Unreadable:
    """A real store some of whose methods fail, as when the connection is lost."""

    def __init__(self, store: Any, *failing: str) -> None:
        self._store, self._failing = store, failing

    def __getattr__(self, name: str) -> Any:
        if name in self._failing:
            raise Unavailable(f"{name} failed")
        return getattr(self._store, name)


def put(house: Any) -> None:
    account = Account(account_id="a-1", created_at=house.clock() - timedelta(days=400))
    house.warden.put_account(account, house.clock())


def campaign(house: Any, message: bytes | None = b"From: a@b.example\n\nx") -> Decision:
    decision: Decision = house.warden.score_campaign(
        "c-1", "a-1", 10, Stream.BROADCAST, (), message, None, house.clock()
    )
    return decision


def codes(decision: Decision) -> set[str]:
    return {reason.code for reason in decision.reasons}


def test_without_a_model_the_fallback_decides(
    open_house: Callable[..., Any], tmp_path: Path
) -> None:
    with open_house(tmp_path, model=Fixed(None)) as house:
        put(house)
        decision = house.warden.score_account("a-1", house.clock())
    assert decision.degraded
    assert decision.action == "throttle"
    assert codes(decision) == {"MODEL_UNAVAILABLE"}
    assert decision.model_version == "none"


def test_without_list_facts_or_a_message_the_answer_says_so(house: Any) -> None:
    put(house)
    decision = campaign(house, None)
    assert decision.degraded
    assert {"LIST_FACTS_UNKNOWN", "CONTENT_UNKNOWN"} <= codes(decision)


@pytest.mark.parametrize("failing", ["account", "tiles", "peers", "labels", "find_idempotent"])
def test_a_store_that_cannot_be_read_still_gets_an_answer(
    open_house: Callable[..., Any], tmp_path: Path, failing: str, caplog: pytest.LogCaptureFixture
) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'warden.db'}")
    store.migrate()
    with open_house(tmp_path, store=store) as house:
        put(house)
    reopened = Unreadable(open_store(f"sqlite:///{tmp_path / 'warden.db'}"), failing)
    options = {"store": reopened, "new_id": (f"later-{n}" for n in itertools.count()).__next__}
    with open_house(tmp_path, **options) as house, caplog.at_level(logging.WARNING):
        decision = house.warden.score_account("a-1", house.clock(), Once("k", "d"))
        assert decision.degraded
        assert "STORE_UNAVAILABLE" in codes(decision)
        assert house.store.decision(decision.decision_id) is not None, "it is durable all the same"
        if failing != "find_idempotent":
            scored = campaign(house)
            assert "STORE_UNAVAILABLE" in codes(scored)
            assert "LIST_FACTS_UNKNOWN" not in codes(scored), "not known whether they are unknown"
    assert "deciding without facts" in caplog.text


def test_an_unknown_account_is_not_a_degraded_answer(house: Any) -> None:
    with pytest.raises(UnknownAccount):
        house.warden.score_account("nobody", house.clock())
    with pytest.raises(UnknownAccount):
        campaign(house)


def test_a_store_that_cannot_be_written_is_a_503(
    open_house: Callable[..., Any], serve: Callable[..., Any], tmp_path: Path
) -> None:
    with open_house(tmp_path) as house, serve(house) as api:
        put(house)
        assert api("POST", "/v1/accounts/a-1/score").status_code == 200
        house.store.close()
        answer = api("POST", "/v1/accounts/a-1/score")
        assert answer.status_code == 503
        assert answer.headers["content-type"] == "application/problem+json"
        assert int(answer.headers["retry-after"]) > 0


def test_readiness_needs_a_model(
    open_house: Callable[..., Any], serve: Callable[..., Any], tmp_path: Path
) -> None:
    with open_house(tmp_path, model=Fixed(None)) as house, serve(house) as api:
        assert api.http.get("/readyz").status_code == 503
        assert api.http.get("/healthz").status_code == 200
