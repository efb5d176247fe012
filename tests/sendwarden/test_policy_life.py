"""A version's way and exemptions from the command line."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from models.policy import default_policy_text
from sendwarden.cli.app import build

RUNNER = CliRunner()


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SENDWARDEN_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USER", "ann")
    monkeypatch.setenv("LOGNAME", "ann")


def run(*arguments: object, code: int = 0) -> str:
    result = RUNNER.invoke(build(), [str(one) for one in arguments])
    assert result.exit_code == code, result.output
    assert "Traceback" not in result.output
    return result.output


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    path = tmp_path / "mine.yaml"
    path.write_text(default_policy_text().replace("review: 0.87", "review: 0.88"))
    return path


def test_a_version_is_drafted_published_and_rolled_back(policy: Path) -> None:
    policy_id = run("policy", "draft", policy, "--note", "milder").split()[0]
    assert "backtest it first" in run("policy", "publish", policy_id, code=1)
    assert "is live" in run("policy", "publish", policy_id, "--why", "urgent")
    listed = run("policy", "versions")
    assert re.search(rf"{policy_id}.*live.*ann", listed)
    assert "from the database" in listed
    assert "in force: default-1-" in run("policy", "roll-back")
    assert "from the file" in run("policy", "versions")
    run("policy", "roll-back", code=1)
    run("policy", "shadow", policy_id, code=1)


def test_what_terminates_waits_for_another_person(
    policy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy.write_text(policy.read_text().replace("malicious >= 0.97", "malicious >= 0.9"))
    policy_id = run("policy", "draft", policy).split()[0]
    assert "another person" in run("policy", "publish", policy_id, "--why", "x")
    assert "another person" in run("policy", "publish", policy_id, "--why", "x", code=1)
    monkeypatch.setenv("LOGNAME", "bob")
    assert "is live" in run("policy", "publish", policy_id, "--why", "x")


def test_a_shadow_is_compared_and_a_faulty_file_is_no_draft(policy: Path) -> None:
    policy_id = run("policy", "draft", policy).split()[0]
    assert "0 decisions in shadow" in run("policy", "compare", policy_id)
    policy.write_text("format: 1")
    assert "missing" in run("policy", "draft", policy, code=1)
    assert "no policy 'x'" in run("policy", "withdraw", "x", code=1)


def test_exemptions_are_added_listed_and_ended() -> None:
    made = run(
        "exemptions", "add", "shop-7", "--kind", "allow_list", "--days", 3, "--note", "known"
    )
    assert "allow_list" in run("exemptions", "list")
    run("exemptions", "end", made.split()[0])
    assert "shop-7" not in run("exemptions", "list")
    assert "shop-7" in run("exemptions", "list", "--past")
    assert "3 entries" not in run("audit", "verify")
    assert "366 days" in run("exemptions", "add", "a", "--days", 1e9, code=1)
    assert "--kind" in run("exemptions", "add", "a", "--kind", "king", code=2)
