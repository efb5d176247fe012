"""The page of models: what stands there, and that only a lead changes what serves."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from features.catalogue import load_catalogue
from models.registry import Shelf, starter_files
from models.reports import Reports
from models.trials import Bin, GateResult, Trial
from service.console.model_charts import changes_chart, reliability_chart
from service.model_learning import Change, changes
from service.promotion import ModelActs
from tests.console.conftest import HOSTILE, Looks, Served

AT = datetime(2026, 11, 20, tzinfo=UTC)
BINS = (
    Bin(stated=0.002, happened=0.0, low=0.0, high=0.013, rows=230),
    Bin(stated=0.61, happened=0.55, low=0.5, high=0.6, rows=231),
)


@pytest.fixture(scope="module")
def modelled(served: Served, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A shelf with a champion, and a challenger whose gates failed, told with hostile words."""
    folder = tmp_path_factory.mktemp("shelf")
    shelf, reports = Shelf(folder), Reports(folder / "reports")
    files = starter_files()
    champion = shelf.add(files)
    shelf.promote(champion, AT)
    manifest = json.loads(files["manifest.json"])
    manifest["note"]["created_at"] = "2026-11-19T00:00:00+00:00"
    leans = manifest["note"]["report"]["subjects"]["campaign"]
    leans["strongest"] = [(HOSTILE, 0.7), *leans["strongest"][1:3]]
    challenger = shelf.add(files | {"manifest.json": json.dumps(manifest).encode()})
    gate = GateResult(gate="later_time", title="Better on later time", passed=False, says=HOSTILE)
    figures = {"campaign": {"champion.roc_auc": 0.9, "candidate.roc_auc": 0.95}}
    reports.keep_trial(
        Trial(
            candidate=challenger,
            champion=champion,
            at=AT,
            gates=(gate,),
            figures=figures,
            reliability={"campaign": {"champion": BINS[:1], "candidate": BINS}},
            labels={"verdict": 41, "quiet": 500},
            new_labels={"verdict": 12},
        )
    )
    shelf.challenge(challenger, AT)
    acts = ModelActs(served.house.store, shelf, reports, load_catalogue(), b"k" * 32)
    console = served.app.state.console
    console.desk = replace(console.desk, models=acts)
    return acts


def test_the_page_shows_both_models_and_why_one_waits(served: Served, modelled: Any) -> None:
    with served.browse("bob") as bob:
        page = bob.get("/console/models")
    assert page.status_code == 200
    assert modelled.shelf.challenger()[:12] in page.text
    assert "1 hold it back" in page.text
    assert "0.950" in page.text
    assert "&lt;script&gt;" in page.text
    assert "<script>document" not in page.text
    assert "sendwarden drift" in page.text
    assert "Promote" not in page.text  # a reviewer looks, a lead decides


def test_it_shows_what_was_learned_and_whether_the_risk_means_what_it_says(
    served: Served, modelled: Any
) -> None:
    with served.browse("bob") as bob:
        text = bob.get("/console/models").text
    assert "New since the model before" in text
    assert '<td class="num" data-label="New">12</td>' in text
    assert "55 % abusive where 61 % was stated, 231 rows" in text
    assert "+70.0 pt" in text


def test_features_that_moved_most_come_first_and_what_one_does_not_report_is_left_out() -> None:
    def note(**subjects: list[tuple[str, float]]) -> dict[str, Any]:
        told = {name: {"strongest": pairs} for name, pairs in subjects.items()}
        return {"report": {"subjects": told}}

    found = changes(
        note(campaign=[("a", 0.5), ("b", 0.5)], list=[("c", 1.0)]),
        note(campaign=[("b", 0.4), ("d", 0.6)]),
    )
    assert found == (
        Change("campaign", "d", None, 0.6),
        Change("campaign", "a", 0.5, None),
        Change("campaign", "b", 0.5, 0.4),
    )
    assert not changes({}, note(campaign=[("a", 1.0)]))
    assert not changes_chart(())
    assert not reliability_chart({"champion": (), "candidate": ()})


def test_a_promotion_that_gates_hold_back_needs_a_reason(served: Served, modelled: Any) -> None:
    challenger = modelled.shelf.challenger()
    with served.browse("ann") as ann:
        csrf = _csrf(ann.get("/console/models").text)
        form = {"csrf": csrf, "act": "promote", "digest": challenger, "why": ""}
        refused = ann.post("/console/models", data=form)
        assert refused.status_code == 409
        assert modelled.shelf.champion() != challenger
        done = ann.post("/console/models", data=form | {"why": "measured by hand"})
        assert done.status_code == 303
        assert modelled.shelf.champion() == challenger
        assert ann.post("/console/models", data=form | {"act": "roll_back"}).status_code == 303
        assert modelled.shelf.champion() != challenger
    acts = [e.deed.act for e in served.house.store.entries() if e.deed.act.startswith("model.")]
    assert acts[-2:] == ["model.promote", "model.roll_back"]


def test_a_reviewer_cannot_promote(served: Served, modelled: Any) -> None:
    with served.browse("bob") as bob:
        csrf = _csrf(bob.get("/console/models").text)
        form = {"csrf": csrf, "act": "promote", "digest": "0" * 64, "why": "because"}
        assert bob.post("/console/models", data=form).status_code in (403, 422)


def _csrf(text: str) -> str:
    return text.split('name="csrf" value="')[1].split('"', maxsplit=1)[0]


def test_the_page_is_accessible(looks: Looks, modelled: Any) -> None:
    looks.are_accessible("ann", "/console/models")
