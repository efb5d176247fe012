"""Logged vectors against recomputed ones: equal as they are, and a planted skew is named."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from msgspec import structs

from features.catalogue import load_catalogue
from features.records import Account, Event, EventType, Stream
from features.tiles import account_key
from features.windows import Grain
from sendwarden.skew import TooLongAgo, skew_of, span_of
from tests.service.conftest import START, bundle, catalogue, house, made_sqlite, open_house, policy  # noqa: F401

KINDS = (EventType.SENT, EventType.DELIVERED, EventType.HARD_BOUNCE, EventType.OPEN)


def busy(house: Any) -> list[Any]:  # noqa: F811
    """Three days of mail of two accounts to several providers, with decisions in between."""
    made, warden = [], house.warden
    for name in ("a", "b"):
        warden.put_account(Account(account_id=name, created_at=START), house.clock.now)
    for step in range(36):
        at = house.clock.forward(minutes=7 + 117 * (step % 3))
        for name in ("a", "b"):
            events = [
                Event(
                    event_id=f"{name}{step}{kind}{n}", type=kind, account_id=name, occurred_at=at,
                    mailbox_provider=("gmail", "yahoo", None)[n % 3], sending_ip="192.0.2.1",
                )
                for kind in KINDS
                for n in range(1 + (step * 7 + len(kind)) % 9)
            ]  # fmt: skip
            warden.ingest(events, at)
        if step % 4 == 0:
            made.append(warden.score_account("a", at))
            made.append(
                warden.score_campaign(f"c{step}", "b", 900, Stream.BROADCAST, [], None, None, at)
            )
    return made


def test_what_was_logged_is_what_the_tiles_give(house: Any) -> None:  # noqa: F811
    made = busy(house)
    until = house.clock.now + timedelta(seconds=1)
    found = skew_of(house.store, load_catalogue(), until - timedelta(hours=47), until)
    recent = [d for d in made if d.as_of >= until - timedelta(hours=47)]
    assert found.differences == []
    assert found.decisions >= len(recent) > 5
    assert found.values > 150 * found.decisions
    assert not {"device_peers", "hard_bounce_rate_24h", "hard_bounce_rate_1h"} & {
        *found.left_out["account"]
    }


def test_a_planted_skew_is_named(house: Any) -> None:  # noqa: F811
    busy(house)
    until = house.clock.now + timedelta(seconds=1)
    hour = Grain.HOUR.slot(int(house.clock.now.timestamp())) - 5
    changed = sa.text(
        "UPDATE tiles SET hard_bounce = hard_bounce + 1 WHERE entity = :e AND grain = 3600 AND slot <= :s"
    )
    house.store.write(lambda c: c.execute(changed, {"e": account_key("a"), "s": hour}))
    found = skew_of(house.store, load_catalogue(), until - timedelta(hours=20), until)
    features = {one.feature for one in found.differences}
    assert "hard_bounce_rate_24h" in features
    assert not {"click_rate_24h", "open_rate_24h"} & features
    first = found.differences[0]
    assert first.subject == "account"
    assert first.logged != first.computed


@pytest.mark.parametrize(
    ("day", "since"),
    [(25, datetime(2026, 11, 25, tzinfo=UTC)), (24, datetime(2026, 11, 24, 7, tzinfo=UTC))],
)
def test_of_a_day_only_what_has_tiles_is_compared(day: int, since: datetime) -> None:
    midnight = datetime(2026, 11, day, tzinfo=UTC)
    span = span_of(midnight, datetime(2026, 11, 26, 5, tzinfo=UTC))
    assert span == (since, midnight + timedelta(days=1))


def test_a_day_without_tiles_is_refused_not_found_equal() -> None:
    with pytest.raises(TooLongAgo, match="2026-11-23"):
        span_of(datetime(2026, 11, 23, tzinfo=UTC), datetime(2026, 11, 26, 0, tzinfo=UTC))


def test_decisions_of_other_features_are_not_found_equal(house: Any) -> None:  # noqa: F811
    made = busy(house)[-1]
    at = house.clock.forward(hours=1)
    older = structs.replace(made, decision_id="older", feature_set="of another version", as_of=at)
    house.store.save_decision(older)
    until = at + timedelta(seconds=1)
    assert skew_of(house.store, load_catalogue(), at, until).nothing_compared
    assert not skew_of(
        house.store, load_catalogue(), at - timedelta(hours=20), until
    ).nothing_compared


def test_what_was_not_read_is_told(house: Any) -> None:  # noqa: F811
    busy(house)
    until = house.clock.now + timedelta(seconds=1)
    since = until - timedelta(hours=20)
    assert skew_of(house.store, load_catalogue(), since, until, most=3).cut_off
    assert not skew_of(house.store, load_catalogue(), since, until).cut_off
