"""The queue's page: filters, orders, kept views, and what is done from a row without opening the case."""

from typing import Any
from urllib.parse import urlencode

import pytest
from selectolax.lexbor import LexborHTMLParser

from tests.console.conftest import HOSTILE, Served
from tests.console.readable import faults_of
from tests.console.test_acts_on_the_platform import csrf_of, deeds
from tests.console.test_browser import sign_in
from tests.service.api.test_queue import hold

QUEUE = "/console/queue"
NAMES = ("r0", "r1", "r2")


@pytest.fixture(scope="module", autouse=True)
def held(served: Served) -> None:
    """Three cases, by risk and reasons; the first is due to be cut off."""
    for n, name in enumerate(NAMES):
        hold(served.house.store, name, (0.9, 0.3, 0.05)[n], n)


def rows(text: str) -> list[str]:
    return [node.text() for node in LexborHTMLParser(text).css(".row-link")]


def send(client: Any, path: str, page: str = QUEUE, **form: str) -> Any:
    form["csrf"] = csrf_of(client, page)
    return client.post(path, data=form, follow_redirects=True)


def test_filters_and_orders_are_those_of_the_api(served: Served) -> None:
    with served.browse("vera") as vera:
        for query, wanted in (
            ("band=high", ["r0"]), ("band=mid", ["r1"]), ("reason=LIST_SHARED", ["r1"]),
            ("order=risk", ["r0", "r1", "r2"]), ("band=low&reason=LIST_SHARED", []),
            ("band=none&order=x&reason=%00", None),
        ):  # fmt: skip
            text = vera.get(f"{QUEUE}?{query}").text
            assert (rows(text) == wanted) if wanted is not None else (set(rows(text)) == set(NAMES))
        page = LexborHTMLParser(vera.get(f"{QUEUE}?reason=OTHER_CODE&band=mid").text)
        chosen = [node.text() for node in page.css("option[selected]")]
        assert chosen == ["mid", "OTHER_CODE"]
        assert page.css(".tools, .kept details, [data-row-key]") == []


def test_a_row_is_taken_snoozed_and_given_away(served: Served) -> None:
    back = "?band=mid&order=due"
    with served.browse("bob") as bob:

        def do(act: str, **more: str) -> str:
            answer = send(bob, f"{QUEUE}/row", case_id="d-r1", act=act, back=back, **more)
            assert answer.status_code == 200, answer.text
            assert answer.url.params["band"] == "mid"
            return str(answer.text)

        assert "r1 is bob&#39;s now." in do("mine")
        assert "Give it back" in do("assign", to="bob")
        assert "r1 is nobody&#39;s now." in do("nobody")
        assert "r1 is ann&#39;s now." in do("assign", to=" ann ")
        text = do("4h")
        assert "r1 is snoozed for 4h." in text
        assert rows(text) == []
        assert "that is no act" in do("dance")
        assert do("1h")  # what is snoozed can be snoozed anew
    acts = [act for _, act in deeds(served, "d-r1")]
    assert acts == ["case.snooze"] * 2 + ["case.assign"] * 4


@pytest.mark.parametrize("to", ["nobody", "\x00", "ann\x00", "x" * 500, "\ud800"])
@pytest.mark.parametrize("path", [f"{QUEUE}/row", "/console/cases/d-r2"])
def test_a_case_is_given_to_nobody_who_is_not_there(served: Served, path: str, to: str) -> None:
    with served.browse("bob") as bob:
        form = {"case_id": "d-r2", "act": "assign", "csrf": csrf_of(bob, QUEUE)}
        raw = to.encode("utf-8", "surrogatepass")
        answer = bob.post(path, data={**form, "to": raw})
        assert answer.status_code == 422, answer.text
        assert served.house.store.case("d-r2").assigned_to is None


def test_nothing_is_given_to_who_is_disabled(served: Served) -> None:
    at = served.house.clock.now
    served.desk.sign_in.add("gone", "reviewer", "correct horse battery", "test", at)
    served.desk.sign_in.disable("gone", "test", at)
    with served.browse("bob") as bob:
        assert "gone" not in bob.get(QUEUE).text
        for path in (f"{QUEUE}/row", "/console/cases/d-r2"):
            answer = send(bob, path, case_id="d-r2", act="assign", to="gone")
            assert (answer.status_code, "gone is disabled" in answer.text) == (422, True)


