"""The policy lab in a browser: faults while one types, a backtest with charts, into force, back."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.console.conftest import HOSTILE, PASSWORD, Looks, Served
from tests.console.test_browser import SIZES, shot

pytestmark = pytest.mark.browser
SEEDED: set[str] = set()


@pytest.fixture
def lab(served: Served) -> Served:
    """Some history to replay."""
    if served.url not in SEEDED:
        SEEDED.add(served.url)
        for number in range(8):
            served.hold(f"lab-{number}", recipients=555 if number % 2 else 300 + number)
    return served


@pytest.fixture
def page(lab: Served, chromium: Any) -> Iterator[Any]:
    context = chromium.new_context(viewport=SIZES["laptop"])
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
    yield opened
    assert not errors
    context.close()


def enter(page: Any, served: Served, name: str, path: str = "policies") -> None:
    page.goto(f"{served.url}/console/{path}")
    page.fill("[name=name]", name)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("main h1:not(.sign-in h1)")
    page.goto(f"{served.url}/console/{path}")


def change(page: Any, before: str, after: str) -> None:
    text = page.input_value("textarea[name=text]")
    assert before in text
    page.fill("textarea[name=text]", text.replace(before, after))


@pytest.mark.slow
def test_a_draft_is_written_checked_tried_published_and_rolled_back(page: Any, lab: Served) -> None:
    enter(page, lab, "ann")
    page.click("text=New draft")
    page.wait_for_selector("text=No fault.")
    change(page, "risk: {throttle: 0.12", "risk: {throtle: 0.12")
    page.wait_for_selector("#faults >> text=did you mean 'throttle'?")
    assert page.locator(".gutter .bad").inner_text().strip() == "20"
    page.click("#faults button")
    chosen = page.evaluate(
        "() => { const t = document.querySelector('textarea');"
        " return t.value.slice(t.selectionStart, t.selectionEnd) }"
    )
    assert "throtle" in chosen
    change(page, "throtle: 0.12", "throttle: 0.11")
    page.wait_for_selector("text=No fault.")
    change(page, "recipients == 555.0", "recipients == 556.0")
    page.click("text=Save s")
    page.wait_for_selector("text=Saved.")
    assert "recipients == 556.0" in page.locator(".diff .new").all_inner_texts()[-1]
    page.click("text=Backtest b")
    page.wait_for_selector("#backtest svg")
    assert "review" in page.inner_text("#backtest")
    page.wait_for_selector("text=Decisions that would change")
    shot(page, "policy-lab")
    page.click("button:has-text('Shadow')")
    page.wait_for_selector("text=In shadow: it judges")
    lab.hold("lab-shadow", recipients=555)
    page.reload()
    page.wait_for_selector("text=1 alike, >> nth=0", state="detached")
    assert "lab-shadow" in page.inner_text("main")
    page.click("button:has-text('Publish')")
    page.wait_for_selector("text=In force; every server")
    version = page.inner_text("h1")
    assert lab.house.warden.policy.current().version == version
    page.goto(f"{lab.url}/console/policies")
    page.click("button:has-text('Roll back')")
    page.wait_for_selector("text=Rolled back")
    assert lab.house.warden.policy.current().version != version


def test_names_are_found_and_inserted_where_one_types(page: Any, lab: Served) -> None:
    enter(page, lab, "bob")
    page.click("text=New draft")
    page.wait_for_selector("text=No fault.")
    assert page.locator("#names option").count() > 200
    page.evaluate("document.querySelector('textarea').setSelectionRange(0, 0)")
    page.fill("#name", "hard_bounce_lower_7d")
    page.click("#insert")
    assert page.input_value("textarea").startswith("hard_bounce_lower_7d")
    page.wait_for_selector("#faults .fault")
    assert page.locator("button:has-text('Publish')").count() == 0, "a reviewer publishes nothing"


def test_two_people_publish_what_changes_terminate(page: Any, lab: Served, chromium: Any) -> None:
    enter(page, lab, "ann")
    page.click("text=New draft")
    change(page, "recipients == 666.0", "recipients == 667.0")
    page.click("text=Save s")
    page.wait_for_selector("text=two people have to publish it")
    page.fill("[name=why]", "seen today")
    page.click("button:has-text('Publish')")
    page.wait_for_selector("text=another person has to confirm")
    here, before = page.url.partition("?")[0], lab.house.warden.policy.current().version
    other = chromium.new_context().new_page()
    enter(other, lab, "root", here.removeprefix(f"{lab.url}/console/"))
    other.fill("[name=why]", "agreed")
    other.click("button:has-text('Publish')")
    other.wait_for_selector("text=In force; every server")
    assert lab.house.warden.policy.current().version != before
    other.goto(f"{lab.url}/console/policies")
    other.click("button:has-text('Roll back')")
    other.wait_for_selector("text=Rolled back")
    other.context.close()


def test_sliders_weigh_what_was_tried(page: Any, lab: Served) -> None:
    enter(page, lab, "ann")
    page.click("text=New draft")
    page.click("button:has-text('Try other thresholds')")
    page.wait_for_selector("#frontier svg")
    cost = page.inner_text("#weighed dd >> nth=0")
    page.locator("input[name=wrong_suspension]").fill("4")
    page.wait_for_function(
        "cost => document.querySelector('#weighed dd').innerText !== cost", arg=cost
    )
    page.locator("#frontier").scroll_into_view_if_needed()
    shot(page, "policy-frontier")


def test_an_exemption_is_made_and_ended(page: Any, lab: Served) -> None:
    enter(page, lab, "ann")
    page.fill("[name=account_id]", "lab-1")
    page.select_option("[name=kind]", "allow_list")
    page.fill("[name=note]", "known for years")
    page.click("text=Set aside >> nth=-1")
    page.wait_for_selector("text=Set aside for lab-1")
    assert lab.house.warden.policy.exempt("lab-1", lab.house.clock.now)
    page.click("[aria-label='End for lab-1']")
    page.wait_for_selector("text=Ended for lab-1")
    assert not lab.house.warden.policy.exempt("lab-1", lab.house.clock.now)


def test_the_lab_is_accessible_safe_and_fits(lab: Served, looks: Looks) -> None:
    acts = lab.desk.lab
    assert acts is not None
    at = lab.house.clock.now
    text = lab.house.warden.policy.current().text
    faulty = acts.create(f"# {HOSTILE}\nformat: {HOSTILE}\n", HOSTILE, "ann", at)
    tried = acts.create(text.replace("== 555", "== 554"), HOSTILE, "ann", at)
    acts.backtest(tried.policy_id, at.replace(year=2020), "ann", at)
    acts.search(tried.policy_id, at.replace(year=2020), "ann", at)
    paths = ("policies", f"policies/{faulty.policy_id}", f"policies/{tried.policy_id}")
    looks.are_accessible("ann", *(f"/console/{path}" for path in paths))


@pytest.mark.parametrize(
    ("name", "form", "status"),
    [
        ("vera", {"act": "new"}, 403),
        ("bob", {"act": "roll_back"}, 422),
        ("bob", {"act": "exempt", "account_id": "a", "kind": "snooze"}, 422),
        ("ann", {"act": "exempt", "account_id": "a", "kind": "king"}, 422),
        ("ann", {"act": "end", "exemption_id": "nothing"}, 404),
    ],
)
def test_who_may_not_is_told_so(
    served: Served, name: str, form: dict[str, str], status: int
) -> None:
    with served.browse(name) as client:
        page = client.get("/console/queue").text
        csrf = page.split('name="csrf" value="')[1].split('"')[0]
        answer = client.post("/console/policies", data=form | {"csrf": csrf})
        assert answer.status_code == status, answer.text
