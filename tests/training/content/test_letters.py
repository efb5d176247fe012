import json
from pathlib import Path

import numpy as np
import pytest

import models
from training.content.letters import LetterVectors
from training.content.likeness import Likeness
from training.content.word_vectors import WordVectors

WORDS = [
    f"{start}{end}"
    for start in (
        "account",
        "confirm",
        "deliver",
        "invoice",
        "password",
        "register",
        "unterschrift",
    )
    for end in ("", "s", "ed", "ing", "ation", "er", "able")
]


@pytest.fixture(scope="module")
def letters():
    return LetterVectors.of([*WORDS, "your account", "sign:ip_links"], 8, 0.7)


def test_words_of_one_stem_lie_close(letters):
    one, other, far = letters.of_terms(["confirmed", "confirming", "deliverer"])
    assert one @ other > 0.8 * np.linalg.norm(one) * np.linalg.norm(other)
    assert one @ far < 0.5 * np.linalg.norm(one) * np.linalg.norm(far)


def test_a_word_that_was_never_seen_lies_beside_its_stem(letters):
    seen, new = letters.of_terms(["register", "registered2"])
    assert seen @ new > 0.7 * np.linalg.norm(seen) * np.linalg.norm(new)


def test_vectors_have_the_mean_length_asked_for(letters):
    assert np.linalg.norm(letters.of_terms(WORDS), axis=1).mean() == pytest.approx(0.7, rel=1e-3)


def test_pairs_signs_and_strange_letters_have_no_vector(letters):
    assert not letters.of_terms(["your account", "sign:ip_links", "qqzz"]).any()


def test_a_subject_word_lends_half(letters):
    body, subject = letters.of_terms(["invoice", "subject:invoice"])
    assert np.allclose(subject, body / 2)


def test_the_same_terms_give_the_same_vectors(letters):
    again = LetterVectors.of([*WORDS, "your account", "sign:ip_links"], 8, 0.7)
    assert np.array_equal(again.of_terms(WORDS), letters.of_terms(WORDS))


def test_the_card_of_the_shipped_model_tells_its_likeness(letters):
    card = json.loads((Path(models.__file__).parent / "text_model.json").read_text("utf-8"))
    likeness = Likeness(WordVectors.shipped(), letters).card
    assert card["likeness"].keys() == likeness.keys()
    assert card["likeness"]["words"] == likeness["words"]
    assert card["likeness"]["letters"].keys() == likeness["letters"].keys()
