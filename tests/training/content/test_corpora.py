import gzip
import json
import re

import pytest

from training.content.corpora import (
    CORPORA,
    NOTICES,
    WRITTEN,
    Kind,
    MissingCorpus,
    canonical,
    read_corpora,
    read_corpus,
    read_messages,
)

EVERYDAY_LABELS = {
    "letter": Kind.WANTED,
    "malicious": Kind.MALICIOUS,
    "notice": Kind.WANTED,
    "unsolicited": Kind.UNSOLICITED,
}
BULK_LABELS = {"marketing": Kind.WANTED}
LIST_MAIL = (
    "Received: from lists.example\nX-Spam-Flag: YES\nFrom: Ann <ann@shop.example>\n"
    "Subject: [Devel] [SPAM] Re: Big sale\nList-Unsubscribe: <mailto:list@lists.example>\n\n"
    "Buy now.\n> quoted words\nOn Monday Bob wrote:\n"
    "_______________________________________________\nDevel mailing list\nhttps://lists.example\n"
)


def write(folder, name, rows):
    (folder / "content").mkdir(exist_ok=True)
    with gzip.open(folder / "content" / f"{name}.jsonl.gz", "wt") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)


def test_what_gives_the_label_away_is_taken_out():
    message = canonical({"raw": LIST_MAIL})
    assert message.subject == "Big sale"
    assert message.text.split() == ["Buy", "now."]
    assert not message.list_unsubscribe


def test_rows_become_examples(tmp_path):
    rows = [
        {"id": "1", "label": "ham", "raw": LIST_MAIL},
        {"id": "2", "label": "spam", "subject": "hi", "body": "buy pills"},
        {"id": "3", "label": "unlabelled", "body": "x"},
        {
            "id": "4",
            "label": "spam",
            "subject": "Delivery Status Notification (Failure)",
            "body": "x",
        },
        {"id": "5", "label": "phish"},
    ]
    write(tmp_path, "mine", rows)
    found = [(e.id, e.kind) for e in read_corpus(tmp_path, "mine")]
    assert found == [("1", Kind.WANTED), ("2", Kind.UNSOLICITED), ("5", Kind.MALICIOUS)]


def test_a_missing_corpus_is_named(tmp_path):
    with pytest.raises(MissingCorpus, match="enron1"):
        read_corpora(tmp_path, ["enron1"])


def test_research_terms_are_respected():
    fitted = {corpus.name for corpus in CORPORA if corpus.fitted}
    assert "trec07p_first_half" not in fitted


@pytest.mark.corpus
def test_every_corpus_is_there_and_reads(corpus_dir):
    for corpus in CORPORA:
        if not corpus.shipped:
            assert (corpus_dir / "content" / f"{corpus.name}.jsonl.gz").is_file()
    examples = list(read_corpus(corpus_dir, "openpaws_campaigns"))
    assert len(examples) > 50
    assert {e.kind for e in examples} == {Kind.WANTED}


def test_notices_are_shipped_read_and_wanted(tmp_path):
    examples = list(read_corpus(tmp_path, NOTICES))
    assert len(examples) > 1_000
    assert {e.kind for e in examples} == {Kind.WANTED}
    assert {e.source for e in examples} == {"en", "other"}
    assert {"es", "de", "fr", "en"} <= {e.analysis.language for e in examples}


def test_notices_hold_no_markup_of_the_programs_they_are_from(tmp_path):
    texts = [mail.message.text for mail in read_messages(tmp_path, NOTICES)]
    assert not [text for text in texts if "{{" in text or "{%" in text or "<input" in text]


@pytest.mark.parametrize("name", WRITTEN)
def test_written_mail_is_shipped_and_says_what_it_is(tmp_path, name):
    mails = list(read_messages(tmp_path, name))
    assert len({mail.id for mail in mails}) == len(mails) > 400
    labels = {mail.id.split("/")[2]: mail.kind for mail in mails}
    assert labels == (BULK_LABELS if name == "written_bulk" else EVERYDAY_LABELS)
    assert len({mail.id.split("/")[1] for mail in mails}) >= 17
    assert {(mail.source, "/en/" in mail.id) for mail in mails} == {("en", True), ("other", False)}


def test_written_mail_repeats_nothing_and_no_host_gives_a_label_away(tmp_path):
    """A link in good and bad mail alike leads to the domain that nobody can have (RFC 2606)."""
    texts = [mail.message for name in WRITTEN for mail in read_messages(tmp_path, name)]
    assert len({message.text for message in texts}) == len(texts)
    hosts = {link.host for message in texts for link in message.links}
    assert len(hosts) > 300
    assert not [host for host in hosts if not host.endswith(".example")]


@pytest.mark.corpus
def test_written_mail_was_not_copied_from_the_corpora_it_is_judged_beside(corpus_dir, tmp_path):
    """Stock phrases are shared; a mail that shares more runs of eight words is somebody else's."""
    written = {
        run: mail.id
        for name in WRITTEN
        for mail in read_messages(tmp_path, name)
        for run in runs_of(mail.message.text)
    }
    shared: dict[str, set[str]] = {}
    for name in ("nazario_2015_2022", "lingspam", "enron1", "openpaws_campaigns"):
        for mail in read_messages(corpus_dir, name):
            for run in runs_of(mail.message.text) & written.keys():
                shared.setdefault(written[run], set()).add(run)
    assert shared
    assert max(map(len, shared.values())) <= 3


def runs_of(text: str, length: int = 8) -> set[str]:
    words = re.findall(r"\w+", text.lower())
    return {" ".join(words[i : i + length]) for i in range(len(words) - length + 1)}
