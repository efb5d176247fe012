import numpy as np

from training.content.make_word_vectors import language_of, reduced, write
from training.content.word_vectors import WordVectors


def test_a_word_is_of_the_language_that_uses_it_most():
    share = {("konto", "de"): 4.0, ("konto", "pl"): 4.5, ("rare", "en"): 1.0}
    assert language_of("konto", lambda w, lang: share.get((w, lang), 0.0)) == "pl"
    assert not language_of("rare", lambda w, lang: share.get((w, lang), 0.0))


def test_what_tells_languages_apart_is_projected_out():
    rng = np.random.default_rng(3)
    languages = ["en", "de"] * 200
    meaning = np.repeat(rng.normal(size=(200, 80)), 2, axis=0).astype(np.float32)
    vectors = meaning.copy()
    vectors[1::2] += 5.0
    found = reduced(vectors, languages)
    pairs = np.linalg.norm(found[::2] - found[1::2], axis=1)
    assert found.shape == (400, 64)
    assert pairs.max() < 0.05


def test_what_is_written_is_read(tmp_path):
    vectors = np.random.default_rng(3).normal(size=(3, 4)).astype(np.float32)
    write(["Été", "b2", "Zug"], vectors, tmp_path / "x.npz")
    table = WordVectors.shipped(tmp_path / "x.npz")
    assert table.words == ("ete", "zug")
    assert np.abs(table.vectors - np.clip(vectors[[0, 2]], -2, 2)).max() < 1.5
