"""One act on many cases over the API: what is done is what was shown, and each case has its own entry."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from service.desk.bulk import MOST, Bulk
from service.desk.bulk_impact import Chosen
from service.desk.bulk_promise import BulkAct
from service.desk.chain import verify
from service.desk.records import Deed, KeyHolder, Person, Role
from service.desk.sign_in import Keys
from service.keys import create_key
from service.stores.contract import PersonChange
from tests.service.api.test_queue import hold
from tests.service.conftest import START, Api, House, serving

KEY = Keys(b"k" * 32).audit


@pytest.fixture(scope="module")
def api(open_house: Callable[..., Any], tmp_path_factory: Any) -> Iterator[Api]:
    """A desk with two keys that review and one person."""
    with open_house(tmp_path_factory.mktemp("bulk")) as house, serving(house) as served:
        ann = Person(name="ann", role="reviewer", password_hash="x", created_at=START)
        deed = Deed(at=START, actor="test", act="person.add", target="ann")
        house.store.record(KEY, deed, PersonChange(before=None, after=ann))
        served.keys["other"] = create_key(house.store, "other", ["review"], b"o" * 32, START)
        yield served


def held(api: Api, name: str, count: int, risk: float = 0.3) -> list[str]:
    """Hold campaigns of accounts called by a name; return the cases."""
    for n in range(count):
        hold(api.house.store, f"{name}{n}", risk, n + 1)
    return [f"d-{name}{n}" for n in range(count)]


def bulk(api: Api, by: str = "review", **body: Any) -> Any:
    return api("POST", "/v1/cases/bulk", by, json=body)


def look(api: Api, by: str = "review", **body: Any) -> Any:
    answer = bulk(api, by, **body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def do(api: Api, shown: str, by: str = "review", reason: str = "known shops") -> Any:
    answer = bulk(api, by, dry_run=False, shown=shown, reason=reason)
    assert answer.status_code == 200, answer.text
    return answer.json()


def state_of(house: House) -> tuple[int, int]:
    return len(house.store.entries(limit=100_000)), house.store.newest_change()


def test_what_is_shown_is_done_as_by_single_verdicts(api: Api) -> None:
    cases, house = held(api, "same", 12), api.house
    before = state_of(house)
    shown = look(api, cases=[*cases, "none"], act="decide", verdict="careless", action="throttle")
    impact = shown["impact"]
    assert (impact["matching"], impact["cases"], impact["accounts"]) == (13, 12, 12)
    assert (impact["by_action"], impact["by_subject"]) == ({"review": 12}, {"campaign": 12})
    assert (impact["would_change"], len(impact["samples"])) == (12, 10)
    assert impact["mails"] == sum(house.store.case(one).mails for one in cases)
    assert {(one["before"], one["after"]) for one in impact["samples"]} == {("nothing", "throttle")}
    assert [one["why"] for one in shown["left_out"]] == ["there is no such case"]
    assert (shown["act"], shown["changed"], shown["bulk_id"]) == ("decide: careless, throttle", None, None)  # fmt: skip
    assert state_of(house) == before, "a dry run changes nothing"
    done = do(api, shown["shown"], reason="  known\n shops of a@b.example ")
    assert (done["changed"], done["left_out"], done["dry_run"]) == (12, [], False)
    for n, case_id in enumerate(cases):
        case = api("GET", f"/v1/cases/{case_id}", "review").json()
        assert (case["decided_by"], case["outcome"]) == ("key:review", "careless, throttle")
        (label,) = house.store.labels(f"same{n}")
        assert (label.verdict, label.action, label.note) == ("careless", "throttle", "known shops of <address>")  # fmt: skip
        deed = house.store.newest_entries(case_id)[0].deed
        assert (deed.act, deed.actor) == ("case.decide", "key:review")
        assert (deed.before["state"], deed.after["state"]) == ("open", "decided")
        assert (deed.after["bulk_id"], deed.after["reason"]) == (done["bulk_id"], label.note)
    (whole,) = house.store.newest_entries(done["bulk_id"])
    assert (whole.deed.act, whole.deed.after["done"]) == ("cases.bulk", 12)
    told = house.store.changes(before[1], 1_000)
    assert {one.account_id for one in told if one.type == "account.standing_changed"} == {
        f"same{n}" for n in range(12)
    }
    assert verify(KEY, house.store.entries(limit=100_000))
    undone = api("POST", f"/v1/cases/{cases[3]}/undo", "review")
    assert (undone.status_code, undone.json()["state"]) == (200, "open")


def test_what_changed_since_it_was_shown_is_left_out_and_told(api: Api) -> None:
    cases = held(api, "moved", 6)
    shown = look(api, cases=cases, act="assign", to="ann")
    assert [(one["before"], one["after"]) for one in shown["impact"]["samples"]] == [("nobody", "ann")] * 6  # fmt: skip
    api("POST", f"/v1/cases/{cases[0]}/decide", "other", json={"verdict": "careless"})
    api("POST", f"/v1/cases/{cases[1]}/assign", "other", json={"to": "ann"})
    api("POST", f"/v1/cases/{cases[2]}/claim", "other")
    hold(api.house.store, "moved3", 0.3, 1, "d-later")  # its account does something else meanwhile
    done = do(api, shown["shown"])
    changed = "it changed since it was shown"
    assert {one["account_id"]: one["why"] for one in done["left_out"]} == {
        "moved0": changed, "moved1": changed, "moved2": "key:other is working on this case",
        "moved3": changed,
    }  # fmt: skip
    assert done["changed"] == 2
    again = do(api, shown["shown"])
    assert (again["changed"], again["bulk_id"]) == (0, done["bulk_id"])
    assert len(again["left_out"]) == 6


def test_what_is_refused_is_told_beforehand(api: Api) -> None:
    cases = held(api, "not", 6)
    api("POST", f"/v1/cases/{cases[0]}/assign", "other", json={"to": "ann"})
    api("POST", f"/v1/cases/{cases[1]}/claim", "other")
    api("POST", f"/v1/cases/{cases[2]}/decide", "other", json={"verdict": "abusive", "action": "terminate"})  # fmt: skip
    api("POST", f"/v1/cases/{cases[3]}/decide", "other", json={"verdict": "careless"})
    shown = look(api, cases=[*cases, cases[5]], act="decide", verdict="careless")
    assert {one["account_id"]: one["why"] for one in shown["left_out"]} == {
        "not0": "it is ann's", "not1": "key:other is working on this case",
        "not2": "a terminate is proposed, which takes a second reviewer; decide it by itself",
        "not3": "key:other decided this case: careless",
    }  # fmt: skip
    assert shown["impact"]["would_change"] == 2
    assert (shown["impact"]["matching"], shown["impact"]["cases"]) == (6, 6)
    led = look(api, "admin", cases=cases[:1], act="assign", to=None)
    assert led["impact"]["samples"][0]["before"] == "ann", "a lead gives away what is another's"
    assert do(api, led["shown"], "admin")["changed"] == 1
    nothing = look(api, cases=cases[:1], act="assign", to=None)
    assert (nothing["shown"], nothing["left_out"][0]["why"]) == (None, "it is nobody's already")


def test_filters_choose_so_many_at_most_and_say_so(api: Api) -> None:
    held(api, "many", 7, risk=0.77)
    filters = {"band": "high", "order": "age"}
    assert look(api, filters={**filters, "reason": "LIST_SHARED"})["impact"]["cases"] == 4
    few = Bulk(api.house.store, KEY, api.house.warden.cases, most=5)
    person, at = KeyHolder(name="key:review", rank=Role.REVIEWER), api.house.clock.now
    found = few.look(Chosen(filters=filters), BulkAct(act="snooze", how_long="4h"), person, at)
    assert (found.matching, len(found.cases), len(found.would)) == (7, 5, 5)
    assert do(api, found.shown)["changed"] == 5
    left = look(api, filters=filters)["impact"]
    assert left["matching"] == 2, "the snoozed ones are not in the view `open`"
    assert look(api, filters={**filters, "view": "all"})["impact"]["matching"] == 7


@pytest.mark.parametrize("body", [
    {}, {"cases": []}, {"cases": ["a"], "filters": {}}, {"cases": ["\x00"], "act": "snooze", "how_long": "1h"},
    {"cases": ["a"] * (MOST + 1)}, {"cases": ["x" * 200]}, {"filters": {"band": "none"}},
    {"filters": {}, "act": "decide"}, {"filters": {}, "act": "assign"}, {"filters": {}, "act": "snooze"},
    {"filters": {}, "act": "dance"}, {"filters": {}, "act": "decide", "verdict": "abusive", "action": "terminate"},
    {"filters": {}, "act": "decide", "verdict": "legitimate", "action": "review"},
    {"filters": {}, "act": "assign", "to": "nobody"}, {"filters": {}, "act": "assign", "to": "\x00"},
    {"filters": {}, "act": "snooze", "how_long": "9y"}, {"filters": {}, "act": "snooze", "how_long": "1h", "verdict": "abusive"},
    {"filters": {}, "reason": "x"}, {"filters": {}, "shown": "x"}, {"dry_run": False}, {"dry_run": 0, "filters": {}},
    {"dry_run": False, "shown": "x"}, {"dry_run": False, "reason": "x"}, {"dry_run": False, "shown": "AAAA", "reason": "x"},
    {"dry_run": False, "shown": "A" * 200_001, "reason": "x"}, {"dry_run": False, "shown": "é", "reason": "x"},
    {"dry_run": False, "shown": "AAAA", "reason": "x", "act": "snooze", "how_long": "1h"},
])  # fmt: skip
def test_bodies_with_faults_are_refused(api: Api, body: dict[str, Any]) -> None:
    before = state_of(api.house)
    answer = bulk(api, **body)
    assert answer.status_code == 422, answer.text
    assert state_of(api.house) == before


def test_more_ids_than_a_body_holds_are_refused(api: Api) -> None:
    assert bulk(api, cases=["d-1"] * 10**6).status_code == 413


def test_only_what_was_shown_here_to_oneself_lately_is_done(api: Api) -> None:
    cases = held(api, "seal", 2)
    shown = look(api, cases=cases, act="snooze", how_long="1h")["shown"]
    assert cases[0] not in shown
    for text, by, status in (
        (shown[:-2] + ("AA" if shown[-2:] != "AA" else "BB"), "review", 422), (shown[:40], "review", 422),
        (shown, "other", 422), (shown, "score", 403),
    ):  # fmt: skip
        assert bulk(api, by, dry_run=False, shown=text, reason="x").status_code == status
    for reason in ("   ", "\u200b"):
        assert bulk(api, dry_run=False, shown=shown, reason=reason).status_code == 422
    api.house.clock.forward(minutes=61)
    late = bulk(api, dry_run=False, shown=shown, reason="x")
    assert (late.status_code, "more than an hour ago" in late.json()["detail"]) == (409, True)
    assert all(api.house.store.case(one).snoozed_until is None for one in cases)
