"""`sendwarden policy` says what is wrong where it is, and shows what is right."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from models.policy import default_policy_text
from sendwarden.cli.policy import app

WIDE = {"COLUMNS": "200", "TERM": "dumb"}


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments), env=WIDE)


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    path = tmp_path / "bad.yaml"
    path.write_text(default_policy_text().replace("throttle: 0.12", "throtle: 0.12"))
    return path


def test_a_usable_policy_passes(tmp_path: Path) -> None:
    path = tmp_path / "good.yaml"
    path.write_text(default_policy_text())
    result = run("check", str(path))
    assert result.exit_code == 0
    assert "usable: default-1-" in result.stdout


def test_a_fault_is_shown_with_its_line_and_a_caret(bad: Path) -> None:
    result = run("check", str(bad))
    assert result.exit_code == 1
    lines = result.stderr.split("\n")
    heading = next(n for n, line in enumerate(lines) if "unknown key 'throtle'" in line)
    assert ":20:12" in lines[heading]
    excerpt, caret = lines[heading + 1 : heading + 3]
    assert excerpt[caret.index("^") :].startswith("throtle")
    assert "did you mean 'throttle'?" in lines[heading + 3]
    assert "1 fault;" in result.stderr


def test_all_faults_are_counted(bad: Path) -> None:
    bad.write_text(bad.read_text().replace("format: 1", "format: x").replace("15m", "15"))
    assert "4 faults;" in run("check", str(bad)).stderr


@pytest.mark.parametrize("body", [b"\xff\xfe\x00", b"", b"[" * 1_000, b"a: \x00"])
def test_a_file_that_is_no_policy_is_explained(tmp_path: Path, body: bytes) -> None:
    path = tmp_path / "odd.yaml"
    path.write_bytes(body)
    result = run("check", str(path))
    assert result.exit_code == 1
    assert result.stderr.strip()
    assert "Traceback" not in result.output


def test_a_missing_file_is_a_usage_error(tmp_path: Path) -> None:
    assert run("check", str(tmp_path / "none.yaml")).exit_code == 2


def test_the_shipped_policy_is_shown() -> None:
    result = run("show")
    assert result.exit_code == 0
    for text in ("transactional", "throttle 0.12", "bounces_over_pause", "50,000"):
        assert text in result.stdout


def test_every_action_is_listed() -> None:
    result = run("actions")
    for name in ("allow", "throttle", "trickle", "review", "terminate"):
        assert name in result.stdout


@pytest.mark.parametrize("command", ["check", "show", "actions"])
def test_help_has_an_example(command: str) -> None:
    assert f"sendwarden policy {command}" in run(command, "--help").stdout
