"""Reviewers over the API: nobody can tell a second look from any case, leads settle, keys see no more."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from models.policy import Policy
from models.policy.audits import Audit
from service.desk.bulk_impact import Chosen
from service.desk.bulk_promise import BulkAct, mark_of
from service.desk.records import KeyHolder, Role
from service.desk.second_looks import GIVEN_UP_AFTER, UNDO_WITHIN
from service.keys import create_key
from service.live import Fixed
from tests.service.conftest import START, Api, House

MESSAGE = "From: a@shop.example\nSubject: Offer\n\nHello"


@pytest.fixture(scope="module")
def api(
    open_house: Callable[..., Any], serve: Callable[..., Any], policy: Policy, tmp_path_factory: Any
) -> Iterator[Api]:
    """A server on which every decided case is looked at again."""
    everything = replace(policy, audit=Audit(0.0, 0.0, second_looks=1.0))
    folder = tmp_path_factory.mktemp("reviewers")
    with open_house(folder, policy=Fixed(everything)) as house, serve(house) as served:
        for number, name in enumerate(("bob", "cat")):
            key = create_key(house.store, name, ["review"], bytes([77 + number]) * 32, START)
            served.keys[name] = key
        yield served


def hold(api: Api, account: str) -> str:
    """Put an account and hold a campaign of it; return its case."""
    put = api("PUT", f"/v1/accounts/{account}", json={"created_at": "2026-01-01T00:00:00Z"})
    assert put.status_code == 200, put.text
    order = {"account_id": account, "recipients": 555, "stream": "broadcast", "message": MESSAGE}
    scored = api("POST", f"/v1/campaigns/c-{account}/score", json=order)
    assert scored.json()["action"] == "review", scored.text
    (case,) = api("GET", f"/v1/cases?account_id={account}", scope="review").json()["cases"]
    return str(case["case_id"])


def decide(api: Api, case_id: str, by: str, verdict: str = "careless", **more: str) -> Any:
    return api("POST", f"/v1/cases/{case_id}/decide", by, json={"verdict": verdict, **more})


def turn(house: House) -> None:
    house.clock.forward(minutes=UNDO_WITHIN / timedelta(minutes=1))
    house.store.turn_looks(house.clock.now)


def told_of(api: Api, case_id: str, account: str, by: str) -> dict[str, Any]:
    """Return all that a reviewer's key is told of a case, without ids and times that are its own."""
    asked = (
        f"/v1/cases/{case_id}", f"/v1/cases/{case_id}/insight", f"/v1/cases?account_id={account}",
        f"/v1/cases?account_id={account}&state=decided", f"/v1/cases?account_id={account}&state=all",
        f"/v1/cases/{case_id}/message", f"/v1/decisions/{case_id}/label",
        f"/v1/decisions/{case_id}", f"/v1/accounts/{account}/ties",
    )  # fmt: skip
    found = {}
    for path in asked:
        answer = api("GET", path, by)
        text = json.dumps([answer.status_code, answer.json()])
        found[path.replace(case_id, "CASE").replace(account, "ACCOUNT")] = text.replace(
            case_id, "CASE"
        ).replace(account, "ACCOUNT")
    rows = api("GET", "/v1/accounts?limit=500", by).json()["accounts"]
    (row,) = [one for one in rows if one["account_id"] == account]
    found["row"] = json.dumps(row).replace(account, "ACCOUNT")
    return found


