"""Campaigns and lists on their pages: found, put in order, looked into; hostile words included."""

import random
from datetime import timedelta
from io import BytesIO

import pytest

from features.records import ImportSource, Stream
from service.assess import ImportOrder
from tests.console.conftest import Looks, Served

PAGES = [
    "/console/campaigns", "/console/lists?order=size", "/console/campaigns/loud/c-loud",
    "/console/lists/seller/the-list",
]  # fmt: skip


def addresses(seed: int, count: int) -> list[str]:
    rng = random.Random(seed)
    return [
        f"{rng.choice('abcdefgh')}{rng.randrange(10**7)}@firma{rng.randrange(40)}.nl"
        for _ in range(count)
    ]


def file_of(rows: list[str]) -> bytes:
    return ("email\n" + "\n".join(rows) + "\n").encode()


@pytest.fixture(scope="module")
def busy(served: Served) -> None:
    warden, at = served.house.warden, served.house.clock.now
    for number, name in enumerate(("loud", "calm", "seller")):
        served.hold(
            name,
            400 + 300 * number,
            hostile=name == "loud",
            message=b"From: a@b.example\r\n\r\nHello\r\n",
        )
    shared = addresses(1, 3_000)
    for account_id, list_id, rows in (
        ("calm", "copied", shared[:2_000] + addresses(2, 500)), ("seller", "the-list", shared),
    ):  # fmt: skip
        order = ImportOrder(account_id, list_id, ImportSource.FILE, "csv", at)
        warden.assess_list(order, BytesIO(file_of(rows)), at)


def test_campaigns_are_found_and_put_in_order(served: Served, busy: None) -> None:
    with served.browse("vera") as vera:
        newest = vera.get("/console/campaigns").text
        largest = vera.get("/console/campaigns?order=size").text
        own = vera.get("/console/campaigns?account_id=calm").text
        odd = vera.get("/console/campaigns?cursor=%00&least_risk=nan&order=x&account_id=%3Cb%3E")
    assert all(f"c-{name}" in newest for name in ("loud", "calm", "seller"))
    assert largest.index("c-seller") < largest.index("c-calm") < largest.index("c-loud")
    assert 'aria-sort="descending"' in largest
    assert "c-calm" in own
    assert "c-loud" not in own
    assert odd.status_code == 200
    assert "c-loud" in odd.text


def test_one_campaign_tells_its_decisions_and_cases(served: Served, busy: None) -> None:
    with served.browse("vera") as vera:
        page = vera.get("/console/campaigns/loud/c-loud")
        nobody = vera.get("/console/campaigns/loud/none")
        wrong = vera.get("/console/campaigns/loud/%00")
    assert page.status_code == 200
    assert "Decisions" in page.text
    assert "<script>document" not in page.text
    assert nobody.status_code == wrong.status_code == 404


def test_lists_are_found_with_what_they_share(served: Served, busy: None) -> None:
    with served.browse("vera") as vera:
        lists = vera.get("/console/lists").text
        one = vera.get("/console/lists/seller/the-list").text
        nobody = vera.get("/console/lists/seller/none")
    assert "the-list" in lists
    assert "copied" in lists
    assert "3,000" in one
    assert "What it is made of" in one
    assert "/console/lists/calm/copied" in one
    assert "±" in one
    assert nobody.status_code == 404


def test_pages_lead_from_one_to_the_next(served: Served, busy: None) -> None:
    warden, at = served.house.warden, served.house.clock.now
    for number in range(60):
        later = at + timedelta(seconds=number)
        warden.score_campaign(
            f"many-{number:02}", "calm", 10, Stream.BROADCAST, [], None, None, later
        )
    seen: list[str] = []
    with served.browse("vera") as vera:
        text = vera.get("/console/campaigns?account_id=calm").text
        assert 'rel="next"' in text
        following = text.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
        seen += [f"many-{n:02}" for n in range(60) if f">many-{n:02}<" in text]
        text = vera.get("/console/campaigns" + following).text
        seen += [f"many-{n:02}" for n in range(60) if f">many-{n:02}<" in text]
    assert sorted(seen) == [f"many-{n:02}" for n in range(60)]


def test_the_pages_are_accessible(looks: Looks, busy: None) -> None:
    looks.are_accessible("vera", *PAGES)
