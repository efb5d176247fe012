"""`sendwarden list scan` on files as customers send them."""

import gzip
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from features.hashing import AddressHasher
from features.lists import ListScan, scan
from models.decision import Forecast, Interval
from models.segments import cell_rates, removal, with_rates
from sendwarden.cli.app import build
from sendwarden.list_card import list_card
from sendwarden.list_forecast import Outlook

IMPORTED = datetime(2026, 2, 1, tzinfo=UTC)

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


def test_one_of_a_thing_is_not_many(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_bytes(b"email\nann@gmial.com\n")
    _, output = run(str(tmp_path / "people.csv"), "--imported-at", "2026-02-01")
    assert "1 row: 1 address, 0 of it repeated" in output
    assert "gmail.com is meant, 1 row" in output
    assert "1 rows" not in output


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


def test_the_card_says_what_to_mend(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_bytes(BODY + b"jane,\n")
    code, output = run(str(tmp_path / "people.csv"), "--imported-at", "2026-02-01")
    assert code == 0
    assert "lines of the file without an address: 302 (no at sign)" in output
    assert "gmial.com: gmail.com is meant, 150 rows" in output
    assert "jane" not in output


def scan_of(rows: list[bytes]) -> ListScan:
    body = b"email,opted_in_at\n" + b"\n".join(rows)
    return scan(io.BytesIO(body), "csv", AddressHasher(b"k" * 32), IMPORTED)


def test_the_card_tells_segments_and_what_to_take_out() -> None:
    rows = [b"p%d@gmail.com,2026-01-15" % n for n in range(3_000)]
    rows += [b"q%d@web.de,2020-01-01" % n for n in range(1_000)]
    found = scan_of(rows)
    forecast = Forecast(
        hard_bounce_rate=Interval(mean=0.05, low=0.01, high=0.2),
        complaint_rate=Interval(mean=0.0004, low=0.0, high=0.01),
    )
    rates = cell_rates(found.cells, forecast)
    segments = with_rates(found.segments, found.cells, rates)
    outlook = Outlook(forecast, segments, removal(segments, found.cells, rates))
    console = Console(width=120, record=True, file=io.StringIO())
    console.print(list_card(found, "people.csv", outlook))
    text = " ".join(console.export_text().replace("│", "").split())
    assert "hard bounces 5.0% (1.0% to 20.0%)" in text
    assert "without consent age 'over 2 years' (1,000 rows) the rest of 3,000 can be sent" in text


def test_known_bad_lists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SENDWARDEN_HOME", str(tmp_path / "home"))
    (tmp_path / "sold.csv").write_bytes(BODY)

    def known(*arguments: str) -> tuple[int, str]:
        result = CliRunner().invoke(build(), ["list", "known", *arguments])
        return result.exit_code, result.output

    assert known("add", "leads", str(tmp_path / "sold.csv")) == (
        0, "leads: 300 addresses are known now\n",
    )  # fmt: skip
    assert "leads" in known("list")[1]
    assert known("add", "two words", str(tmp_path / "sold.csv"))[0] == 2
    assert known("remove", "leads")[0] == 0
    assert known("remove", "leads")[0] == 1
    assert "leads" not in known("list")[1]
