"""`sendwarden simulate` writes where it may and says why where it may not."""

from pathlib import Path

from typer.testing import CliRunner

from sendwarden.cli.app import build

SMALL = ["simulate", "--accounts", "8", "--days", "4", "--out"]


def _run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(build(), list(arguments), env={"COLUMNS": "200"})
    return result.exit_code, result.output


def test_writes_a_world_and_replaces_it_only_when_forced(tmp_path: Path) -> None:
    out = tmp_path / "world"
    assert _run(*SMALL, str(out))[0] == 0
    before = (out / "truth.ndjson").read_bytes()
    code, text = _run(*SMALL, str(out))
    assert code == 2
    assert "--force" in text
    code, _ = _run(*SMALL, str(out), "--seed", "2", "--force")
    assert code == 0
    assert (out / "truth.ndjson").read_bytes() != before


def test_leaves_a_directory_alone_that_is_not_a_world(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    code, text = _run(*SMALL, str(tmp_path), "--force")
    assert code == 2
    assert "not a world" in text
    assert (tmp_path / "thesis.txt").exists()


def test_names_the_personas_when_one_is_unknown(tmp_path: Path) -> None:
    code, text = _run(*SMALL, str(tmp_path / "w"), "--without", "baker")
    assert code == 2
    assert "no persona baker" in text
    assert not (tmp_path / "w").exists()


def test_says_where_no_directory_can_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    code, text = _run(*SMALL, str(tmp_path / "file" / "world"))
    assert code == 2
    assert "cannot make" in text
    assert "Not a directory" in text
