"""The page of capacity: fields, charts, and any address."""

import re
from collections.abc import Iterator

import pytest

from tests.console.conftest import HOSTILE, Looks, Served


@pytest.fixture(scope="module")
def busy(served: Served) -> Iterator[Served]:
    for number in range(9):
        served.hold(f"cap-{number}", hostile=number == 0)
        served.house.clock.forward(hours=5)
    return served


def test_it_says_how_long_cases_wait_and_links_to_what_weighs_it(busy: Served) -> None:
    with busy.browse("bob") as bob:
        text = bob.get("/console/capacity?reviewers=3&hours=7.5").text
    assert "3 reviewers: this threshold, this wait" in text
    assert "sendwarden policy optimise --reviewers 3 --hours 7.5" in text
    assert 'aria-label="Wait that nine in ten cases stay within' in text
    assert len(re.findall(r'class="busy-\d"', text)) == 168
    assert text.count('data-label="Cases a week"') == 7


@pytest.mark.parametrize("words", [HOSTILE, "-1", "1e99", "nan", "٣", "0", "", "9" * 500])
def test_any_address_is_answered(busy: Served, words: str) -> None:
    with busy.browse("bob") as bob:
        fields = dict.fromkeys(("reviewers", "hours", "starts", "days_a_week"), words)
        page = bob.get("/console/capacity", params=fields)
    assert page.status_code == 200
    assert "<script>document" not in page.text


def test_viewers_are_turned_away(busy: Served) -> None:
    with busy.browse("vera") as vera:
        assert vera.get("/console/capacity").status_code == 403


def test_the_page_is_accessible(looks: Looks, busy: Served) -> None:
    looks.are_accessible("bob", "/console/capacity")