def test_what_another_works_on_is_told_on_the_same_rows(served: Served) -> None:
    with served.browse("ann") as ann, served.browse("bob") as bob:
        send(ann, "/console/cases/d-r0", act="claim")
        answer = send(bob, f"{QUEUE}/row", case_id="d-r0", act="mine", back="?band=high")
        assert "Nothing was done: ann is working on this case." in answer.text
        assert answer.url.path == QUEUE
        assert send(bob, f"{QUEUE}/row", case_id="none", act="mine").status_code == 404
        assert send(bob, f"{QUEUE}/row", case_id="\x00", act="mine").status_code == 404
        send(ann, "/console/cases/d-r0", act="release")


def test_views_are_kept_shared_and_deleted(served: Served) -> None:
    with served.browse("ann") as ann, served.browse("bob") as bob:
        back = f"?band=high&plan={HOSTILE}&page=3&other=1"
        kept = send(ann, f"{QUEUE}/views", act="keep", name=HOSTILE[:60], shared="true", back=back)
        assert kept.status_code == 200
        assert (kept.url.path, kept.url.params["band"]) == (QUEUE, "high")
        own = send(bob, f"{QUEUE}/views", act="keep", name="mine", back="?order=due")
        (view,) = [one for one in served.house.warden.views.seen(KeyOf("bob")) if one.shared]
        assert set(view.filters) == {"band", "plan"}
        page = LexborHTMLParser(own.text)
        names = [node.text(strip=True) for node in page.css("[aria-label='Saved views'] a")]
        assert names == [f"{HOSTILE[:60].strip()}by ann", "mine"]
        assert page.css_first("[aria-label='Saved views'] [aria-current]").text() == "mine"
        assert len(page.css("button[value=drop]")) == 1
        assert send(bob, f"{QUEUE}/views", act="keep", name="all", shared="true").status_code == 403
        assert send(bob, f"{QUEUE}/views", act="drop", view_id=view.view_id).status_code == 403
        again = send(bob, f"{QUEUE}/views", act="keep", name="mine", back="?order=due")
        assert "you have a view called mine already" in again.text
        gone = send(ann, f"{QUEUE}/views", act="drop", view_id=view.view_id)
        assert "is deleted." in gone.text
        assert "by ann" not in bob.get(QUEUE).text
        assert send(bob, f"{QUEUE}/views", act="drop", view_id="\x00").status_code == 404
    with served.browse("vera") as vera:
        form = {"act": "keep", "name": "x", "csrf": csrf_of(vera, QUEUE)}
        assert vera.post(f"{QUEUE}/views", data=form).status_code == 403


class KeyOf:
    """Somebody, as far as views ask who they are."""

    rank = 1

    def __init__(self, name: str) -> None:
        self.name = name


@pytest.mark.browser
def test_rows_are_worked_off_by_keyboard(served: Served, chromium: Any) -> None:
    hold(served.house.store, "k-key", 0.99, 2)
    page = chromium.new_page()
    sign_in(page, served, "bob")
    page.goto(f"{served.url}{QUEUE}?order=risk", wait_until="load")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.textContent") == "k-key"
    page.keyboard.press("a")
    page.wait_for_selector("text=k-key is bob's now.")
    page.keyboard.press("j")
    page.keyboard.press("s")
    assert page.evaluate("document.activeElement.value") == "nobody"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    page.keyboard.press("s")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=k-key is snoozed for 4h.")
    assert page.eval_on_selector_all(".row-link", "all => all.map(e => e.textContent)")[0] == "r0"
    case = served.house.store.case("d-k-key")
    assert (case.assigned_to, case.snoozed_until is not None) == ("bob", True)
    page.close()


def bulk_address(**query: str) -> str:
    return f"{QUEUE}/bulk?{urlencode(query)}"


