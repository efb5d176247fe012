import random

import numpy as np
import pytest
from rich.console import Console

from benchmarks._ngrams import Ngrams, ngrams_of, numbers_of
from benchmarks.plain_ngrams import Found, NewKinds, judged, new_kinds, print_judged, unseen
from training.content.corpora import BULK, Kind
from training.content.evaluate import HELD_OUT, PHISHING
from training.content.matrix import Terms

from .made_up import appeals, mails


@pytest.fixture(scope="module")
def terms():
    return Terms.of(list(appeals(random.Random(1), [names[0] for names in HELD_OUT])))


def says(terms, *spoken):
    """A model that knows its words without a fit: as many points as a mail says of them."""
    return lambda _: np.array(
        [sum(word in e.analysis.terms for word in spoken) for e in terms.examples], dtype=float
    )


def test_ngrams_tell_texts_apart_and_weigh_words_and_characters_alike():
    one, same, other = ngrams_of(["Cheap pills", "cheap PILLS", "meeting notes"]).toarray()
    assert np.array_equal(one, same)
    assert one @ other == 0
    assert one @ one == pytest.approx(2)
    near, *_ = ngrams_of(["cheaper pill"]).toarray()
    assert 0 < near @ one < 1


def test_numbers_are_of_one_size_whatever_their_unit():
    rows = [{"a": float(i % 2), "b": 1000.0 * (i % 3), "c": 5.0} for i in range(60)]
    found = numbers_of([*rows, {"a": float("nan"), "b": 0.0, "c": 5.0}]).toarray()
    assert found[:, :2].std(axis=0) == pytest.approx(1 / np.sqrt(3), rel=0.01)
    assert np.ptp(numbers_of([{"a": 7.0}] * 440).toarray()) == 0
    assert abs(numbers_of([{"a": 7.0}] * 440).toarray()).max() < 10
    assert np.isfinite(found).all()
    assert found[-1, 0] == 0


def test_ngrams_are_fitted_on_the_rows_given():
    texts = ["cheap pills now"] * 20 + ["meeting notes today"] * 20
    unwanted = np.repeat([True, False], 20)
    ngrams = Ngrams.of(texts, [{"a": 1.0}] * 40, unwanted)
    raw = ngrams.scores(np.arange(40) % 2 == 0)
    assert raw[unwanted].min() > 0 > raw[~unwanted].max()
    turned = Ngrams(ngrams.values, ~unwanted).scores(np.arange(40) % 2 == 1)
    assert turned[unwanted].max() < 0 < turned[~unwanted].min()


def test_a_corpus_is_judged_at_the_threshold_of_other_mail_and_of_its_own(terms):
    found = unseen(terms, says(terms, "pills"), HELD_OUT[1])
    assert found == Found(recall=1.0, ham_flagged=0.0, recall_own=1.0)
    # All mail of the corpus is new to a novelty detector: it catches all and condemns its ham.
    new = terms.of_corpora(HELD_OUT[1])
    assert unseen(terms, lambda _: new.astype(float), HELD_OUT[1]) == Found(1.0, 1.0, 0.0)
    phishing = unseen(terms, says(terms, "pills"), (PHISHING,))
    assert phishing.recall == 1.0
    assert np.isnan([phishing.ham_flagged, phishing.recall_own]).all()


def test_new_kinds_are_left_out_with_the_corpus_and_judged(terms):
    seen = []

    def model(rows):
        seen.append(set(terms.corpus[rows]))
        return says(terms, "offer")(rows)

    found = new_kinds(terms, model, HELD_OUT[1])
    assert seen == [{names[0] for names in HELD_OUT[2:]}]
    assert found == NewKinds(0.0, 1.0, 1.0, 1.0, 0.0, 1.0, 1.0, 1.0)


def test_all_models_are_judged_on_all_corpora_with_their_means(terms, capsys):
    models = {"pills": says(terms, "pills"), "offer": says(terms, "offer")}
    found = judged(unseen, terms, models, [HELD_OUT[1], (PHISHING,)])
    assert list(found) == [
        (corpus, model) for corpus in ("enron1", PHISHING, "mean") for model in models
    ]
    # Legitimate bulk says "offer", so nothing passes; phishing does not say it.
    assert found["mean", "pills"] == Found(1.0, 0.0, 1.0)
    assert found["mean", "offer"] == Found(0.0, 0.0, 1.0)
    assert "enron1" in capsys.readouterr().err
    console = Console(width=170, record=True)
    print_judged("made up", found, console)
    said = console.export_text()
    assert said.count("mean") == 2
    assert "recall own" in said
    assert " - " in said


def test_ngrams_judge_a_corpus_by_what_the_others_teach():
    """The fits of n-grams themselves, on made-up mail that a word tells apart."""
    rng = random.Random(2)
    rows = [
        *(row for names in HELD_OUT for row in mails(rng, names[0], Kind.UNSOLICITED, ["pills"])),
        *(row for names in HELD_OUT for row in mails(rng, names[0], Kind.WANTED, ["meeting"])),
        *mails(rng, BULK[0], Kind.WANTED, ["meeting"]),
    ]
    made = Terms.of(rows)
    texts = [" ".join(t for t in row.analysis.terms if " " not in t) for row in rows]
    ngrams = Ngrams.of(texts, [row.analysis.numbers for row in rows], made.unwanted)
    assert unseen(made, ngrams.scores, HELD_OUT[1]) == Found(1.0, 0.0, 1.0)
