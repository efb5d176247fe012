import gzip
import json

import pytest

from training.content.corpora import (
    CORPORA,
    NOTICES,
    Kind,
    MissingCorpus,
    canonical,
    read_corpora,
    read_corpus,
    read_messages,
)

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
        if corpus.name != NOTICES:
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
