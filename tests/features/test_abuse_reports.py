"""Mail to abuse@ in free words: how grave, and whose."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.abuse_reports import Category, category_of, read_abuse_mail


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("This is a phishing page for my bank", Category.PHISHING),
        ("您的客戶寄送釣魚郵件", Category.PHISHING),
        ("the attachment is malware", Category.MALWARE),
        ("Your client hit our spamtrap network", Category.TRAP),
        ("My lawyer will hear of this. GDPR!", Category.LEGAL),
        ("I never signed up, stop", Category.COMPLAINT),
        ("phishing, and my lawyer knows", Category.PHISHING),
        ("", Category.COMPLAINT),
    ],
)
def test_the_gravest_word_counts(text: str, category: Category) -> None:
    assert category_of(None, text) is category


@pytest.mark.parametrize(
    ("feedback", "category"),
    [("fraud", Category.PHISHING), ("virus", Category.MALWARE), ("abuse", Category.COMPLAINT)],
)
def test_the_words_of_arf_are_known(feedback: str, category: Category) -> None:
    assert category_of(feedback) is category


def test_a_pasted_header_tells_whose_mail_it_was() -> None:
    raw = (
        b"From: me@home.example\nSubject: spam from you\n\nPlease stop:\n\n"
        b"> Return-Path: <bounce@esp.example>\n> Feedback-ID: c-9:acct-7:news:esp\n"
        b"> From: Shop <news@shop.example>\n> Subject: Sale\n"
    )
    clues = read_abuse_mail(raw, "r").draft.clues
    assert clues["feedback_id"] == ("c-9:acct-7:news:esp",)
    assert clues["from_domain"] == ("shop.example",)


def test_the_reporter_is_not_taken_for_the_sender() -> None:
    mail = read_abuse_mail(b"From: me@home.example\nSubject: stop\n\nstop it", "r")
    assert mail.draft.clues == {}


@settings(deadline=None, max_examples=200)
@given(
    st.binary(max_size=2_000) | st.text(max_size=500).map(lambda t: t.encode("utf-8", "replace"))
)
def test_any_bytes_are_read(raw: bytes) -> None:
    read_abuse_mail(raw, "r")
    read_abuse_mail(b"From: a@b.example\n\n> X-A: " + raw, "r")