def test_a_second_look_cannot_be_told_from_any_other_case(api: Api) -> None:
    again, plain = hold(api, "x-again"), hold(api, "x-plain")
    before = told_of(api, again, "x-again", "cat")
    assert api("POST", f"/v1/cases/{again}/claim", "bob").status_code == 200
    decided = decide(api, again, "bob", "legitimate", action="allow", category="other", note="ok")
    assert decided.json()["outcome"] == "legitimate, allow"
    assert told_of(api, again, "x-again", "cat") != before  # everybody may know it until it opens
    turn(api.house)
    # It is what it was when nobody had looked yet, to everybody but the first.
    assert told_of(api, again, "x-again", "cat") == before
    for name, count in (("cat", 0), ("bob", 1)):
        by_verdict = api("GET", "/v1/accounts?verdict=legitimate", name).json()["accounts"]
        assert [one["account_id"] for one in by_verdict].count("x-again") == count
    # What is in force is what it was: the pipeline is answered by the first verdict.
    assert api("GET", "/v1/accounts/x-again").json()["standing"]["action"] == "allow"
    # Who decided it first is told nothing, either.
    assert api("GET", f"/v1/cases/{again}", "bob").json() == decided.json()
    seen = api("GET", "/v1/cases?account_id=x-again&state=decided", "bob").json()
    assert [case["case_id"] for case in seen["cases"]] == [again]
    assert api("GET", "/v1/cases?account_id=x-again", "bob").json()["total"] == 0
    assert api("GET", f"/v1/cases/{again}/message", "bob").status_code == 404
    refused = decide(api, again, "bob", "careless")
    assert refused.status_code == 409
    assert refused.json()["detail"] == "key:bob decided this case: legitimate, allow"
    # Both are answered alike when they are decided.
    answers = [
        decide(api, one, "cat", "careless", action="throttle").json() for one in (again, plain)
    ]
    for answer in answers:
        assert (answer["decided_by"], answer["outcome"]) == ("key:cat", "careless, throttle")
    assert api("GET", f"/v1/cases/{again}", "cat").json()["decided_by"] == "key:cat"
    assert api("GET", f"/v1/cases/{again}", "review").json()["decided_by"] == "key:bob"
    assert api("GET", "/v1/accounts/x-again").json()["standing"]["action"] == "allow"


def test_a_lead_settles_what_two_judged_differently(api: Api) -> None:
    case_id = hold(api, "y-1")
    decide(api, case_id, "bob", "abusive", action="throttle", category="phishing")
    turn(api.house)
    assert decide(api, case_id, "cat", "legitimate").status_code == 200
    told = api("GET", "/v1/second-looks").json()["second_looks"]
    (one,) = [look for look in told if look["case_id"] == case_id]
    assert (one["first"]["verdict"], one["second"]["verdict"]) == ("abusive", "legitimate")
    assert (one["chance"], one["state"]) == (1.0, "disagreed")
    settle = f"/v1/second-looks/{case_id}/settle"
    for body, status in (
        ({"verdict": "fine"}, 422), ({}, 422), ({"verdict": "abusive", "action": "terminate"}, 422),
        ({"verdict": "legitimate", "action": "throttle"}, 422),
    ):  # fmt: skip
        assert api("POST", settle, json=body).status_code == status, body
    assert api("POST", settle, "review", json={"verdict": "careless"}).status_code == 403
    done = api("POST", settle, json={"verdict": "legitimate", "note": "asked them"})
    assert done.status_code == 200, done.text
    assert done.json()["settled"]["by"] == "key:admin"
    assert api("POST", settle, json={"verdict": "legitimate"}).status_code == 409
    # The word is a label that counts more than the first, and lifts what that put in force.
    label = api("GET", f"/v1/decisions/{case_id}/label", "review").json()
    assert (label["verdict"], label["source"]) == ("legitimate", "settled")
    assert api("GET", "/v1/accounts/y-1").json()["standing"]["action"] != "throttle"
    acts = [entry.deed.act for entry in api.house.store.newest_entries(case_id)]
    assert acts == ["case.settle", "case.look_again", "case.decide"]


def test_reviewers_are_told_with_intervals_and_pace(api: Api) -> None:
    since = api.house.clock.now
    for number, second in enumerate(("careless", "careless", "abusive")):
        case_id = hold(api, f"z-{number}")
        api("POST", f"/v1/cases/{case_id}/claim", "bob")
        api.house.clock.forward(minutes=4)
        decide(api, case_id, "bob", "careless", category="stale list")
        turn(api.house)
        decide(api, case_id, "cat", second)
    told = api("GET", "/v1/reviewers?days=1").json()
    assert told["second_look_share"] == 1.0
    rows = {row["name"]: row for row in told["reviewers"]}
    assert rows["key:bob"]["pace"]["median_minutes"] == 4.0
    assert rows["key:bob"]["pace"]["timed"] >= 3
    stale = told["by_category"]["stale list"]
    assert (stale["pairs"], stale["agreed"]) == (3, 2)
    assert stale["low"] < stale["share"] < stale["high"]
    assert told["by_subject"]["campaign"]["pairs"] == told["agreement"]["pairs"]
    assert rows["key:cat"]["verdicts"] >= 3
    assert since < api.house.clock.now


