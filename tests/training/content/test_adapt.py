import random
from dataclasses import replace

import numpy as np
import pytest

from features.content import analyse, message_from_parts
from features.content.terms import checks_of
from training.content.adapt import AdaptSettings, CommonTerms, Taught, adapt, judged_by, weights_of
from training.content.adapt_check import cross_validated, moves, unwanted_by
from training.content.corpora import Kind
from training.content.fit import FitSettings, build, fit_head
from training.content.likeness import Likeness
from training.content.matrix import Terms
from training.content.scored_mail import ScoredMail, keys_of

from .made_up import COMMON, mail

SETTINGS = FitSettings(least_count=3, least_words=2, least_known=2, least_known_share=0.1)
NONE = CommonTerms.of([])
CALIBRATION = np.array([[1.0, -2.9], [1.0, 0.0]])


@pytest.fixture(scope="module")
def model():
    """Offers of pills are unwanted, meetings are wanted; phishing asks for passwords."""
    rng = random.Random(1)
    rows = []
    for corpus in ("a", "b"):
        rows += [mail(rng, corpus, Kind.WANTED, ["meeting", "agenda"]) for _ in range(40)]
        rows += [mail(rng, corpus, Kind.UNSOLICITED, ["pills", "offer"]) for _ in range(40)]
        rows += [mail(rng, corpus, Kind.MALICIOUS, ["password", "offer"]) for _ in range(40)]
    terms = Terms.of(rows)
    every = np.ones(len(rows), dtype=bool)
    likeness = Likeness.none()
    first = fit_head(terms, every, terms.unwanted, SETTINGS, likeness)
    malicious = terms.kind == Kind.MALICIOUS.value
    second = fit_head(terms, terms.unwanted, malicious, SETTINGS, likeness)
    return build(terms, first, second, CALIBRATION, SETTINGS, likeness)


def said(rng, *words, kind=Kind.WANTED):
    return Taught(mail(rng, "own", kind, words).analysis, kind)


def weight(model, term, head=0):
    return float(weights_of(model, checks_of([term]), head)[0])


def wanted_offers(count=10, *words):
    rng = random.Random(4)
    return [said(rng, "offer", *words) for _ in range(count)]


def test_mail_is_laid_out_as_the_model_scores_it(model):
    rng = random.Random(2)
    long = [
        rng.choice(
            [
                "pills",
                "meeting",
                "offer",
                *COMMON,
                *(f"{a}o{b}a" for a in "bdfgklmnprst" for b in "bdfgklmnprst"),
            ]
        )
        for _ in range(600)
    ]
    mails = [analyse(message_from_parts("a@b.com", "offer of pills", text=" ".join(long[:n]))) for n in (30, 90, 600)]  # fmt: skip
    assert len(np.unique(mails[2].message_terms.blocks(50))) > 2
    model = replace(model, abstain=np.zeros(3))
    keys = np.union1d(model.keys, keys_of(mails))
    raw = ScoredMail.of(model, mails, keys).scores(weights_of(model, keys, 0))
    judged = np.array([model.judge(mail).wanted for mail in mails])
    assert np.log((1 - judged) / judged) == pytest.approx(raw - 2.9)


def test_own_wanted_mail_is_flagged_less_when_it_was_not_taught(model):
    rng = random.Random(3)
    rest = [said(rng, "offer", "acme").analysis for _ in range(10)]
    taught = adapt(model, wanted_offers(10, "acme"), NONE)
    assert unwanted_by(taught, rest).max() < 0.5 * unwanted_by(model, rest).min()


def test_one_side_alone_leaves_other_mail_as_it_was(model):
    taught = adapt(model, wanted_offers(), NONE)
    other = [said(random.Random(5), "pills").analysis]
    words = set(wanted_offers()[0].analysis.terms) | set(COMMON)
    apart = analyse(
        message_from_parts("a@b.com", text="pills password pills password pills agenda")
    )
    assert not set(apart.terms) & words
    assert weight(taught, "pills") == weight(model, "pills")
    assert weight(taught, "offer") < weight(model, "offer")
    bad = unwanted_by(model, other)[0]
    assert unwanted_by(taught, other)[0] > 0.5 * bad


def test_common_words_move_less(model):
    mails = wanted_offers(10, "acme")
    common = CommonTerms.of([said(random.Random(n), "offer").analysis for n in range(5)])
    free, bound = (adapt(model, mails, c) for c in (NONE, common))
    assert weight(bound, "offer") > weight(free, "offer")
    assert weight(bound, "acme") < weight(free, "acme") < 0
    assert common.shares_of(checks_of(["offer", "unheard"])).tolist() == [1.0, 0.0]


