import random
from dataclasses import replace

import numpy as np
import pytest

from features.content import analyse, message_from_parts
from training.content.corpora import Kind
from training.content.fit import FitSettings, build, fit_head, group_weights, scores, scores_of
from training.content.likeness import Likeness
from training.content.matrix import Terms

from .made_up import COMMON, mail

SETTINGS = FitSettings(least_count=3, least_words=2, least_known=2)
NONE = Likeness.none()


@pytest.fixture(scope="module")
def terms():
    """Spam of two corpora says `pills`; each corpus has a topic of its own."""
    rng = random.Random(1)
    rows = []
    for corpus, topic in (("a", "grammar"), ("b", "pipeline")):
        rows += [mail(rng, corpus, Kind.WANTED, [topic, "meeting"]) for _ in range(40)]
        rows += [mail(rng, corpus, Kind.UNSOLICITED, ["pills", f"only{topic}"]) for _ in range(40)]
    return Terms.of(rows)


@pytest.fixture(scope="module")
def head(terms):
    rows = np.ones(len(terms.examples), dtype=bool)
    return fit_head(terms, rows, terms.unwanted, SETTINGS, NONE)


def test_shared_terms_carry_the_weight_and_topics_none(terms, head):
    weight = dict(zip(terms.terms, head.weights, strict=True))
    assert weight["pills"] > 0 > weight["meeting"]
    assert weight["grammar"] == weight["pipeline"] == weight["onlygrammar"] == 0


def test_words_that_everybody_uses_weigh_nothing(terms):
    rows = np.ones(len(terms.examples), dtype=bool)
    strict = FitSettings(least_count=3, most_share=0.3)
    head = fit_head(terms, rows, terms.unwanted, strict, NONE)
    weight = dict(zip(terms.terms, head.weights, strict=True))
    assert weight["town"] == 0
    assert head.seen[terms.terms.index("town")]


def test_model_ranks_like_the_head_it_was_built_from(terms, head):
    slope = 0.1  # far from where probabilities end at 0 and 1
    calibration = np.array([[slope, 0.0], [slope, 0.0]])
    model = build(terms, head, head, calibration, SETTINGS, NONE)
    raw = scores(terms, head, SETTINGS) * slope
    judged = [model.judge(e.analysis) for e in terms.examples]
    assert all(j.judged for j in judged)
    logit = np.array([np.log((1 - j.wanted) / j.wanted) for j in judged])
    assert logit == pytest.approx(raw, abs=0.015 * np.abs(raw).max(), rel=0.03)


def test_groups_weigh_alike_whatever_their_size():
    groups = np.array(["a/x"] * 90 + ["b/x"] * 10 + ["c/y"] * 5)
    answer = np.array([True] * 100 + [False] * 5)
    weights = group_weights(groups, answer, {})
    assert weights[:90].sum() == pytest.approx(weights[90:100].sum())
    assert weights[:100].sum() == pytest.approx(weights[100:].sum())
    lighter = group_weights(groups, answer, {"b": 0.5})
    assert lighter[90:100].sum() == pytest.approx(lighter[:90].sum() / 2)


def test_other_mail_is_scored_as_the_examples_are(terms, head):
    found = [example.analysis for example in terms.examples]
    assert scores_of(found, terms, head, SETTINGS) == pytest.approx(scores(terms, head, SETTINGS))


def test_wanted_text_around_a_message_proves_less_after_mixing(terms):
    rows = np.ones(len(terms.examples), dtype=bool)
    plain = replace(SETTINGS, mixed=0.0)
    text = "pills onlygrammar meeting please come along with friends to see what happens"
    padded = [analyse(message_from_parts("a@b.com", text=text))]
    found = [
        scores_of(padded, terms, fit_head(terms, rows, terms.unwanted, s, NONE), s)[0]
        for s in (plain, SETTINGS)
    ]
    assert found[1] > found[0]


def test_every_group_is_drawn_from_in_an_order_of_its_own(terms):
    for group in np.unique(terms.group):
        assert sorted(terms.rank[terms.group == group]) == list(range(40))


def test_dropped_terms_spread_the_weight():
    """Two words that always come together: one may be missing from mail to come."""
    rng = random.Random(2)
    rows = []
    for corpus in ("a", "b"):
        rows += [mail(rng, corpus, Kind.WANTED, ["meeting"]) for _ in range(60)]
        rows += [mail(rng, corpus, Kind.UNSOLICITED, ["pills", "cheap"]) for _ in range(55)]
        rows += [mail(rng, corpus, Kind.UNSOLICITED, ["pills"]) for _ in range(5)]
    terms = Terms.of(rows)
    every = np.ones(len(rows), dtype=bool)
    shares = []
    for dropped in (0.0, 0.6):
        head = fit_head(terms, every, terms.unwanted, replace(SETTINGS, dropped=dropped), NONE)
        weight = dict(zip(terms.terms, head.weights, strict=True))
        shares.append(weight["cheap"] / weight["pills"])
    assert shares[1] > shares[0] > 0


def test_more_fits_lean_less_on_which_terms_were_dropped(terms):
    """Words that say nothing get the smaller weights by chance, the more fits are averaged."""
    rows = np.ones(len(terms.examples), dtype=bool)
    places = [terms.terms.index(word) for word in COMMON]
    spread = [
        np.abs(
            fit_head(terms, rows, terms.unwanted, replace(SETTINGS, fits=n), NONE).weights[places]
        ).mean()
        for n in (1, 8)
    ]
    assert spread[1] < spread[0]


def test_fits_that_drop_nothing_are_one_fit(terms):
    rows = np.ones(len(terms.examples), dtype=bool)
    one, three = (
        fit_head(terms, rows, terms.unwanted, replace(SETTINGS, dropped=0.0, fits=n), NONE).weights
        for n in (1, 3)
    )
    np.testing.assert_allclose(one, three)