@pytest.mark.parametrize("path", ["/v1/reviewers", "/v1/second-looks"])
def test_only_leads_are_told(api: Api, path: str) -> None:
    for scope in ("review", "score", "ingest", "bob"):
        assert api("GET", path, scope).status_code == 403
    assert api("GET", path).status_code == 200
    assert api("GET", f"{path}?nonsense=1").status_code == 422


def test_bad_input_is_refused(api: Api) -> None:
    for path in ("/v1/reviewers?days=0", "/v1/reviewers?days=x", "/v1/second-looks?limit=0"):
        assert api("GET", path).status_code == 422
    body = {"verdict": "careless"}
    assert api("POST", "/v1/second-looks/none/settle", json=body).status_code == 404
    case_id = hold(api, "w-1")
    assert api("POST", f"/v1/second-looks/{case_id}/settle", json=body).status_code == 409


def test_a_verdict_or_an_appeal_from_outside_ends_a_second_look(api: Api) -> None:
    for account, act in (("v-1", "verdict"), ("v-2", "appeal")):
        case_id = hold(api, account)
        decide(api, case_id, "bob", "careless", action="throttle")
        turn(api.house)
        if act == "verdict":
            body = {"verdict": "legitimate"}
            assert api("POST", f"/v1/decisions/{case_id}/verdict", json=body).status_code == 200
        else:
            plea = {"cause": "a", "change_made": "b", "prevention": "c"}
            made = api("POST", f"/v1/decisions/{case_id}/appeal", json=plea).json()
            judged = api(
                "POST",
                f"/v1/appeals/{made['appeal_id']}/judge",
                "cat",
                json={"outcome": "overturned"},
            )
            assert judged.json()["against"] == "key:bob"
        case = api.house.store.case(case_id)
        assert case is not None
        assert (case.state, case.look) == ("decided", None)
        api.house.clock.forward(days=GIVEN_UP_AFTER.days)
        assert api.house.store.turn_looks(api.house.clock.now) >= 0
        assert api.house.store.case(case_id) == case


def test_a_second_look_among_many_cannot_be_told_from_the_others(api: Api) -> None:
    again, plain = hold(api, "z-again"), hold(api, "z-plain")
    cat = KeyHolder(name="key:cat", rank=Role.REVIEWER)

    def looked() -> Any:
        act = BulkAct(act="decide", verdict="careless", action="throttle")
        found = api.house.warden.bulk.look(Chosen((again, plain)), act, cat, api.house.clock.now)
        marks = [mark_of(case) for case in found.cases]
        return marks, [(one.before, one.after) for one in found.samples], found.refused

    before = looked()
    decide(api, again, "bob", "legitimate", action="allow")
    turn(api.house)
    assert looked() == before
    body = {"cases": [again, plain], "act": "decide", "verdict": "careless", "action": "throttle"}
    shown = api("POST", "/v1/cases/bulk", "cat", json=body).json()
    first, second = (
        json.dumps(one).replace(case_id, "CASE").replace(name, "ACCOUNT")
        for one, case_id, name in zip(shown["impact"]["samples"], (again, plain), ("z-again", "z-plain"), strict=True)
    )  # fmt: skip
    assert first == second
    refused = api("POST", "/v1/cases/bulk", "bob", json=body).json()["left_out"]
    assert [one["why"] for one in refused] == ["key:bob decided this case: legitimate, allow"]
    sent = {"dry_run": False, "shown": shown["shown"], "reason": "alike"}
    assert api("POST", "/v1/cases/bulk", "cat", json=sent).json()["changed"] == 2
    look = api.house.store.case(again).look
    assert (look.second.by, look.second.note) == ("key:cat", "alike")
    assert api("GET", "/v1/accounts/z-again").json()["standing"]["action"] == "allow"
    assert api("GET", "/v1/accounts/z-plain").json()["standing"]["action"] == "throttle"
    deed = api.house.store.newest_entries(again)[0].deed
    assert (deed.act, deed.after["reason"]) == ("case.look_again", "alike")
