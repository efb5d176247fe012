"""Fast searches find what the plain ones do."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.content import phrases
from features.content.anchored import Anchored
from features.content.phrase_search import Phrases, SearchedText
from features.content.wording import DIGITS, EMAIL, MONEY, RESPELLED, foreign_share, legible, words

PATTERNS = {"email": EMAIL, "money": MONEY, "respelled": RESPELLED, "digits": DIGITS}
PIECES = st.sampled_from([
    " ", " ", "\n", ".", ",", "-", "_", "@", " @ ", "a", "b.c", "x" * 23, "y" * 70, "é", "я", "\u2009", "٣", "1", "20",
    "3" * 22, "$", "us$", "€ ", "usd", "USD ", "Rs. ", "rs", "chf ", "million", "k", "euros", "dollar", "v1agra",
    "p@yp@l", "a0", "0135", "#", "/", ":", "=", "%", "ſ", "ß", "ẞ", "'s", "~", "~a~",
])  # fmt: skip
TEXTS = st.lists(PIECES | st.characters(codec="utf-8"), max_size=25).map("".join)


@pytest.mark.parametrize("name", PATTERNS)
@settings(max_examples=300, deadline=None)
@given(text=TEXTS)
def test_an_anchored_pattern_replaces_what_it_would_replace_anywhere(name, text):
    anchored = PATTERNS[name]
    replaced = anchored.pattern.sub(_marked, text)
    assert anchored.sub(_marked, text) == replaced


def _marked(match):
    return f"<{match[0]}>"


def test_an_anchored_pattern_is_found_after_its_anchor_failed():
    tried = Anchored(re.compile("a{1,2}b+c"), re.compile("b"), re.compile(r"a+\Z"), 2)
    assert tried.sub(lambda match: f"<{match[0]}>", "ab aaabbc abc") == "ab a<aabbc> <abc>"


TABLES = {name: said for name, said in vars(phrases).items() if isinstance(said, Phrases)}


def pieces_of(said):
    """Return the words and bits of words that a table's pattern is made of."""
    words = re.findall(r"[^\W_]{2,}", re.sub(r"\\\w", " ", said.pattern.pattern))
    return st.sampled_from(
        [*dict.fromkeys(words), "e-mail", "re-confirm", "next of kin", "in the next"]
    )


@pytest.mark.parametrize("name", TABLES)
@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_phrases_found_by_their_first_words_are_those_found_anywhere(name, data):
    said = TABLES[name]
    between = st.sampled_from(
        [" ", " ", " ", " a ", ", ", "-", ".", "s ", "_", "é", "“", "ly ", "\n", " 7 "]
    )
    drawn = data.draw(st.lists(st.tuples(pieces_of(said), between), max_size=20))
    text = legible("".join(word + gap for word, gap in drawn)).lower()
    anywhere = {match[0] for match in said.pattern.finditer(text)}
    assert said.count(SearchedText(text)) == min(len(anywhere), 20)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Confirm your account", 1),
        ("confirm it", 0),
        ("“re-confirm” the password. Reconfirm the password!", 2),
        ("xverify your account, verify_ your account", 0),
        ("verify your account verify your account", 1),
        ("verify your account is suspended", 1),
    ],
)
def test_counts_of_phrases(text, expected):
    assert phrases.CREDENTIAL_ASKS.count(SearchedText(text.lower())) == expected


def test_counting_phrases_ends_at_most_at():
    searched = SearchedText("viagra cialis levitra")
    assert phrases.PROHIBITED_GOODS.count(searched, 2) == 2
    assert phrases.PROHIBITED_GOODS.count(searched) == 3


@pytest.mark.parametrize("start", ["attendees?", "отписаться", "wire transfer|", "Buy"])
def test_a_start_is_plain_words(start):
    with pytest.raises(ValueError, match="a start is ASCII"):
        Phrases((start, " list"))


@settings(max_examples=300, deadline=None)
@given(text=TEXTS)
def test_words_of_plain_ascii_are_found_as_in_any_text(text):
    plain = text.encode("ascii", "ignore").decode()
    assert words(plain) == words(f"{plain} é")[:-1]


@settings(max_examples=300, deadline=None)
@given(
    text=st.lists(st.sampled_from(["a", "don", "’", "'", "’s", "—", "€", " ", "~a~"])).map("".join)
)
def test_words_of_ascii_letters_are_found_as_in_any_text(text):
    assert words(text) == words(f"{text} é")[:-1]


@settings(max_examples=200, deadline=None)
@given(text=TEXTS)
def test_foreign_letters_are_those_beyond_the_latin_ones(text):
    letters = re.findall(r"[^\W\d_]", text)
    foreign = [letter for letter in letters if letter > "\u024f"]
    assert foreign_share(text) == len(foreign) / max(len(letters), 1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hauptstraße 12", True),
        ("Hauptstr. 5", True),
        ("str. 5", False),
        ("12, rue Cler", True),
        ("a12, rue Cler", False),
        ("PO Box 7", True),
        ("London SW1A 1AA", True),
        ("〒123-4567", True),
        ("12 apostles", False),
        ("10115 Berlin", True),
        ("D-10115 Berlin", True),
        ("DXB-10115 Berlin", True),
        ("x10115 Berlin", False),
        ("Reno, NV 89501", True),
        ("Ottawa K1A 0B1", True),
        ("221 Baker Street", True),
        ("221b Baker Street", False),
    ],
)
def test_postal_addresses(text, expected):
    assert phrases.has_postal_address(text) is expected
