"""Who gets in, and what a form may do."""

import httpx
import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from service.desk.chain import verify
from tests.console.conftest import HOSTILE, PASSWORD, Served


def csrf_of(html: str) -> str:
    return html.split('name="csrf" value="')[1].split('"', maxsplit=1)[0]


@pytest.mark.parametrize(
    "path", ["/", "/queue", "/accounts", "/audit", "/people", "/cases/x", "/appeals"]
)
def test_a_stranger_is_sent_to_sign_in(served: Served, path: str) -> None:
    answer = httpx.get(f"{served.url}/console{path}")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/console/sign-in?after=/console")


@pytest.mark.parametrize(("who", "path", "status"), [
    ("vera", "/audit", 403), ("bob", "/people", 403), ("ann", "/audit", 200),
    ("root", "/people", 200), ("vera", "/queue", 200), ("vera", "/cases/none", 404),
    ("vera", "/appeals", 200), ("vera", "/appeals/none", 404),
    ("vera", "/queue?page=99999999999999", 200), ("vera", "/accounts?id=%3Cscript%3E", 200),
])  # fmt: skip
def test_pages_ask_for_their_role(served: Served, who: str, path: str, status: int) -> None:
    with served.browse(who) as client:
        answer = client.get(f"/console{path}")
    assert answer.status_code == status
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_the_cookie_is_out_of_reach_of_scripts_and_sites(served: Served) -> None:
    data = {"name": "ann", "password": PASSWORD}
    for host, marks in (("127.0.0.1", ()), ("console.example", ("Secure", "__Host-"))):
        answer = httpx.post(f"{served.url}/console/sign-in", data=data, headers={"Host": host})
        cookie = answer.headers["set-cookie"]
        assert all(mark in cookie for mark in ("HttpOnly", "SameSite=strict", "Path=/", *marks))


@pytest.mark.parametrize("fields", [
    {}, {"csrf": ""}, {"csrf": "0" * 64}, {"csrf": "\u2603"},
])  # fmt: skip
def test_a_form_without_its_token_changes_nothing(served: Served, fields: dict[str, str]) -> None:
    case_id = served.hold("csrf-1")
    with served.browse("bob") as client:
        answer = client.post(f"/console/cases/{case_id}", data={"act": "claim", **fields})
    assert answer.status_code == 403


def test_a_form_of_another_site_is_refused(served: Served) -> None:
    with served.browse("bob") as client:
        token = csrf_of(client.get("/console/queue").text)
        for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
            answer = client.post("/console/queue/next", data={"csrf": token}, headers=headers)
            assert answer.status_code == 403


def test_signing_out_ends_the_session_on_the_server(served: Served) -> None:
    with served.browse("vera") as client:
        token = csrf_of(client.get("/console/queue").text)
        kept = dict(client.cookies)
        client.post("/console/sign-out", data={"csrf": token})
        client.cookies.update(kept)
        assert client.get("/console/queue").status_code == 303


def test_guessing_is_slowed_down_also_for_names_that_do_not_exist(served: Served) -> None:
    def attempt(name: str) -> int:
        data = {"name": name, "password": "wrong wrong wrong"}
        return httpx.post(f"{served.url}/console/sign-in", data=data, timeout=30).status_code

    assert [attempt("nobody") for _ in range(6)] == [401] * 5 + [429]
    served.house.clock.forward(hours=1)
    assert attempt("nobody") == 401
    served.house.clock.forward(hours=1)


def test_a_code_is_asked_for_once_set_and_works_once(served: Served) -> None:
    from base64 import b32decode
    from urllib.parse import parse_qs, urlsplit

    clock = served.house.clock
    served.desk.sign_in.add("tina", "viewer", PASSWORD, "test", clock.now)
    uri = served.desk.sign_in.set_totp("tina", "test", clock.now)
    secret = b32decode(parse_qs(urlsplit(uri).query)["secret"][0])
    code = TOTP(secret, 6, SHA1(), 30).generate(int(clock.now.timestamp())).decode()
    for given, status in (("", 401), (code, 303), (code, 401), ("abcdef", 401)):
        data = {"name": "tina", "password": PASSWORD, "code": given}
        assert httpx.post(f"{served.url}/console/sign-in", data=data).status_code == status
    clock.forward(hours=1)


