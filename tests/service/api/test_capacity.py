"""What reviewers can look at, over the API."""

import pytest

from tests.service.conftest import Api


def test_it_is_told_by_threshold_and_reviewers(api: Api, account: str) -> None:
    order = {"account_id": account, "recipients": 555, "stream": "broadcast"}
    api("POST", f"/v1/campaigns/c-{account}/score", json=order)
    api.house.clock.forward(hours=2)
    told = api("GET", "/v1/capacity?reviewers=3&hours=7.5&starts=22", "review").json()
    assert (told["reviewers"], told["hours"], told["starts"]) == (3, 7.5, 22.0)
    assert told["cases"] == 1
    assert len(told["rates"]) == 168
    assert told["threshold"] == 0.87
    (today,) = [one for one in told["thresholds"] if one["is_today"]]
    assert [one["reviewers"] for one in today["waits"]] == [1, 2, 3, 4]
    assert today["cases_a_week"] > 0
    assert api("GET", "/v1/capacity?reviewers=3&hours=7.5&starts=22", "review").json() == told


@pytest.mark.parametrize(
    "query",
    ["reviewers=0", "reviewers=51", "reviewers=1.5", "hours=0", "hours=nan", "hours=1e999",
     "starts=24", "starts=-1", "days_a_week=8", "days=0", "days=x", "nonsense=1"],
)  # fmt: skip
def test_bad_input_is_refused(api: Api, query: str) -> None:
    assert api("GET", f"/v1/capacity?{query}", "review").status_code == 422


def test_only_reviewers_and_leads_are_told(api: Api) -> None:
    for scope, status in (("score", 403), ("ingest", 403), ("review", 200), ("admin", 200)):
        assert api("GET", "/v1/capacity", scope).status_code == status