def test_many_cases_are_shown_and_then_done(served: Served) -> None:
    for n in range(12):
        hold(served.house.store, f"many{n}", 0.6, n + 1)
    ticked = {f"case-d-many{n}": "1" for n in range(12)}
    with served.browse("bob") as bob, served.browse("ann") as ann:
        seen = LexborHTMLParser(bob.get(bulk_address(**ticked)).text)
        tiles = [node.text(separator=" ", strip=True) for node in seen.css(".tile")]
        assert tiles[0].startswith("cases 12 chosen one by one")
        assert len(rows(seen.html)) == 10
        path = bulk_address(**ticked, do="assign", to="bob")
        seen = LexborHTMLParser(bob.get(path).text)
        assert seen.css_first("#would h2").text() == "Assign to bob: 12 would change, 0 would not"
        shown = seen.css_first("[name=shown]").attributes["value"]
        send(ann, "/console/cases/d-many3", act="claim")
        for reason in ("", " \n "):
            refused = send(bob, f"{QUEUE}/bulk", shown=shown, reason=reason)
            assert refused.status_code == 422
        answer = send(bob, f"{QUEUE}/bulk", shown=shown, reason=f"to {HOSTILE}")
        done = LexborHTMLParser(answer.text)
        assert done.css_first("h1").text() == "11 cases changed"
        assert "ann is working on this case" in done.css_first(".why").text()
        assert send(ann, f"{QUEUE}/bulk", shown=shown, reason="x").status_code == 422
        assert send(bob, f"{QUEUE}/bulk", shown="\x00é", reason="x").status_code == 422
        send(ann, "/console/cases/d-many3", act="release")
        assert served.house.store.case("d-many0").assigned_to == "bob"
        (deed,) = deeds(served, "d-many0")
        assert deed == ("bob", "case.assign")


def test_all_that_match_are_meant_by_their_filters(served: Served) -> None:
    for n in range(3):
        hold(served.house.store, f"match{n}", 0.2, n + 1)
    with served.browse("bob") as bob, served.browse("vera") as vera:
        page = LexborHTMLParser(bob.get(f"{QUEUE}?band=mid&order=risk").text)
        to = page.css_first("a[href^='/console/queue/bulk']").attributes["href"]
        text = bob.get(f"{to}&do=decide&verdict=legitimate&in_force=allow").text
        assert {"match0", "match1", "match2"} <= set(rows(text))
        assert "band=mid" in LexborHTMLParser(text).css_first("main").text()
        assert "No case is meant" in bob.get(f"{QUEUE}/bulk").text
        assert "href='/console/queue/bulk" not in vera.get(QUEUE).text
        assert vera.get(to).status_code == 403


@pytest.mark.parametrize(("query", "status"), [
    ({"do": "decide", "verdict": "nice"}, 422), ({"do": "decide", "verdict": "abusive", "in_force": "terminate"}, 403),
    ({"do": "assign", "to": "\x00"}, 422), ({"do": "snooze", "how_long": "9y"}, 422), ({"do": "dance"}, 200),
    ({"case-\x00": "1"}, 200), ({f"case-{n}": "1" for n in range(501)}, 422), ({"all": "no"}, 200),
])  # fmt: skip
def test_what_cannot_be_done_in_bulk_is_refused(
    served: Served, query: dict[str, str], status: int
) -> None:
    with served.browse("bob") as bob:
        assert bob.get(bulk_address(**{"all": "true", **query})).status_code == status


@pytest.mark.browser
def test_many_cases_are_decided_by_keyboard(served: Served, chromium: Any, axe: str) -> None:
    for n in range(3):
        hold(served.house.store, f"z-keys{n}", 0.99, n + 1)
    page = chromium.new_page(reduced_motion="reduce")  # axe would see colours half way
    sign_in(page, served, "bob")
    page.goto(f"{served.url}{QUEUE}?order=risk&reason=LIST_SHARED", wait_until="load")
    for _ in range(2):
        page.keyboard.press("j")
        page.keyboard.press("x")
    assert page.eval_on_selector_all("[data-row-key=x]:checked", "all => all.length") == 2
    page.keyboard.press("b")
    page.wait_for_selector("h1:has-text('Many cases at once')")
    page.select_option("[name=in_force]", "throttle")
    page.focus("[name=verdict]")
    page.keyboard.type("careless")
    for _ in range(3):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("#would")
    assert faults_of(page, axe) == []
    page.focus("textarea")
    page.keyboard.type("bought lists")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("h1:has-text('2 cases changed')")
    assert faults_of(page, axe) == []
    found = [served.house.store.case(f"d-z-keys{n}").outcome for n in range(3)]
    assert sorted(found, key=str) == [None, "careless, throttle", "careless, throttle"]
    page.close()


def test_an_order_that_is_not_chosen_is_named(served: Served) -> None:
    with served.browse("vera") as vera:
        for path, usual in (
            ("queue", "harm"), ("campaigns", "newest"), ("lists", "newest"),
        ):  # fmt: skip
            page = vera.get(f"/console/{path}").text
            order = page.split('<select name="order">')[1].split("</select>")[0]
            assert order.startswith(f'<option value="">{usual}</option>'), path
            assert order.count(f">{usual}<") == 1, path
        assert '<option value="">hard_bounce</option>' in vera.get("/console/accounts").text
