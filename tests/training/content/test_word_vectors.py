import numpy as np

from training.content.word_vectors import WordVectors


def near(vectors, a, b):
    one, two = vectors.of_terms([a, b])
    return float(one @ two / np.linalg.norm(one) / np.linalg.norm(two))


def test_words_of_like_meaning_lie_close_across_languages():
    vectors = WordVectors.shipped()
    for a, b in (("password", "passwort"), ("konto", "cuenta"), ("sale", "selling")):
        assert near(vectors, a, b) > near(vectors, a, "chicken") + 0.2


def test_pairs_signs_and_unknown_words_have_no_vector():
    found = WordVectors.shipped().of_terms(["your account", "sign:ip_links", "qqzzxx"])
    assert not found.any()


def test_a_subject_word_lends_half():
    body, subject = WordVectors.shipped().of_terms(["account", "subject:account"])
    assert np.allclose(subject, body / 2)
