"""A page that stays open for a day neither grows nor stalls, in the browser and on the server.

A day is 96 streams of 15 minutes; here 30 and more last a quarter of a second and come back at once.
"""

import gc
import threading
import time
import tracemalloc
from collections.abc import Iterator
from typing import Any, Final

import pytest

from features.records import Event, EventType
from service.console.live import Live
from service.desk.records import KeyHolder, Role
from tests.console.conftest import Served
from tests.console.test_browser import sign_in
from tests.console.test_live import listen

BOB: Final = KeyHolder(name="bob", rank=Role.REVIEWER)
STREAMS: Final = 30


@pytest.fixture
def hurried(served: Served) -> Iterator[Served]:
    """The console with streams that look often and end soon."""
    console = served.app.state.console
    usual = console._stream
    console._stream = Live(console.desk, served.house.clock, 0.03, life_s=0.25, retry_ms=20)
    yield served
    console._stream = usual


def _until_more(asked: list[str], page: Any) -> None:
    """Wait until the page has opened another stream."""
    so_far = len(asked)
    for _ in range(1_200):
        if len(asked) > so_far:
            return
        page.wait_for_timeout(50)
    raise AssertionError("no stream was opened in a minute")


def _measure(session: Any) -> dict[str, float]:
    """Return what the page holds once its garbage is gone."""
    for _ in range(2):
        session.send("HeapProfiler.collectGarbage")
    metrics = session.send("Performance.getMetrics")["metrics"]
    return {one["name"]: one["value"] for one in metrics}


@pytest.mark.slow
@pytest.mark.browser
def test_a_page_does_not_grow_with_streams_and_news(hurried: Served, chromium: Any) -> None:
    case_id = hurried.hold("day-1")
    warden, at = hurried.house.warden, hurried.house.clock.now
    page = chromium.new_page()
    sign_in(page, hurried, "ann")
    asked, parts = list[str](), list[str]()
    page.on("request", lambda r: asked.append(r.url) if "/live" in r.url else None)
    page.on("response", lambda r: parts.append(r.url) if "/evidence" in r.url else None)
    page.goto(f"{hurried.url}/console/cases/{case_id}")
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")

    def news(number: int) -> None:
        """Change everything that the page is told of."""
        act = warden.cases.claim if number % 2 == 0 else warden.cases.release
        act(case_id, BOB, at)
        sent = Event(event_id=f"n-{number}", type=EventType.SENT, account_id="day-1", campaign_id="c-day-1", occurred_at=at)  # fmt: skip
        warden.ingest([sent], at)

    def live(streams: int) -> None:
        wanted, number = len(asked) + streams, 0
        while len(asked) < wanted:
            news(number)
            number += 1
            _until_more(asked, page)
        if number % 2:  # leave the case as it was found
            news(number)

    live(10)
    before = _measure(session)
    live(STREAMS)
    page.wait_for_timeout(500)
    after = _measure(session)
    grown = {name: after[name] - before[name] for name in ("Nodes", "JSEventListeners", "JSHeapUsedSize")}  # fmt: skip
    assert grown["Nodes"] < 100, grown
    assert grown["JSEventListeners"] < 20, grown
    assert grown["JSHeapUsedSize"] < 500_000, grown
    assert len(parts) >= 12, "the evidence was to be shown anew"
    assert page.inner_text("#live-said").count("Load it again") == 1
    # It still hears what happens, and one stream is all that the page has open.
    assert hurried.app.state.console.streams_open <= 2
    hurried.hold("day-2")
    page.wait_for_selector("[data-live=queue]:text-is('2')")
    page.close()
    assert hurried.streams_open() == 0


def test_the_server_keeps_nothing_of_streams_that_came_and_went(hurried: Served) -> None:
    case_id = hurried.hold("day-3")
    with hurried.browse("vera") as vera:
        for _ in range(20):
            listen(vera, case_id, 1)
        tracemalloc.start()
        threads = threading.active_count()
        gc.collect()
        before, _ = tracemalloc.get_traced_memory()
        for _ in range(2 * STREAMS):
            listen(vera, case_id, 3)
        assert hurried.streams_open() == 0
        gc.collect()
        after, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert threading.active_count() <= threads + 2
    assert after - before < 300_000, f"{after - before:,} bytes after {2 * STREAMS} streams"


def test_a_page_that_does_not_read_holds_up_nobody(hurried: Served) -> None:
    case_id = hurried.hold("day-4")
    with (
        hurried.browse("vera") as vera,
        hurried.browse("bob") as bob,
        vera.stream("GET", f"/console/live?case={case_id}", timeout=10),
    ):
        started = time.monotonic()
        assert listen(bob, case_id, 3)
        assert bob.get("/console/queue").status_code == 200
        assert time.monotonic() - started < 10
