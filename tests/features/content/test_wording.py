import zlib

import pytest

from features.content import analyse, message_from_parts
from features.content.fingerprint import NEAR_KEYS, distance, fingerprints_of
from features.content.terms import EVERYWHERE, MessageTerms, checks_of, terms_of
from features.content.wording import folded, legible, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("V I A G R A now", "viagra now"),
        ("v.i.a.g.r.a now", "viagra now"),
        ("via\u200bgra", "viagra"),
        ("vi\u00e1gra", "viagra"),
        ("v\u0456\u0430gra", "viagra"),  # Cyrillic і and а
        ("\uff56\uff49\uff41\uff47\uff52\uff41", "viagra"),  # full width
        ("costs $1,250.00 or 20 % off", "costs ~money~ or ~percent~ off"),
        ("write to a.b@c.com or https://x.y/z", "write to ~email~ or ~url~"),
        ("order 20391-B today", "order ~number~ today"),
        ("Hi {{name}}", "hi ~field~"),
        ("Grüße aus Köln", "grusse aus koln"),
    ],
)
def test_folding(text, expected):
    assert " ".join(words(folded(legible(text)))) == expected


def test_terms_are_words_and_pairs_once():
    assert terms_of(words("buy now buy now")) == ("buy", "now", "buy now", "now buy")


def test_scripts_without_spaces_become_pairs_of_characters():
    assert "免费" in terms_of(words(folded("免费发票")))


TEMPLATE = (
    "Dear {name}, our spring collection is here. Discover new bouquets, vases and garden tools, and "
    "save on every order before Sunday. We deliver within two days, free of charge in your town. "
    "Visit https://{host}/{path} to shop. With love from the whole team in the old market hall."
)


def fingerprint(name, host="shop.bloom.com", path="a1", extra=""):
    text = TEMPLATE.format(name=name, host=host, path=path) + extra
    return analyse(message_from_parts("a@b.com", subject="Spring", text=text)).fingerprint


def test_personalisation_keeps_a_template_close():
    assert distance(fingerprint("Anna"), fingerprint("Muhammad", path="zz9")) <= 8


def test_other_mail_and_other_links_are_far():
    other = analyse(message_from_parts("a@b.com", subject="Invoice", text="Your invoice for the consulting work in March is attached, due within thirty days of receipt by transfer."))  # fmt: skip
    assert distance(fingerprint("Anna"), other.fingerprint) >= 16
    assert distance(fingerprint("Anna"), fingerprint("Anna", host="evil.ru")) >= 3


def near(name="Anna", extra="", swap=("", "")):
    text = TEMPLATE.format(name=name, host="shop.bloom.com", path="a1") + extra
    text = text.replace(*swap) if swap[0] else text
    return set(analyse(message_from_parts("a@b.com", subject="Spring", text=text)).near_keys)


def test_a_template_is_found_after_personalisation_and_light_rewriting():
    assert len(near()) == NEAR_KEYS
    assert near() & near("Muhammad Ali")
    assert near() & near(swap=("garden tools", "seeds"), extra=" See you soon!")
    other = message_from_parts("a@b.com", text="Your invoice for the consulting work in March is attached, due within thirty days of receipt by transfer.")  # fmt: skip
    assert not near() & set(analyse(other).near_keys)
    assert analyse(message_from_parts(text="Hello there")).near_keys == ()


def test_no_words_no_fingerprint():
    assert fingerprints_of(MessageTerms.of(()), ("a.com",)) == (None, ())
    value = fingerprint("Anna")
    assert -(2**63) <= value < 2**63


def test_terms_lie_in_the_block_where_their_later_word_appears():
    terms = MessageTerms.of(words("one two three four five one"), ("subject:one", "sign:forms"))
    found = dict(zip(terms.names, terms.blocks(2), strict=True))
    assert [found[w] for w in ("one", "two", "three", "four", "five")] == [0, 0, 0, 1, 1]
    assert (found["one two"], found["three four"], found["five one"]) == (0, 1, 1)
    assert found["subject:one"] == found["sign:forms"] == EVERYWHERE
    assert MessageTerms.of(()).blocks(50).tolist() == []


@pytest.mark.parametrize(
    "text", ["", "buy buy buy", "one two, one two three: two one", "免费发票 is a bill"]
)
def test_terms_are_told_apart_by_their_letters_as_they_were_made(text):
    made = MessageTerms.of(words(folded(text)), ("subject:one", "sign:forms"))
    names = (*made.names[: made.words], "sign:forms", "subject:one", *made.names[made.words : -2])
    named = MessageTerms.of_names(names)
    assert (set(named.names), named.words) == (set(made.names), made.words)
    places = dict(zip(made.names, made.places, strict=True))
    assert [places[name] for name in named.names] == named.places.tolist()


def test_checks_are_crc32_even_of_half_a_surrogate_pair():
    expected = [zlib.crc32("é".encode()), zlib.crc32(b"\xed\xa0\x80")]
    assert checks_of(("é", "\ud800")).tolist() == expected
