"""The queue over the API: bands, reasons and orders; views that are kept; who a case can be given to."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from features.records import Subject
from models.decision import Decision, ReasonGiven, SubjectRef
from service.desk.chain import verify
from service.desk.records import Deed, Person
from service.desk.sign_in import Keys
from service.keys import create_key
from service.stores.contract import PersonChange
from tests.service.conftest import START, Api, serving

RISKS = (0.1, 0.15, 0.3, 0.5, 0.9)


@pytest.fixture(scope="module")
def api(open_house: Callable[..., Any], tmp_path_factory: Any) -> Iterator[Api]:
    """A desk with five cases, two people and two keys that review."""
    with open_house(tmp_path_factory.mktemp("queue")) as house, serving(house) as served:
        for n, risk in enumerate(RISKS):
            hold(house.store, f"q{n}", risk, n)
        for name, gone in (("ann", None), ("gone", START)):
            person = Person(
                name=name, role="reviewer", password_hash="x", created_at=START, disabled_at=gone
            )
            deed = Deed(at=START, actor="test", act="person.add", target=name)
            house.store.record(Keys(b"k" * 32).audit, deed, PersonChange(before=None, after=person))
        served.keys["other"] = create_key(house.store, "other", ["review"], b"o" * 32, START)
        yield served


def hold(store: Any, account: str, risk: float, n: int, decision_id: str = "") -> None:
    codes = ("HARD_BOUNCES", "LIST_SHARED")[: 1 + n % 2]
    store.save_decision(
        Decision(
            decision_id=decision_id or f"d-{account}", subject=SubjectRef(type=Subject.CAMPAIGN, id=f"c-{account}"),
            account_id=account, as_of=START - timedelta(minutes=7 * n % 5), limits=None, risk=risk,
            action="review" if n else "terminate", malicious=0.1, careless=0.1, forecast=None,
            rules=(), policy_version="p", model_version="m", feature_set="f", valid_until=START,
            reasons=tuple(
                ReasonGiven(code=code, family="f", weight=0.5, value=1.0, typical=0.1, message="m", advice="a")
                for code in codes
            ),
        ),
        recipients=100 * (1 + 3 * n % 5),
    )  # fmt: skip


def listed(api: Api, query: str) -> list[dict[str, Any]]:
    answer = api("GET", f"/v1/cases?{query}", "review")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["cases"]
    assert answer.json()["total"] == len(found)
    return found


@pytest.mark.parametrize(("query", "accounts"), [
    ("band=high", {"q3", "q4"}), ("band=mid", {"q1", "q2"}), ("band=low", {"q0"}),
    ("reason=HARD_BOUNCES", {"q0", "q1", "q2", "q3", "q4"}), ("reason=LIST_SHARED", {"q1", "q3"}),
    ("reason=LIST_SHARED&band=high", {"q3"}), ("reason=LIST", set()), ("reason=HARD", set()),
])  # fmt: skip
def test_cases_are_found_by_band_and_reason(api: Api, query: str, accounts: set[str]) -> None:
    assert {case["account_id"] for case in listed(api, query)} == accounts


@pytest.mark.parametrize(("order", "key", "down"), [
    ("harm", "harm_per_minute", True), ("due", "due_at", False), ("age", "opened_at", False),
    ("risk", "risk", True),
])  # fmt: skip
def test_cases_come_in_the_order_asked_for(api: Api, order: str, key: str, down: bool) -> None:
    values = [case[key] for case in listed(api, f"order={order}")]
    assert len(values) == len(RISKS)
    assert all(a >= b if down else a <= b for a, b in pairwise(values))
    pieces = [
        api("GET", f"/v1/cases?order={order}&limit=1&offset={n}", "review").json()["cases"][0][key]
        for n in range(len(RISKS))
    ]
    assert pieces == values


def test_reasons_and_risk_follow_a_case_that_grows(api: Api) -> None:
    house = api.house
    hold(house.store, "grows", 0.2, 1)
    house.store.save_decision(
        Decision(
            decision_id="d-grown", subject=SubjectRef(type=Subject.CAMPAIGN, id="c-grown"), rules=(),
            account_id="grows", as_of=START, action="terminate", limits=None, risk=0.95,
            malicious=0.9, careless=0.0, forecast=None, policy_version="p", model_version="m",
            feature_set="f", valid_until=START, reasons=(),
        )
    )  # fmt: skip
    assert listed(api, "band=high&order=risk")[0]["account_id"] == "grows"
    assert "grows" not in {case["account_id"] for case in listed(api, "reason=LIST_SHARED")}
    case = api("GET", "/v1/cases?account_id=grows", "review").json()["cases"][0]
    done = api(
        "POST", f"/v1/cases/{case['case_id']}/decide", "review", json={"verdict": "careless"}
    )
    assert done.status_code == 200, done.text


@pytest.mark.parametrize("query", [
    "band=none", "order=alphabet", "reason=a", "reason=%00", "reason=A%25", "band=", "reason=" + "A" * 65,
])  # fmt: skip
def test_what_is_no_filter_is_refused(api: Api, query: str) -> None:
    assert api("GET", f"/v1/cases?{query}", "review").status_code == 422


@pytest.mark.parametrize("to", ["\x00", "ann\x00", "nobody", "gone", "x" * 200, "", "\u202e"])
def test_a_case_is_given_to_nobody_who_is_not_there(api: Api, to: str) -> None:
    answer = api("POST", "/v1/cases/d-q2/assign", "review", json={"to": to})
    assert answer.status_code == 422, answer.text
    assert api("GET", "/v1/cases/d-q2", "review").json()["assigned_to"] is None


def test_a_case_is_given_to_who_is_there(api: Api) -> None:
    for to in ("ann", None):
        answer = api("POST", "/v1/cases/d-q2/assign", "review", json={"to": to})
        assert answer.json()["assigned_to"] == to


def test_views_are_ones_own_or_everybodys(api: Api) -> None:
    filters = {"band": "high", "order": "due", "plan": "free ünd"}

    def keep(by: str, name: str, **more: Any) -> Any:
        body = {"name": name, "filters": filters, **more}
        return api("POST", "/v1/case-views", by, json=body)

    def names(by: str) -> list[str]:
        return [view["name"] for view in api("GET", "/v1/case-views", by).json()["views"]]

    own = keep("review", "mine").json()
    assert (own["filters"], own["owner"], own["shared"]) == (filters, "key:review", False)
    assert keep("review", "ours", shared=True).status_code == 403
    shared = keep("admin", "Ours", shared=True).json()
    assert names("review") == ["mine", "Ours"]
    assert names("other") == ["Ours"]
    assert keep("review", " mine ").status_code == 409
    assert api("DELETE", f"/v1/case-views/{shared['view_id']}", "other").status_code == 403
    assert api("DELETE", f"/v1/case-views/{own['view_id']}", "other").status_code == 404
    assert api("DELETE", f"/v1/case-views/{own['view_id']}", "review").status_code == 200
    assert api("DELETE", f"/v1/case-views/{own['view_id']}", "review").status_code == 404
    assert api("DELETE", f"/v1/case-views/{shared['view_id']}", "admin").status_code == 200
    assert names("review") == []
    kept, *_, dropped = [
        entry.deed for entry in api.house.store.entries(limit=1_000) if entry.deed.act.startswith("view.")
    ]  # fmt: skip
    assert (kept.act, kept.after["filters"]) == ("view.keep", "band=high order=due plan=free ünd")
    assert (dropped.act, dropped.before["name"]) == ("view.drop", "Ours")
    assert verify(Keys(b"k" * 32).audit, api.house.store.entries(limit=1_000))


@pytest.mark.parametrize("body", [
    {}, {"name": "x"}, {"name": "", "filters": {}}, {"name": "  ", "filters": {}},
    {"name": "x\x00", "filters": {}}, {"name": "x" * 61, "filters": {}},
    {"name": "x", "filters": {"plan": "\x00"}}, {"name": "x", "filters": {"band": "none"}},
    {"name": "x", "filters": {"other": "1"}}, {"name": "x", "filters": {}, "shared": "yes"},
])  # fmt: skip
def test_views_with_faults_are_refused(api: Api, body: dict[str, Any]) -> None:
    assert api("POST", "/v1/case-views", "review", json=body).status_code == 422


def test_one_keeps_so_many_views(api: Api) -> None:
    for n in range(50):
        body = {"name": f"v{n}", "filters": {}}
        assert api("POST", "/v1/case-views", "other", json=body).status_code == 200
    refused = api("POST", "/v1/case-views", "other", json={"name": "one more", "filters": {}})
    assert refused.status_code == 409
    assert "50" in refused.json()["detail"]
