"""Tables of campaigns and lists over the API, and one of each."""

from typing import Any

import pytest

from tests.service.conftest import Api, account, account_id, api  # noqa: F401


@pytest.fixture
def scored(api: Api, account: str) -> str:  # noqa: F811
    """An account with two campaigns and a list; its id."""
    for number, size in ((1, 500), (2, 90_000)):
        body = {"account_id": account, "recipients": size, "stream": "broadcast"}
        assert api("POST", f"/v1/campaigns/c{number}-{account}/score", json=body).status_code == 200
    rows = "email\n" + "\n".join(f"anna{n}@firma.nl" for n in range(50))
    answer = api(
        "POST",
        f"/v1/accounts/{account}/lists/newsletter/imports?source=form", content=rows.encode(),
        headers={"content-type": "text/csv"},
    )  # fmt: skip
    assert answer.status_code == 200, answer.text
    return account


def get(api: Api, path: str, **params: Any) -> Any:  # noqa: F811
    answer = api("GET", path, params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_campaigns_are_listed_with_their_mail(api: Api, scored: str) -> None:  # noqa: F811
    found = get(api, "/v1/campaigns", account_id=scored, order="size")["campaigns"]
    assert [one["recipients"] for one in found] == [90_000, 500]
    first = found[0]
    assert first["campaign_id"] == f"c2-{scored}"
    assert first["counts"]["sent"] == 0
    assert first["hard_bounce_rate"] is None
    one = get(api, f"/v1/accounts/{scored}/campaigns/{first['campaign_id']}")
    assert one["campaign"] == first
    assert [d["decision_id"] for d in one["decisions"]] == [first["decision_id"]]


def test_a_page_leads_to_the_next(api: Api, scored: str) -> None:  # noqa: F811
    first = get(api, "/v1/campaigns", account_id=scored, limit=1)
    second = get(api, "/v1/campaigns", account_id=scored, limit=1, cursor=first["next_cursor"])
    ids = [one["campaign_id"] for page in (first, second) for one in page["campaigns"]]
    assert ids == [f"c2-{scored}", f"c1-{scored}"]
    assert second["next_cursor"] is None


def test_lists_are_listed_with_their_newest_import(api: Api, scored: str) -> None:  # noqa: F811
    (found,) = get(api, "/v1/lists", account_id=scored)["lists"]
    assert found["list_id"] == "newsletter"
    assert (found["newest"]["rows"], found["addresses"]) == (50, 50)
    one = get(api, f"/v1/accounts/{scored}/lists/newsletter")
    assert one["listed"] == found
    assert len(one["imports"]) == len(one["decisions"]) == 1
    assert all(other["account_id"] != scored for other in one["overlaps"])


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/campaigns?order=name", 422), ("/v1/campaigns?least_risk=2", 422),
        ("/v1/campaigns?limit=0", 422), ("/v1/campaigns?since=yesterday", 422),
        ("/v1/campaigns?cursor=newest~x~a~b", 422), ("/v1/lists?cursor=risk~1~a~b", 422),
        ("/v1/lists?account_id=%00", 422), ("/v1/accounts/nobody/campaigns/none", 404),
        ("/v1/accounts/nobody/lists/none", 404),
    ],
)  # fmt: skip
def test_a_bad_question_is_told(api: Api, path: str, status: int) -> None:  # noqa: F811
    answer = api("GET", path)
    assert answer.status_code == status, answer.text
    assert answer.json()["title"]
