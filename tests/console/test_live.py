"""Pages that stay open: told what others do, picked up where they were left, let go when they go."""

import json
import threading
import time
from typing import Any

import httpx
import pytest

from service.desk.records import KeyHolder, Role
from tests.console.conftest import Served
from tests.console.test_browser import sign_in

ANN = KeyHolder(name="ann", rank=Role.LEAD)


def listen(client: httpx.Client, case_id: str, topics: int, last: str | None = None) -> list[Any]:
    """Read so many events: (topic, id, data)."""
    headers = {"Last-Event-ID": last} if last is not None else {}
    found, event = [], dict[str, str]()
    url = f"/console/live?case={case_id}"
    with client.stream("GET", url, headers=headers, timeout=10) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        for line in answer.iter_lines():
            name, _, value = line.partition(": ")
            if not line and "data" in event:
                found.append((event["event"], event["id"], json.loads(event["data"])))
                event = {}
            elif name in ("id", "event", "data"):
                event[name] = value
            if len(found) == topics:
                return found
    raise AssertionError(f"the stream ended after {found}")


def test_a_stream_says_what_changed_since_it_was_left(served: Served) -> None:
    case_id = served.hold("live-1")
    with served.browse("bob") as bob:
        first = listen(bob, case_id, 3)
        assert [topic for topic, *_ in first] == ["queue", "case", "release"]
        served.house.warden.cases.claim(case_id, ANN, served.house.clock.now)
        ((topic, _, data),) = listen(bob, case_id, 1, last=first[-1][1])
        assert (topic, data["said"]) == ("case", "ann has claimed this case.")
        assert data["version"] == first[1][2]["version"] + 1


@pytest.mark.parametrize("last", ["", "x", "queue=,,=" + "9" * 3_000])  # fmt: skip
def test_any_last_event_id_is_a_fresh_start(served: Served, last: str) -> None:
    with served.browse("vera") as vera:
        assert listen(vera, "none", 1, last=last)[0][0] == "queue"


def test_a_stranger_hears_nothing(served: Served) -> None:
    answer = httpx.get(f"{served.url}/console/live")
    assert (answer.status_code, answer.content) == (401, b"")


def test_streams_that_go_leave_nothing_behind(served: Served) -> None:
    with served.browse("vera") as vera:
        listen(vera, "", 1)
        before = threading.active_count()
        for _ in range(30):
            listen(vera, "", 1)
        for _ in range(50):
            if threading.active_count() <= before + 2:
                break
            time.sleep(0.1)
        assert threading.active_count() <= before + 2
        assert served.streams_open() == 0


@pytest.mark.browser
def test_an_open_page_hears_that_somebody_else_took_the_case(served: Served, chromium: Any) -> None:
    case_id = served.hold("live-2")
    page = chromium.new_page()
    sign_in(page, served, "bob")
    page.goto(f"{served.url}/console/cases/{case_id}")
    page.wait_for_selector("[data-live=queue]:not([hidden])")
    assert page.is_hidden("#live-said")
    served.house.warden.cases.claim(case_id, ANN, served.house.clock.now)
    page.wait_for_selector("#live-said:has-text('ann has claimed this case')")
    page.click("#live-said a")
    page.wait_for_selector("text=ann is working on this case")
    page.close()
