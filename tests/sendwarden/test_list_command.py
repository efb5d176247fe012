"""`sendwarden list scan` on files as customers send them."""

import gzip
import json
from pathlib import Path

from typer.testing import CliRunner

from sendwarden.cli.app import build

BODY = b"email,opted_in_at\n" + b"".join(
    b"p%d@%s,2026-01-0%d\n" % (n, b"gmail.com" if n % 2 else b"gmial.com", n % 9 + 1)
    for n in range(300)
)


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(build(), ["list", "scan", *arguments])
    return result.exit_code, result.output


def test_a_card(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_bytes(BODY)
    code, output = run(str(tmp_path / "people.csv"), "--imported-at", "2026-02-01")
    assert code == 0
    assert "300 rows" in output
    assert "mistyped domains 50 %" in output
    assert "up to 90 days" in output
    assert "p1@" not in output


def test_json_of_a_packed_list(tmp_path: Path) -> None:
    (tmp_path / "people.csv.gz").write_bytes(gzip.compress(BODY))
    code, output = run(str(tmp_path / "people.csv.gz"), "--json", "--imported-at", "2026-02-01")
    answer = json.loads(output)
    assert code == 0
    assert (answer["rows"], answer["features"]["list_typo_share"]) == (300, 0.5)
    assert answer["features"]["list_engaged_90d_share"] is None


def test_the_format_follows_the_name(tmp_path: Path) -> None:
    (tmp_path / "people.jsonl").write_text('{"email": "ann@b.com"}\n')
    code, output = run(str(tmp_path / "people.jsonl"), "--json")
    assert code == 0
    assert json.loads(output)["valid"] == 1


def test_what_is_no_list_is_said(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("Dear all\n")
    code, output = run(str(tmp_path / "notes.txt"))
    assert code == 2
    assert "no column named 'email'" in output
