"""Sources over the API: counted as they come, refused ones without a write each, silence by a stated rule."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from features.sources.source import Way
from service.sources import Refusals, sources, view_sources
from service.stores.contract import SourceCount
from service.webhooks.doorkeeper import Doorkeeper
from tests.service.conftest import START, House

EVENT = {"type": "sent", "account_id": "a", "occurred_at": "2026-11-23T09:00:00Z"}


def one(api: Any, name: str, scope: str = "review") -> dict[str, Any]:
    answer = api("GET", "/v1/sources", scope)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = {s["source"]: s for s in answer.json()["sources"]}
    assert len(found) == len(sources())
    return dict(found[name])


def test_what_comes_is_counted_by_source(api: Any) -> None:
    rows = [EVENT | {"event_id": f"s{n}"} for n in range(3)]
    api("POST", "/v1/events", json=[*rows, {"type": "bad"}])
    api("POST", "/v1/events", json=rows)
    found = one(api, "canonical", "ingest")
    week = {name: count for name, count in found["week"].items() if count}
    assert week == {"payloads": 2, "accepted": 3, "duplicates": 3, "rejected": 1}
    assert found["days"] == [0, 0, 0, 0, 0, 0, 3]
    assert found["last_event_at"] == "2026-11-23T10:00:00Z"
    assert found["fault"]
    assert (found["silent"], found["signature"]) == (False, "none")


def test_what_cannot_be_read_is_counted_without_its_addresses(api: Any) -> None:
    before = one(api, "postmark")["week"]["unreadable"]
    bad = api("POST", "/v1/events/postmark", content=b"joe@home.example {")
    assert bad.status_code == 422
    found = one(api, "postmark")
    assert found["week"]["unreadable"] == before + 1
    assert found["fault"]
    assert "joe@" not in found["fault"]
    assert found["last_event_at"] is None


@pytest.mark.parametrize(
    ("scope", "path", "status"),
    [("score", "/v1/sources", 403), ("review", "/v1/sources?x=1", 422), ("ingest", "/v1/sources", 200)],
)  # fmt: skip
def test_who_may_ask(api: Any, scope: str, path: str, status: int) -> None:
    assert api("GET", path, scope).status_code == status


def test_receivers_are_shown_without_what_their_urls_hold(api: Any) -> None:
    for url in ("https://esp.example/hook?token=s3cret", "mailto:abuse@esp.example"):
        assert api("POST", "/v1/webhooks", json={"url": url}).status_code == 200
    answer = api("GET", "/v1/sources", "review")
    assert "s3cret" not in answer.text
    assert "abuse@" not in answer.text
    assert {one["host"] for one in answer.json()["receivers"]} == {
        "esp.example",
        "mail to esp.example",
    }


def test_a_webhook_that_is_refused_is_counted(
    open_house: Callable[..., Any], serve: Callable[..., Any], tmp_path: Any
) -> None:
    door = Doorkeeper({"mailgun": "key"})
    with open_house(tmp_path) as house, serve(house, doorkeeper=door) as api:
        for _ in range(30):
            assert api.http.post("/v1/events/mailgun", json={}).status_code == 401
        rows = house.store.source_days(0)
        assert [row.count.refused for row in rows] == [1], "the others wait: no write for each"
        found = one(api, "mailgun")
        assert (found["week"]["refused"], found["signature"]) == (30, "required")
        assert found["last_event_at"] is None
        assert one(api, "sendgrid")["signature"] == "possible"
        assert api.http.post("/v1/events/pigeons", json={}).status_code == 401
        assert {row.count.source for row in house.store.source_days(0)} == {"mailgun"}


def test_refusals_that_wait_are_stored_when_the_server_ends(house: House) -> None:
    refuse = Refusals(house.store)
    for second in range(12):
        refuse("ses", "forged", START + timedelta(seconds=second))
    assert sum(day.count.refused for day in house.store.source_days(0)) == 11
    refuse.flush()
    refuse.flush()
    assert sum(day.count.refused for day in house.store.source_days(0)) == 12


def heard_of(house: House, name: str, a_day: int, days: int = 7) -> None:
    for day in range(days):
        count = SourceCount(source=name, accepted=a_day)
        house.store.count_source(count, START - timedelta(days=day))


@pytest.mark.parametrize(
    ("a_day", "days", "hours", "silent"),
    [
        (100, 7, 11, False),  # not long enough, whatever is expected
        (100, 7, 13, True),
        (10, 7, 40, False),  # 17 expected
        (10, 7, 60, True),
        (1, 7, 24 * 15, False),
        (1, 7, 24 * 25, True),
        (100, 1, 13, True),  # heard of for a day
        (2, 1, 24 * 8, False),
    ],
)
def test_silence_is_what_the_days_before_make_unlikely(
    house: House, a_day: int, days: int, hours: int, silent: bool
) -> None:
    heard_of(house, "ses", a_day, days)
    found = view_sources(house.store, Doorkeeper({}), START + timedelta(hours=hours))
    view = next(view for view in found.sources if view.source.name == "ses")
    assert view.silent is silent
    assert view.expected == pytest.approx(a_day * hours / 24)
    assert (found.sources[0] is view) or not silent, "the silent come first"


def test_every_source_has_its_way() -> None:
    ways = {way: {n for n, s in sources().items() if s.way is way} for way in Way}
    assert ways[Way.OWN] == {"canonical"}
    assert ways[Way.LOG] == {"postfix", "exim", "kumomta", "haraka"}
    assert ways[Way.MAIL] == {n for n, s in sources().items() if s.whole}
