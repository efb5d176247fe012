"""README's example prints what README says it prints."""

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sendwarden.cli.app import build

_ROOT = Path(__file__).parents[2]


def test_the_example_prints_what_readme_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    readme = (_ROOT / "README.md").read_text(encoding="utf-8")
    shown = re.search(r"```\n\$ sendwarden (.*?[^\\])\n(╭.*?)```", readme, re.DOTALL)
    assert shown is not None, "README has no example with a card"
    monkeypatch.chdir(_ROOT)
    monkeypatch.setenv("COLUMNS", str(len(shown[2].splitlines()[0])))
    arguments = shlex.split(shown[1].replace("\\\n", " "))
    printed = CliRunner().invoke(build(), arguments).output
    assert _lines(printed) == _lines(shown[2])


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip().splitlines()]


def test_a_policy_that_is_not_there_is_a_message(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SENDWARDEN_POLICY_FILE", "/not/there.yaml")
    message = _ROOT / "sendwarden" / "examples" / "phishing.eml"
    told = CliRunner().invoke(build(), ["score", str(message)])
    assert told.exit_code == 2
    assert "/not/there.yaml" in told.output
    assert "cannot score" in told.output
