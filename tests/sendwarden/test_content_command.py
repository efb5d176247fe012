import json

import pytest
from typer.testing import CliRunner

from sendwarden.cli.app import build

RUNNER = CliRunner()
MAIL = b"From: a@b.com\nSubject: hi\n\nPlease verify your account password or it will be suspended. Click here to confirm your bank details today.\n"


def run(*arguments, **more):
    return RUNNER.invoke(build(), ["content", *arguments], **more)


def test_scores_files_folders_maildirs_and_lines(tmp_path):
    (tmp_path / "box" / "cur").mkdir(parents=True)
    (tmp_path / "box" / "new").mkdir()
    (tmp_path / "box" / "cur" / "1").write_bytes(MAIL)
    (tmp_path / "box" / "new" / "2").write_bytes(b"\xff\x00 not a mail")
    lines = [{"id": "a", "raw": MAIL.decode()}, {"id": "b", "subject": "hi", "text": "short"}]
    (tmp_path / "mails.jsonl").write_text("\n".join(map(json.dumps, lines)) + "\n\n")
    result = run("score", str(tmp_path / "box" / "cur"), "--maildir", str(tmp_path / "box"), "--jsonl", str(tmp_path / "mails.jsonl"))  # fmt: skip
    assert result.exit_code == 0
    found = [json.loads(line) for line in result.stdout.splitlines()]
    assert [row["id"].rpartition("/")[2] for row in found] == ["1", "1", "2", "a", "b"]
    assert [row["judged"] for row in found] == [True, True, False, True, False]
    assert found[0] == found[1] | {"id": found[0]["id"]}
    assert found[0]["malicious"] > 0.5
    assert found[0]["reasons"][0].keys() == {"term", "weight"}
    assert found[2]["malicious"] is None


def test_reads_standard_input():
    result = run("score", "-", input=MAIL)
    assert json.loads(result.stdout)["judged"]


@pytest.mark.parametrize(
    ("line", "said"),
    [("nonsense", "not JSON"), ('["a"]', "not an object"), ('{"text": 1}', "not an object")],
)
def test_a_bad_line_is_named(tmp_path, line, said):
    file = tmp_path / "x.jsonl"
    file.write_text(line)
    result = run("score", "--jsonl", str(file))
    assert result.exit_code == 2
    assert "x.jsonl:1" in result.stderr
    assert said in result.stderr


def test_nothing_named_says_what_to_do():
    result = run("score")
    assert result.exit_code == 2
    assert "--maildir" in result.stderr


def test_missing_corpora_are_named(tmp_path):
    result = run("evaluate", "--data", str(tmp_path))
    assert result.exit_code == 2
    assert "enron1.jsonl.gz" in result.stderr
    assert "SENDWARDEN_DATA" in result.stderr
