"""The page of reviewers, and that no page gives a second look away."""

import re
import secrets
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from service.desk.cases import Cases, Ruling
from service.desk.records import KeyHolder, Role
from service.desk.second_looks import UNDO_WITHIN
from tests.console.conftest import HOSTILE, Looks, Served

BOB = KeyHolder(name="bob", rank=Role.REVIEWER)
ANN = KeyHolder(name="ann", rank=Role.LEAD)
NAMED = KeyHolder(name=HOSTILE, rank=Role.REVIEWER)


@pytest.fixture(scope="module")
def drawing(served: Served) -> Iterator[Served]:
    """A desk on which every decided case is looked at again; some were, with hostile words."""
    console = served.app.state.console
    cases = Cases(served.house.store, b"k" * 32, lambda: secrets.token_hex(8), lambda _: 0.05)
    cases._key = served.desk.keys.audit
    console.desk = replace(console.desk, cases=cases)
    for number in range(6):
        first, second = (BOB, ANN) if number % 2 else (NAMED, ANN)
        case_id = served.hold(f"r-{number}", hostile=number == 0)
        cases.claim(case_id, first, served.house.clock.now)
        served.house.clock.forward(minutes=3 + number)
        said = Ruling("careless", "throttle", HOSTILE if number < 2 else "stale list", HOSTILE)
        cases.decide(case_id, first, said, served.house.clock.now)
        turn(served)
        again = Ruling("careless" if number > 1 else "legitimate", None, None, HOSTILE)
        cases.decide(case_id, second, again, served.house.clock.now)
    return replace(served, desk=console.desk)


def turn(served: Served) -> None:
    served.house.clock.forward(minutes=UNDO_WITHIN / timedelta(minutes=1))
    served.house.store.turn_looks(served.house.clock.now)


def pages(served: Served, name: str, case_id: str, account: str) -> dict[str, str]:
    """Return the pages on which a case is seen, without what passes with the time alone."""
    paths = (
        f"/console/cases/{case_id}", "/console/queue?view=all", "/console/queue?view=decided",
        f"/console/accounts?id={account}", f"/console/ties?id={account}", "/console/accounts",
        f"/console/cases/{case_id}/evidence", "/console/estimates/leaked",
    )  # fmt: skip
    with served.browse(name) as person:
        found = {path: person.get(path).text for path in paths}
    return {path: _still(text) for path, text in found.items()}


def _still(text: str) -> str:
    text = re.sub(r'value="[0-9a-f]{20,}"|data-version="\d+"', "", text)
    return re.sub(r"(overdue, )?\b(in )?\d+ (min|h|days)( ago)?|\bnow\b", "SOME TIME", text)


def test_no_page_gives_a_second_look_away(drawing: Served) -> None:
    case_id = drawing.hold("again-1")
    before = {name: pages(drawing, name, case_id, "again-1") for name in ("vera", "ann")}
    drawing.desk.cases.decide(case_id, BOB, Ruling("abusive", "throttle"), drawing.house.clock.now)
    decided = pages(drawing, "bob", case_id, "again-1")
    turn(drawing)
    for name, shown in before.items():
        after = pages(drawing, name, case_id, "again-1")
        for path, text in shown.items():
            assert after[path] == text, (name, path)
    # To whom decided it, it stays decided, whatever others do.
    with drawing.browse("ann") as ann:
        csrf = (
            ann.get(f"/console/cases/{case_id}").text.split('name="csrf" value="')[1].split('"')[0]
        )
        ann.post(f"/console/cases/{case_id}", data={"csrf": csrf, "act": "claim"})
    after = pages(drawing, "bob", case_id, "again-1")
    for path in (
        f"/console/cases/{case_id}",
        "/console/queue?view=all",
        "/console/queue?view=decided",
    ):
        assert _without_undo(after[path]) == _without_undo(decided[path]), path


def _without_undo(text: str) -> str:
    """Leave out the button that is there for ten minutes after every verdict."""
    return re.sub(
        r"<form method=\"post\"><input[^>]*><button name=\"act\" value=\"undo\".*?</form>", "", text
    )


def test_a_lead_sees_everybody_and_settles(drawing: Served) -> None:
    with drawing.browse("ann") as ann:
        text = ann.get("/console/reviewers").text
        assert "Two verdicts that differ" in text
        assert 'data-label="Who"' not in text
        assert "<script>document" not in text
        assert "&lt;script&gt;" in text
        case_id = text.split('name="case_id" value="')[1].split('"')[0]
        csrf = text.split('name="csrf" value="')[1].split('"')[0]
        form = {"csrf": csrf, "case_id": case_id, "verdict": "careless", "note": "looked again"}
        # Ann gave the second word, and root is a lead who gave none.
        refused = ann.post("/console/reviewers", data=form)
        assert (refused.status_code, "another lead" in refused.text) == (403, True)
    with drawing.browse("root") as root:
        csrf = root.get("/console/reviewers").text.split('name="csrf" value="')[1].split('"')[0]
        worse = form | {"csrf": csrf, "verdict": "no"}
        assert root.post("/console/reviewers", data=worse).status_code == 422
        done = root.post("/console/reviewers", data=form | {"csrf": csrf})
        assert done.status_code == 303
        assert "Settled" in root.get(done.headers["location"]).text
    labels = drawing.house.store.labels(drawing.house.store.case(case_id).account_id)  # type: ignore[union-attr]
    assert (labels[-1].source, labels[-1].verdict) == ("settled", "careless")


def test_a_reviewer_sees_the_own_row_alone_and_settles_nothing(drawing: Served) -> None:
    with drawing.browse("bob") as bob:
        text = bob.get("/console/reviewers").text
        assert "Your own row" in text
        assert text.count('<td class="num" data-label="Verdicts">') == 1
        assert '<th scope="row">ann' not in text
        assert "Two verdicts that differ" not in text
        csrf = text.split('name="csrf" value="')[1].split('"')[0]
        form = {"csrf": csrf, "case_id": "x", "verdict": "careless"}
        assert bob.post("/console/reviewers", data=form).status_code == 403
    with drawing.browse("vera") as vera:
        assert vera.get("/console/reviewers").status_code == 403


def test_the_page_is_accessible(looks: Looks, drawing: Served) -> None:
    looks.are_accessible("ann", "/console/reviewers?days=30")
