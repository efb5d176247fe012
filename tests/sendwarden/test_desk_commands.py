"""People are added and the audit log is proven on the command line."""

import re
import sqlite3
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sendwarden.cli.app import build

RUN = CliRunner()
app = build()
PASSWORD = {"SENDWARDEN_NEW_PASSWORD": "correct horse battery"}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SENDWARDEN_HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "120")
    return tmp_path


def verify(*options: str) -> tuple[int, str]:
    result = RUN.invoke(app, ["audit", "verify", *options])
    return result.exit_code, result.output


def test_people_are_added_listed_and_disabled(home: Path) -> None:
    added = RUN.invoke(app, ["people", "add", "ann", "--role", "lead", "--totp"], env=PASSWORD)
    assert added.exit_code == 0, added.output
    assert "otpauth://totp/Sendwarden:ann?" in added.output
    assert re.search(r"ann\s.*lead\s.*yes", RUN.invoke(app, ["people", "list"]).output)
    assert RUN.invoke(app, ["people", "disable", "ann"]).exit_code == 0
    assert RUN.invoke(app, ["people", "disable", "zoe"]).exit_code == 1
    weak = RUN.invoke(app, ["people", "add", "bob"], env={"SENDWARDEN_NEW_PASSWORD": "short"})
    assert weak.exit_code == 1
    assert RUN.invoke(app, ["people", "add", "bob", "--role", "king"], env=PASSWORD).exit_code == 1


def test_verify_finds_a_changed_row_and_a_cut_end(home: Path) -> None:
    for name in ("ann", "bob", "cleo"):
        assert RUN.invoke(app, ["people", "add", name], env=PASSWORD).exit_code == 0
    code, said = verify()
    assert (code, said.startswith("3 entries hold")) == (0, True)
    head = said.split("head ", maxsplit=1)[1].strip()
    assert verify("--head", head)[0] == 0
    with sqlite3.connect(home / "sendwarden.db") as database:
        database.execute("DELETE FROM audit_log WHERE number = 3")
    database.close()
    assert verify()[0] == 0
    assert verify("--head", head)[0] == 1
    with sqlite3.connect(home / "sendwarden.db") as database:
        database.execute(
            "UPDATE audit_log SET body = CAST(replace(CAST(body AS TEXT), 'ann', 'eve') AS BLOB) WHERE number = 1"
        )
    database.close()
    assert "entry 1 was changed" in verify()[1]
