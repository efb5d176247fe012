"""What an installation logged becomes a candidate, its gates are asked, and nothing is promoted."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from features.catalogue import Catalogue
from models.registry import Shelf
from models.reports import Reports
from sendwarden.settings import Settings
from service.stores.contract import Store

from .conftest import fill

Run = Callable[..., str]
pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning:mlflow"),
    pytest.mark.filterwarnings("ignore::FutureWarning:mlflow"),
]


# Starts MLflow on a new database, fits, and draws: one walk through all of it.
@pytest.mark.slow
def test_a_new_kind_of_abuse_is_learned_tried_and_promoted_by_hand(
    run: Run, store: Store, settings: Settings, catalogue: Catalogue
) -> None:
    fill(store, catalogue)
    said = run("retrain", "--rounds", 30)
    shelf = Shelf(settings.shelf_dir)
    digest = shelf.challenger()
    assert digest is not None
    assert shelf.champion() is None
    assert f"sendwarden model promote {digest[:12]}" in said
    trial = Reports(settings.shelf_dir / "reports").trial(digest)
    assert trial is not None
    assert trial.passed
    figures = trial.figures["campaign"]
    assert (figures["candidate.pr_auc"] or 0) > (figures["champion.pr_auc"] or 1)
    (folder,) = (settings.home / "mlflow-artifacts").iterdir()
    logged = {str(path.relative_to(folder)) for path in (folder / "artifacts").rglob("*.*")}
    for name in (
        "model-card.md", "trial.json", "backtest.json", "curves/campaign.risk.png",
        "plots/campaign.reliability.png", "plots/campaign.drift.png", "plots/campaign.shap.png",
        "bundle/manifest.json",
    ):  # fmt: skip
        assert f"artifacts/{name}" in logged
    card = (folder / "artifacts" / "model-card.md").read_text()
    assert "Simulated" not in card
    assert "| Better or equal on later time | campaign | passed |" in card

    run("model", "promote", digest[:10])
    assert Shelf(settings.shelf_dir).champion() == digest
    assert "passed" in run("model", "list")
    entries = [json.loads(json.dumps(e.deed.after)) for e in store.entries()]
    assert entries == [{"champion": digest[:12], "gates": "passed"}]
    # It has seen every row now: the next one is judged on later rows alone, and there are none.
    beside = run("model", "compare", digest[:10], digest[:10])
    assert "cannot be judged" in beside or "own" in beside
    assert "is champion again" in run("model", "rollback")


@pytest.mark.slow
def test_what_older_features_logged_teaches_as_much(
    run: Run, store: Store, settings: Settings, catalogue: Catalogue
) -> None:
    fill(store, catalogue, older=True)
    said = run("retrain", "--rounds", 30)
    assert "computed again as of their time: 450 decisions" in said
    assert "not used" not in said
    digest = Shelf(settings.shelf_dir).challenger()
    assert digest is not None
    trial = Reports(settings.shelf_dir / "reports").trial(digest)
    assert trial is not None
    # The half that logged other features is of half of the accounts: without it there is no such test.
    figures = trial.figures["campaign"]
    assert (figures["candidate.pr_auc"] or 0) > (figures["champion.pr_auc"] or 1)


def test_too_few_labels_say_what_is_missing_and_leave_everything_as_it_was(
    run: Run, store: Store, settings: Settings, catalogue: Catalogue
) -> None:
    fill(store, catalogue, accounts=12, each=2)
    said = run("retrain", code=2)
    assert "abusive of" in said
    assert "10 abusive and 10 legitimate decisions of 5 accounts" in said
    assert Shelf(settings.shelf_dir).challenger() is None


def test_a_file_of_gates_with_a_mistake_is_named(
    run: Run, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "gates.yaml"
    path.write_text("format: 1\ngates: [{gate: luck}]")
    monkeypatch.setenv("SENDWARDEN_GATES_FILE", str(path))
    assert "gates.yaml: gate 1: 'luck' is none of" in run("retrain", code=2)


def test_a_candidate_that_learned_what_is_no_longer_so_fails_and_says_by_how_much(
    run: Run, store: Store, settings: Settings, catalogue: Catalogue, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    path = tmp_path / "gates.yaml"
    path.write_text("format: 1\ngates:\n  - {gate: later_time, subjects: [campaign], margin: 0.02}")
    monkeypatch.setenv("SENDWARDEN_GATES_FILE", str(path))
    fill(store, catalogue, signal=-3.0)
    said = run("retrain", "--rounds", 30, "--start", "scratch", code=3)
    assert "1 gates failed: Better or equal on later time (campaign)" in said
    digest = Shelf(settings.shelf_dir).challenger()
    assert digest is not None
    refused = run("model", "promote", digest, code=2)
    assert "failed 1 gates" in refused
    assert "is below -0.020" in refused
    assert Shelf(settings.shelf_dir).champion() is None
    assert not store.entries()
    run("model", "promote", digest, "--why", "measured by hand")
    (entry,) = store.entries()
    assert entry.deed.after["why"] == "measured by hand"
    assert entry.deed.after["gates"] == "failed: later_time campaign"
