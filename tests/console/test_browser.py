"""The desk's day in a browser: sign in, take a case by keyboard, decide."""

import os
from pathlib import Path
from typing import Any

import pytest

from tests.console.conftest import PASSWORD, Served

pytestmark = pytest.mark.browser
SHOTS = os.environ.get("SENDWARDEN_SHOTS")
SIZES = {"laptop": {"width": 1280, "height": 860}, "phone": {"width": 390, "height": 844}}


def sign_in(page: Any, served: Served, name: str) -> None:
    page.goto(f"{served.url}/console/queue")
    page.fill("[name=name]", name)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("h1:has-text('Queue')")


def test_a_case_is_taken_and_decided_by_keyboard_alone(served: Served, chromium: Any) -> None:
    case_id = served.hold("keyboard-1")
    page = chromium.new_page()
    sign_in(page, served, "bob")
    page.wait_for_load_state("load")  # a key before the script is there presses nothing
    page.wait_for_selector("[data-key=n]")
    page.keyboard.press("n")
    page.wait_for_selector("h2:has-text('Decide')")
    page.wait_for_load_state("load")
    assert page.url.endswith(f"/cases/{case_id}")
    page.keyboard.press("1")
    page.focus("textarea")
    page.keyboard.type("known customer")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Decided: legitimate")
    assert [label.verdict for label in served.house.store.labels("keyboard-1")] == ["legitimate"]
    standing = served.house.warden.account("keyboard-1", served.house.clock.now).standing
    assert (standing.action, standing.by) == ("allow", "person")
    page.close()


def test_labels_of_the_queue_stand_in_one_column_on_a_phone(served: Served, chromium: Any) -> None:
    served.hold("aligned-1")
    page = chromium.new_page(viewport=SIZES["phone"])
    sign_in(page, served, "vera")
    # Where the label ends and the value begins there is a gap that takes what room is left.
    gaps = page.eval_on_selector_all(
        ".rows tbody tr:first-child td[data-label]",
        """cells => cells.map(cell => [
            getComputedStyle(cell, "::before").marginRight, getComputedStyle(cell).justifyContent])""",
    )
    assert len(gaps) == 6
    assert all(float(gap.removesuffix("px")) > 50 for gap, _ in gaps), gaps
    page.close()


def shot(page: Any, name: str) -> None:
    if SHOTS:
        Path(SHOTS).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)