def test_new_words_need_two_mails_of_a_side(model):
    rng = random.Random(6)
    mails = [said(rng, "offer", "twice"), said(rng, "offer", "twice", "once")]
    mails.append(said(rng, "meeting", "once", kind=Kind.UNSOLICITED))
    taught = adapt(model, mails, NONE)
    assert weight(taught, "twice") < 0
    assert checks_of(["once"])[0] not in taught.keys
    taught.check()


def test_the_same_mail_gives_the_same_bytes_and_all_but_weights_stays(model):
    mails = wanted_offers(10, "acme")
    taught = adapt(model, mails, NONE)
    assert taught.to_bytes() == adapt(model, mails, NONE).to_bytes()
    assert taught.to_bytes() != model.to_bytes()
    assert type(taught).from_bytes(taught.to_bytes()).to_bytes() == taught.to_bytes()
    for name in ("scale", "calibration", "norm", "blocks", "abstain"):
        np.testing.assert_array_equal(getattr(taught, name), getattr(model, name))


def test_signs_never_speak_for_the_wrong_side(model):
    keys = np.sort(checks_of(["sign:lookalike_domains", "sign:links_aligned"]))
    order = [int(np.searchsorted(keys, check)) for check in checks_of(["sign:lookalike_domains", "sign:links_aligned"])]  # fmt: skip
    steps = np.zeros((2, 2), np.int8)
    steps[order, 0] = [2, -2]
    every = np.concatenate([model.keys, keys])
    by_key = np.argsort(every)
    signed = replace(model, keys=every[by_key], weights=np.vstack([model.weights, steps])[by_key])
    text = "offer offer come along with friends to see what happens next week"
    link = '<p>{}</p><a href="https://paypa1.com/x">paypal</a>'
    plain = message_from_parts("a@b.com", html=link.format(text))
    good = [Taught(analyse(plain), Kind.WANTED)] * 60
    assert "sign:lookalike_domains" in good[0].analysis.terms
    loose = AdaptSettings(spread=1_000.0)
    assert weight(adapt(signed, good, NONE, loose), "sign:lookalike_domains") == 0
    own = message_from_parts("a@b.com", html=link.replace("paypa1", "b").format(text))
    bad = [Taught(analyse(own), Kind.UNSOLICITED)] * 60
    assert "sign:links_aligned" in bad[0].analysis.terms
    assert weight(adapt(signed, bad, NONE, loose), "sign:links_aligned") == 0


def test_malice_is_learnt_where_both_kinds_are_given(model):
    rng = random.Random(7)
    fraud = [said(rng, "offer", "invoice", kind=Kind.MALICIOUS) for _ in range(8)]
    spam = [said(rng, "offer", "casino", kind=Kind.UNSOLICITED) for _ in range(8)]
    both = adapt(model, [*fraud, *spam], NONE)
    assert weight(both, "invoice", 1) > 0 > weight(both, "casino", 1)
    assert weight(both, "invoice", 0) > 0
    assert weight(adapt(model, fraud, NONE), "invoice", 1) == 0


def test_more_of_the_same_mail_counts_as_so_much_at_most(model):
    mails = wanted_offers(10)
    bound = AdaptSettings(most_mails=10)
    twice, often = (weight(adapt(model, mails * n, NONE, bound), "offer") for n in (2, 5))
    assert often == pytest.approx(twice, abs=model.scale[0])
    less = weight(adapt(model, mails, NONE, AdaptSettings(most_mails=0.1)), "offer")
    assert twice < less - 3 * model.scale[0]


def test_nothing_taught_changes_nothing(model):
    short = [Taught(analyse(message_from_parts("a@b.com", text="offer")), Kind.WANTED)]
    assert judged_by(model, short) == []
    assert adapt(model, short, NONE).to_bytes() == model.to_bytes()
    assert moves(model, model, short) == []


def test_the_trial_holds_copies_of_a_template_back_together(model):
    """A form letter that was taught would prove itself."""
    letters = ("come along with friends acme offer red green blue cyan black white lemon", "offer to see what happens next week in town brand apple pear plum grape quince fig")  # fmt: skip
    mails = [
        Taught(analyse(message_from_parts("a@b.com", text=f"{text} {word}")), Kind.WANTED)
        for text in letters
        for word in ("kilo", "lima", "mike", "oscar", "papa", "quebec")
    ]
    assert cross_validated(model, mails[:6], NONE) is None
    found = cross_validated(model, mails, NONE)
    fitted = unwanted_by(adapt(model, mails, NONE), [mail.analysis for mail in mails])
    assert found is not None
    assert (found > 1.5 * fitted).all()


def test_the_words_that_moved_are_named(model):
    mails = wanted_offers(10, "acme")
    found = moves(model, adapt(model, mails, NONE), mails)
    by_term = {move.term: move for move in found}
    assert by_term["acme"].mails == 10
    assert by_term["acme"].log_odds < 0
    sizes = [abs(move.log_odds) * move.mails for move in found]
    assert sizes == sorted(sizes, reverse=True)
