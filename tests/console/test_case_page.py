"""The case page and the overview in a browser: the graph is walked, the guide leads, numbers are links."""

from typing import Any

import pytest

from features.records import Account, Subject
from models.decision import Decision, ReasonGiven, SubjectRef
from tests.console.conftest import Looks, Served
from tests.console.test_browser import sign_in

pytestmark = pytest.mark.browser


def neighbours(served: Served, *names: str) -> None:
    at = served.house.clock.now
    for name in names:
        account = Account(account_id=name, created_at=at, device_fingerprint="dev-1", website="same.example")  # fmt: skip
        served.house.warden.put_account(account, at)


def test_the_graph_is_walked_from_account_to_account(served: Served, chromium: Any) -> None:
    neighbours(served, "walk-1", "walk-2", "walk-3")
    page = chromium.new_page(java_script_enabled=False)
    sign_in(page, served, "vera")
    page.goto(f"{served.url}/console/ties?id=walk-1")
    page.click("svg.graph a[aria-label^=walk-2]")
    page.wait_for_selector("h1:has-text('walk-2')")
    page.focus("svg.graph a[aria-label^=walk-3]")
    page.keyboard.press("Enter")
    page.wait_for_selector("h1:has-text('walk-3')")
    assert page.inner_text(".crumb").split(" / ")[-2:] == ["walk-1", "walk-2"]
    page.click(".crumb a:has-text('walk-1')")
    page.wait_for_selector("h1:has-text('walk-1')")
    for bad in ("<script>", "x" * 300, "nobody"):
        assert page.goto(f"{served.url}/console/ties?id={bad}&via=%3Cb%3E,ok,").status == 200
    page.close()


def test_a_signal_has_its_numbers_in_the_unit_of_its_sentence(served: Served) -> None:
    store, at = served.house.store, served.house.clock.now
    store.put_account(Account(account_id="jump", created_at=at), {}, at)
    told = {
        "family": "behaviour", "weight": 0.5, "value": 2.0, "typical": 0.0, "message": "It grew.",
        "advice": "Slow down.",
    }  # fmt: skip
    reasons = (
        ReasonGiven(code="VOLUME_JUMP", unit="doublings", **told),
        ReasonGiven(code="KEPT_EARLIER", **told),
    )
    held = Decision(
        decision_id="d-jump", subject=SubjectRef(type=Subject.CAMPAIGN, id="c-jump"),
        account_id="jump", as_of=at, action="review", limits=None, risk=0.5, malicious=0.3,
        careless=0.2, forecast=None, reasons=reasons, rules=(), policy_version="p",
        model_version="m", feature_set="f", valid_until=at,
    )  # fmt: skip
    store.save_decision(held, recipients=10)
    with served.browse("vera") as client:
        page = client.get("/console/cases/d-jump").text
    assert '<p class="big">4 times as much<small> typical as much</small></p>' in page
    assert '<p class="big">2<small> typical 0</small></p>' in page


def test_the_pages_of_a_case_are_accessible_and_fit(served: Served, looks: Looks) -> None:
    neighbours(served, "fit-1", "fit-x", "fit-y")
    case_id = served.hold("fit-1", message=b"From: a@b.example\nSubject: s\n\nwords")
    paths = (
        "", "decisions?action=review", "estimates/leaked", "estimates/delayed", "ties?id=fit-1",
        f"cases/{case_id}?guide=5", f"cases/{case_id}/message",
    )  # fmt: skip
    looks.are_accessible("ann", *(f"/console/{path}" for path in paths))


def test_every_number_of_the_overview_leads_to_what_it_counts(
    served: Served, chromium: Any
) -> None:
    served.hold("numbers-1")
    page = chromium.new_page()
    sign_in(page, served, "vera")
    page.goto(f"{served.url}/console/")
    links = page.eval_on_selector_all("main a.tile", "all => all.map(a => [a.href, a.querySelector('strong').textContent])")  # fmt: skip
    assert len(links) == 8
    held = next(count for href, count in links if "action=review" in href)
    page.goto(next(href for href, _ in links if "action=review" in href))
    assert len(page.query_selector_all("table.rows tbody tr")) == int(held.replace(",", ""))
    for href, _ in links:
        assert page.goto(href).status == 200
    page.close()


def test_the_guide_leads_through_a_case_and_can_be_closed(served: Served, chromium: Any) -> None:
    case_id = served.hold("guided-1")
    page = chromium.new_page()
    sign_in(page, served, "bob")
    page.goto(f"{served.url}/console/cases/{case_id}?guide=1")
    titles = []
    while (step := page.query_selector(".guide strong")) is not None:
        titles.append(step.inner_text())
        onward = page.query_selector(".guide a.go")
        (onward or page.query_selector(".guide a.quiet")).click()
        page.wait_for_load_state()
    assert len(titles) == 7
    assert page.url.endswith(case_id)
    for odd in ("0", "8", "x", "-1", "²", "9" * 50):
        assert page.goto(f"{served.url}/console/cases/{case_id}?guide={odd}").status == 200
    page.close()


def test_incidents_of_every_kind_are_told(served: Served) -> None:
    body = b"From: r@mail.example\nSubject: Phishing <b>\n\nIt asks for my password."
    served.house.warden.take_report(body, "message/rfc822", served.house.clock.now)
    with served.browse("vera") as vera:
        text = vera.get("/console/").text
    assert "Reported as phishing" in text
    assert "Phishing &lt;b&gt;" in text