def test_two_reviewers_never_collide_and_terminate_needs_both(served: Served) -> None:
    case_id = served.hold("twice-1")
    with served.browse("ann") as ann, served.browse("bob") as bob:

        def post(client: httpx.Client, **fields: str) -> httpx.Response:
            token = csrf_of(client.get("/console/queue").text)
            return client.post(f"/console/cases/{case_id}", data={"csrf": token, **fields})

        before = served.house.warden.account("twice-1", served.house.clock.now).standing
        assert post(ann, act="claim").status_code == 303
        assert post(bob, act="claim").status_code == 409
        end = {"act": "decide", "verdict": "abusive", "action": "terminate"}
        assert post(ann, **end).status_code == 303
        assert (
            served.house.warden.account("twice-1", served.house.clock.now).standing.by != "person"
        )
        assert post(ann, **end).status_code == 409
        assert post(bob, **end).status_code == 303
        standing = served.house.warden.account("twice-1", served.house.clock.now).standing
        assert (standing.action, standing.by) == ("terminate", "person")
        served.house.clock.forward(seconds=1)
        assert post(bob, act="undo").status_code == 303
        standing = served.house.warden.account("twice-1", served.house.clock.now).standing
        assert standing == before, "an undone verdict never was"
    deeds = [entry.deed.act for entry in reversed(served.house.store.newest_entries(case_id))]
    assert deeds == ["case.claim", "case.propose_terminate", "case.decide", "case.undo"]
    assert verify(served.desk.keys.audit, served.house.store.entries(limit=10_000))


def test_hostile_values_are_shown_as_text(served: Served) -> None:
    case_id = served.hold("hostile-0", hostile=True)
    with served.browse("bob") as client:
        html = client.get(f"/console/cases/{case_id}", params={"said": HOSTILE}).text
    assert "<img src=x" not in html
    assert "<script>document" not in html
    assert "&lt;img src=x" in html


def test_an_appeal_is_judged_on_its_page(served: Served) -> None:
    case_id = served.hold("appeal-1")
    one = served.appeal(case_id, HOSTILE)
    with served.browse("vera") as vera, served.browse("bob") as bob:

        def post(client: httpx.Client, **fields: str) -> httpx.Response:
            token = csrf_of(client.get("/console/queue").text)
            return client.post(f"/console/appeals/{one}", data={"csrf": token, **fields})

        html = bob.get(f"/console/appeals/{one}").text
        assert "<img src=x" not in html
        assert "&lt;img src=x" in html
        assert post(vera, choice="overturned").status_code == 403
        assert post(bob, choice="nonsense").status_code == 422
        assert post(bob, choice="overturned", note=HOSTILE).status_code == 303
        assert post(bob, choice="careless").status_code == 409
        assert "legitimate, on appeal" in bob.get(f"/console/cases/{case_id}").text
        assert "<img src=x" not in bob.get(f"/console/appeals/{one}").text
        assert "1 (100 %)" in bob.get("/console/appeals").text
    standing = served.house.warden.account("appeal-1", served.house.clock.now).standing
    assert (standing.action, standing.by, standing.case_open) == ("allow", "person", False)


def test_the_queue_is_filtered_and_hostile_filters_are_only_text(served: Served) -> None:
    served.hold("filtered", hostile=True)
    with served.browse("vera") as client:
        asked = {"view": "all", "country": "NL", "plan": HOSTILE, "subject": "campaign"}
        page = client.get("/console/queue", params=asked)
        assert page.status_code == 200
        assert "filtered" in page.text
        assert HOSTILE not in page.text
        for other in ({"country": "\x00"}, {"due": "overdue"}, {"subject": "x"}, {"page": "2"}):
            assert client.get("/console/queue", params=other).status_code == 200
        late = client.get("/console/queue", params={**asked, "country": "BE"})
        assert "Nothing here" in late.text


def test_accounts_are_found_ranked_and_hostile_facts_are_only_text(served: Served) -> None:
    served.hold("ranked", hostile=True)
    with served.browse("vera") as client:
        page = client.get("/console/accounts", params={"plan": HOSTILE, "counter": "sent"}).text
        assert 'href="?id=ranked"' in page
        assert "Most sent by account, 7d" in page
        assert HOSTILE not in page
        by_plan = client.get("/console/accounts?counter=sent&by=plan&period=30d").text
        assert HOSTILE not in by_plan
        assert " points</td>" in client.get("/console/accounts?counter=risk").text
        for odd in (
            "cursor=x", "counter=x", "country=%00", "cursor=1~a", "verdict=nice", "network=x",
            "device=%00", "by=provider&counter=risk", "by=payment&provider=p&counter=expected_abusive",
        ):  # fmt: skip
            assert client.get(f"/console/accounts?{odd}").status_code == 200, odd
        assert "No account is like that" in client.get("/console/accounts?country=XX").text
