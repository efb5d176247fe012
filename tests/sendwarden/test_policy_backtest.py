"""Backtests from the command line: on a store, and on a world whose truth says how far off they are."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from benchmarks.backtest import permissive
from features.catalogue import load_catalogue
from features.records import Account, Stream
from models.policy import default_policy_text, load_policy
from sendwarden.bundles import serving_bundle
from sendwarden.cli.app import build
from sendwarden.compose import build_warden
from sendwarden.history import read_history
from sendwarden.settings import load_settings
from sendwarden.world_backtest import COMPARED, logged, really
from service.review import Verdict
from tests.service.conftest import START
from training.backtest import backtest, report_on
from training.backtest_rows import Assumptions
from training.simulate import SimulationConfig, simulate

RUNNER = CliRunner()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SENDWARDEN_HOME", str(folder))
        patch.setenv("COLUMNS", "200")
        yield folder


@pytest.fixture(scope="module")
def kept(home: Path) -> Path:
    """A store with decisions of 12 accounts; the campaigns of one were called abusive."""
    warden = build_warden(load_settings())
    for number in range(12):
        account_id = f"a{number}"
        warden.put_account(
            Account(account_id=account_id, created_at=START, plan="free", country="DE"), START
        )
        for campaign in range(3):
            decision = warden.score_campaign(
                f"c{number}-{campaign}", account_id, 400 * (campaign + 1),
                Stream.TRANSACTIONAL if campaign == 2 else Stream.BROADCAST, [], b"Subject: x\n\ny",
                None, START,
            )  # fmt: skip
            warden.release(f"c{number}-{campaign}", 10_000, START)
        if number == 3:
            warden.give_verdict(decision.decision_id, Verdict("abusive"), START)
    warden.close()
    return home


def run(*arguments: object, code: int = 0) -> str:
    result = RUNNER.invoke(build(), [str(one) for one in arguments])
    assert result.exit_code == code, result.output
    return result.output


@pytest.mark.slow
def test_the_estimate_from_a_permissive_log_agrees_with_really_running_the_policy(
    tmp_path: Path,
) -> None:
    world = tmp_path / "world"
    config = SimulationConfig(accounts=110, days=25, seed=5, abusive_share=0.3, volume=0.08)
    simulate(config, world, lambda *_: None)
    catalogue, settings = load_catalogue(), load_settings(home=tmp_path)
    log, draft = (load_policy(t, catalogue) for t in (permissive(), default_policy_text()))
    bundle = serving_bundle(settings, catalogue)
    walked = logged(world, settings, catalogue, bundle, log, draft, shown=False)
    found = backtest(walked.history, log, draft, assumed=Assumptions(looked_after=None))
    report = report_on(found)
    assert report["agreement"]["same"] == report["agreement"]["decisions"] > 300
    assert report["figures"]["leaked_share"]["live"][0] == 1.0 == walked.really["mail_leaked"]
    truth = really(world, settings, catalogue, bundle, draft, shown=False)
    for estimated, own in COMPARED.items():
        value, low, high = report["figures"][estimated]["draft"]
        assert low - 0.01 <= truth[own] <= high + 0.01, (estimated, value, truth[own])
    leaked = report["figures"]["leaked_share"]["draft"][0]
    assert leaked == pytest.approx(truth["mail_leaked"], abs=0.06)
    assert leaked < 0.9, "the draft has to make a difference, or nothing is compared"


def test_a_store_is_replayed_and_a_milder_draft_shows(kept: Path, tmp_path: Path) -> None:
    draft, out = tmp_path / "draft.yaml", tmp_path / "report.json"
    draft.write_text(permissive())
    told = run("policy", "backtest", draft, "--since", "2026-01-01", "--report", out)
    assert "Decisions that change" in told
    report: dict[str, Any] = json.loads(out.read_text())
    assert report["decisions"] == 48
    assert report["known_by"]["verdict"] == 3
    assert report["agreement"]["same"] == report["agreement"]["decisions"] == 48
    assert report["odd"] == {}
    same = run("policy", "backtest", draft, "--live", draft, "--since", "2026-01-01")
    assert "none" in same


def test_what_the_policy_saw_comes_back_from_the_store(kept: Path) -> None:
    warden = build_warden(load_settings())
    history = read_history(warden.store, load_catalogue(), {"recipients"}, None)
    warden.close()
    campaigns = [past for past in history.decisions if past.mail is not None]
    assert {past.context.recipients for past in campaigns} == {400, 800, 1_200}
    assert {p.context.recipients for p in campaigns if p.stream is Stream.TRANSACTIONAL} == {1_200}
    assert all(past.context.account_age_days == 0 for past in campaigns)
    assert {past.missing for past in campaigns} == {("list_facts",), ()}


def test_a_draft_is_proposed_that_the_check_accepts(kept: Path, tmp_path: Path) -> None:
    out, chart = tmp_path / "draft.yaml", tmp_path / "frontier.svg"
    told = run(
        "policy", "optimise", "--since", "2026-01-01", "--effort", 12, "--reviewers", 3,
        "--wrong-suspension", 500, "--out", out, "--chart", chart,
    )  # fmt: skip
    assert "One reviewer more" in told
    assert "usable: default-1-optimised-" in run("policy", "check", out)
    assert out.read_text().count("#") == default_policy_text().count("#")
    assert chart.read_text().lstrip().startswith("<?xml")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--since", "yesterday"), "--since"),
        (("--since", "1h"), "no decision since 1h"),
        (("--since", "999999999d"), "--since"),
    ],
)
def test_a_wrong_question_is_explained(
    kept: Path, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    draft = tmp_path / "draft.yaml"
    draft.write_text(default_policy_text())
    result = RUNNER.invoke(build(), ["policy", "backtest", str(draft), *arguments])
    assert result.exit_code in (1, 2)
    assert said in result.output
    assert "Traceback" not in result.output
