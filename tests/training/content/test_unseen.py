import random

import numpy as np

from training.content.corpora import BULK, NOTICES, Kind
from training.content.evaluate import HELD_OUT, PHISHING
from training.content.fit import FitSettings
from training.content.likeness import Likeness
from training.content.matrix import Terms
from training.content.unseen import (
    new_bulk,
    split,
    strict_recall,
    threshold_of,
    unseen_corpora,
    unseen_fits,
)

from .made_up import appeals, mails


def test_a_corpus_is_judged_by_what_the_others_teach():
    rng = random.Random(1)
    rows = []
    for names in HELD_OUT:
        rows += mails(rng, names[0], Kind.UNSOLICITED, ["pills", "cheap"], year="2020")
        rows += mails(rng, names[0], Kind.WANTED, ["meeting", "draft"], year="2020")
    rows += mails(rng, BULK[0], Kind.WANTED, ["vote", "meeting"], year="2019")
    rows += mails(rng, PHISHING, Kind.MALICIOUS, ["password", "cheap"], year="2021")
    settings = FitSettings(least_count=3)
    terms, said = Terms.of(rows), list[str]()
    fits = unseen_fits(terms, settings, Likeness.none(), said.append)
    found = unseen_corpora(terms, settings, fits)
    assert len(said) == len(fits) == len(found)
    assert [row.name for row in found][-1] == PHISHING
    assert all(row.recall == 1.0 for row in found)
    assert found[0].years == {"2020": (40, 1.0)}
    assert found[-1].years == {"2021": (40, 1.0)}


def test_notices_are_learnt_from_and_set_no_threshold():
    rng = random.Random(1)
    rows = [
        *mails(rng, NOTICES, Kind.WANTED, ["account"], year=""),
        *mails(rng, HELD_OUT[1][0], Kind.WANTED, ["meeting"], year=""),
    ]
    terms = Terms.of(rows)
    known, good = split(terms, HELD_OUT[0])
    assert known.all()
    assert set(terms.corpus[good]) == {HELD_OUT[1][0]}


def test_ham_and_bulk_weigh_half_each():
    ham, bulk = np.arange(1000.0), np.full(10, 2000.0)
    assert threshold_of(ham, bulk) == 2000.0
    assert threshold_of(3000.0 + ham, bulk) == 3000.0 + 1000 - 0.01 * 2 * 1000
    assert threshold_of(ham) == 1000 - 0.01 * 1000


def test_bulk_of_new_kinds_is_judged_by_fits_that_know_none():
    rng = random.Random(1)
    terms = Terms.of(list(appeals(rng, [names[0] for names in HELD_OUT[1:]])))
    settings = FitSettings(least_count=3, least_sources=1, light=())
    said: list[str] = []
    alone, beside = new_bulk(terms, settings, Likeness.none(), said.append)
    assert (alone.beside_written, beside.beside_written, len(said)) == (False, True, 2)
    assert alone.flagged == dict.fromkeys((PHISHING, *BULK), 1.0)
    assert beside.flagged[PHISHING] == 1.0
    assert max(beside.flagged[name] for name in BULK) < 0.5


def test_recall_at_a_tenth_of_a_percent_comes_with_what_chance_leaves_open():
    rng = np.random.default_rng(3)
    ham, bulk, bad = rng.normal(0, 1, 2000), rng.normal(0, 1, 2000), rng.normal(3, 1, 500)
    recall, low, high = strict_recall(bad, ham, bulk)
    assert low < recall < high
    assert 0.05 < high - low < 0.6
    assert abs(recall - 0.46) < 0.2  # the normal's 99.9 % point is 3.09
    assert strict_recall(bad, ham)[0] != recall
    assert strict_recall(bad + 20, ham, bulk) == (1.0, 1.0, 1.0)
