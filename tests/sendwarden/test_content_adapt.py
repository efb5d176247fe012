"""`sendwarden content adapt` and the setting that has its model used."""

import json

import pytest
from typer.testing import CliRunner

from models.content import TextModel
from models.registry import read_text_model
from sendwarden.adapt_content import MOST, read_own
from sendwarden.cli.app import build
from sendwarden.compose import build_warden, text_model
from sendwarden.settings import BadSettings, load_settings
from training.content.corpora import Kind

RUNNER = CliRunner()
TEXT = "Dear {0} member, please verify your account {0} password today or it will be suspended. Click here to confirm your bank details with {0} Fernwood Shire council, {1} and {2}."
NAMES = ("maple", "birch", "cedar", "hazel", "rowan", "aspen", "alder", "larch", "linden", "poplar")


def run(*arguments, **more):
    return RUNNER.invoke(build(), ["content", *arguments], **more)


def mail(number):
    names = (*NAMES, *NAMES)[number : number + 3]
    return f"From: a@b.com\nSubject: {names[0]}\n\n{TEXT.format(*names)}\n"


def lines(path, mails):
    path.write_text("\n".join(json.dumps({"id": i, "raw": raw}) for i, raw in enumerate(mails)))
    return path


@pytest.fixture(scope="module")
def taught(tmp_path_factory):
    folder = tmp_path_factory.mktemp("taught")
    given = lines(folder / "good.jsonl", [*map(mail, range(10)), "Subject: x\n\nshort"])
    out = folder / "own.npz"
    return folder, out, run("adapt", "--wanted", str(given), "--out", str(out))


def test_says_what_teaching_did(taught):
    _, out, result = taught
    assert result.exit_code == 0, result.stderr
    rows = {line.split()[0]: line.split() for line in result.stdout.splitlines()}
    assert rows["wanted"][1:3] == ["10", "10"]
    assert "abuse of written mail" in result.stdout
    assert "cannot judge them: 1" in result.stdout
    assert "fernwood" in result.stdout
    assert f"SENDWARDEN_TEXT_MODEL_FILE={out}" in result.stdout
    assert "11 messages, wanted" in result.stderr
    assert "teaching 10 messages" in result.stderr


def test_one_mail_is_one(tmp_path):
    given = lines(tmp_path / "good.jsonl", [mail(0)])
    result = run("adapt", "--wanted", str(given), "--out", str(tmp_path / "own.npz"))
    assert "(1 mail)" in result.stdout
    assert "(1 mails)" not in result.stdout
    assert "all of the mail is one template" in result.stdout


def test_the_setting_has_the_model_used(taught, monkeypatch):
    folder, out, _ = taught
    (folder / "new.eml").write_text(mail(3))
    before = json.loads(run("score", str(folder / "new.eml")).stdout)
    monkeypatch.setenv("SENDWARDEN_TEXT_MODEL_FILE", str(out))
    after = json.loads(run("score", str(folder / "new.eml")).stdout)
    assert after["wanted"] > before["wanted"] + 0.2
    warden = build_warden(load_settings(home=folder / "home"))
    assert warden._parts.text_model.to_bytes() == out.read_bytes()


def test_without_the_setting_the_shipped_model_is_used():
    found = text_model(load_settings())
    assert found is not None
    assert found.to_bytes() == TextModel.from_bytes(read_text_model()).to_bytes()


@pytest.mark.parametrize(
    ("data", "said"), [(None, "No such file"), (b"text", "no npz"), (b"PK\x05\x06" + bytes(18), "not a text model")]
)  # fmt: skip
def test_a_file_that_is_no_text_model_is_refused(tmp_path, monkeypatch, data, said):
    file = tmp_path / "model.npz"
    if data is not None:
        file.write_bytes(data)
    with pytest.raises(BadSettings, match=f"SENDWARDEN_TEXT_MODEL_FILE: .*model.npz: .*{said}"):
        text_model(load_settings(text_model_file=file))
    monkeypatch.setenv("SENDWARDEN_TEXT_MODEL_FILE", str(file))
    monkeypatch.setenv("SENDWARDEN_HOME", str(tmp_path / "home"))
    for command in (("content", "score", "-"), ("serve", "--port", "0")):
        result = RUNNER.invoke(build(), command, input=mail(1))
        assert result.exit_code == 2
        assert said in result.stderr


def refused(*arguments, **more):
    result = run("adapt", *arguments, **more)
    assert result.exit_code == 2
    return " ".join(result.stderr.replace("│", " ").split())


def test_refuses_before_it_reads(tmp_path):
    good = lines(tmp_path / "good.jsonl", [mail(1)])
    (tmp_path / "there.npz").write_bytes(b"mine")
    given = ("--wanted", str(good), "--out")
    assert "there.npz is there already" in refused(*given, str(tmp_path / "there.npz"))
    assert (tmp_path / "there.npz").read_bytes() == b"mine"
    assert "nowhere is no folder" in refused(*given, str(tmp_path / "nowhere" / "x.npz"))
    assert "is there already" in refused(*given, str(tmp_path))


def test_no_mail_is_said(tmp_path):
    out = ("--out", str(tmp_path / "x.npz"))
    (tmp_path / "empty").mkdir()
    assert "--wanted" in refused(*out)
    assert "no mail in" in refused("--wanted", str(tmp_path / "empty"), *out)
    assert "does not exist" in refused("--wanted", str(tmp_path / "none"), *out)
    assert "can judge none" in refused("--wanted", "-", *out, input="Subject: x\n\nshort")
    (tmp_path / "bad.jsonl").write_text("nonsense")
    assert "bad.jsonl:1: not JSON" in refused("--unwanted", str(tmp_path / "bad.jsonl"), *out)
    assert not (tmp_path / "x.npz").exists()


def test_reads_every_form_and_draws_from_much(tmp_path):
    box = tmp_path / "box"
    for folder in ("cur", "new", "tmp"):
        (box / folder).mkdir(parents=True)
        (box / folder / "1").write_text(mail(1))
    (tmp_path / "one.eml").write_text(mail(2))
    given = [
        (Kind.WANTED, [lines(tmp_path / "good.jsonl", [mail(3)] * (MOST + 500))]),
        (Kind.MALICIOUS, [box, tmp_path / "one.eml"]),
    ]
    said = []
    found = read_own(given, said.append)
    kinds = [one.kind for one in found]
    assert kinds.count(Kind.WANTED) == MOST
    assert kinds.count(Kind.MALICIOUS) == 3
    assert "2,000 of 2,500 messages, wanted" in "\n".join(said)
    assert "2,000 messages read" in said
