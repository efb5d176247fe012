"""The whole loop on a very small simulated world, through the commands a user types."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sendwarden.cli.app import build
from training.simulate import SimulationConfig, simulate
from training.world import World

# MLflow 3 on SQLAlchemy 2.1 and Python 3.11 warns about itself; nothing of that is ours.
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::DeprecationWarning:mlflow"),
    pytest.mark.filterwarnings("ignore::FutureWarning:mlflow"),
]
RUNNER = CliRunner()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("simulated") / "world"
    config = SimulationConfig(accounts=70, days=25, seed=5, abusive_share=0.3, volume=0.05)
    simulate(config, folder, lambda *_: None)
    return folder


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, made_mlflow: Path) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("home")
    # The tables of MLflow take seconds to make; tests/models makes them anew.
    shutil.copy(made_mlflow, folder / "mlflow.db")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SENDWARDEN_HOME", str(folder))
        yield folder


@pytest.fixture(scope="module")
def trained(world: Path, home: Path) -> str:
    folder = home / "made"
    return _run(
        "train", "--world", world, "--quick", "--jobs", 1, "--vectors", home / "vectors",
        "--report", folder / "report.json", "--bundle", folder / "bundle",
    )  # fmt: skip


def test_training_registers_a_champion_and_says_that_it_is_simulated(
    trained: str, home: Path
) -> None:
    assert "champion" in trained
    assert "simulat" in trained
    report = json.loads((home / "made" / "report.json").read_text())
    assert set(report["subjects"]) == {"account", "list", "campaign"}
    assert set(report["subjects"]["campaign"]["forecasts"]) == {"hard_bounce", "complaint"}
    manifest = json.loads((home / "made" / "bundle" / "manifest.json").read_text())
    assert manifest["note"]["simulated"] is True
    assert manifest["note"]["report"]["made_from"]["seed"] == 1


def test_a_second_training_reads_the_kept_vectors_and_is_a_challenger(
    trained: str, world: Path, home: Path
) -> None:
    told = _run("train", "--world", world, "--quick", "--jobs", 1, "--vectors", home / "vectors", "--seed", 1)  # fmt: skip
    assert "challenger" in told
    listed = _run("model", "list")
    assert listed.count("champion") == 1
    shown = _run("model", "show")
    assert "ROC AUC" in shown


def test_evaluation_decides_on_everything_and_measures_it(
    trained: str, world: Path, home: Path
) -> None:
    out, report = home / "decisions.ndjson", home / "figures.json"
    told = _run("evaluate", "--world", world, "--out", out, "--report", report)
    assert "false stops" in told
    lines = [json.loads(line) for line in out.read_text().splitlines()]
    campaigns = {line["campaign_id"]: line for line in lines if "campaign_id" in line}
    assert set(campaigns) == {entry.campaign_id for entry in World(world).campaigns}
    accounts = {line["account_id"]: line["risk"] for line in lines if "account_id" in line}
    assert set(accounts) == set(World(world).accounts)
    assert all(0 <= risk <= 1 for risk in accounts.values())
    figures = json.loads(report.read_text())
    assert set(figures["mail"]) == {
        "Sendwarden", "no control", "SES limits, pause", "SES limits, review",
        "a tenth, then 2 h", "test without scores",
    }  # fmt: skip
    stages = [line["grants"] for line in campaigns.values() if len(line.get("grants", ())) > 1]
    assert stages, "some campaign goes out in stages"
    assert figures["mail"]["no control"]["mail_leaked"] == 1.0
    # It learned on this very world: ranking no better than chance would be a broken loop.
    assert figures["campaigns"]["figures"]["roc_auc"] > 0.75


def test_without_a_truth_there_are_decisions_and_no_figures(trained: str, tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    config = SimulationConfig(accounts=15, days=10, seed=6, volume=0.05)
    simulate(config, bare, lambda *_: None)
    (bare / "truth.ndjson").unlink()
    told = _run("evaluate", "--world", bare, "--out", tmp_path / "d.ndjson")
    assert "figures are not possible" in told
    assert (tmp_path / "d.ndjson").read_text().count("campaign_id") > 10


def test_the_odd_world_is_evaluated_through_the_real_use_cases(
    trained: str, odd_world: World, tmp_path: Path
) -> None:
    told = _run("evaluate", "--world", odd_world.folder, "--out", tmp_path / "d.ndjson")
    assert "odd about this world" in told
    lines = [json.loads(line) for line in (tmp_path / "d.ndjson").read_text().splitlines()]
    assert {line["campaign_id"] for line in lines if "campaign_id" in line} == {"c1", "c2", "c3", "c4", "c5"}  # fmt: skip


def test_a_world_without_truth_cannot_be_learned_from(odd_world: World, home: Path) -> None:
    (odd_world.folder / "truth.ndjson").unlink()
    result = RUNNER.invoke(build(), ["train", "--world", str(odd_world.folder)])
    assert result.exit_code == 2
    assert "nothing to learn from" in result.output


def _run(*arguments: object) -> str:
    result = RUNNER.invoke(build(), [str(argument) for argument in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output
