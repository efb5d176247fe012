import gzip
import json
import random

import numpy as np
import pytest
from rich.console import Console

from training.content.corpora import BULK, Kind, Labelled, canonical, read_corpora, read_messages
from training.content.evaluate import HELD_OUT, PHISHING
from training.content.evasions import DISGUISES, innocent
from training.content.fit import FitSettings
from training.content.likeness import Likeness
from training.content.matrix import Terms
from training.content.report import print_disguised_years, print_disguises
from training.content.robustness import _alike, _by_year, _scores, robustness, sample
from training.content.unseen import unseen_fits

from .made_up import COMMON

SETTINGS = FitSettings(least_count=3, fits=1)
CORPORA = [name for names in HELD_OUT for name in names]


def rows_of(corpus, label, said, date="", count=40):
    for number in range(count):
        rng = random.Random(f"{corpus} {label} {date} {number}")
        body = [*rng.sample(COMMON, 6), *said]
        rng.shuffle(body)
        yield {
            "id": f"{label}{date}{number}",
            "label": label,
            "subject": "news",
            "from_addr": "a@b.com",
            "date": date,
            "body": " ".join(body),
        }


def write(folder, corpus, *groups):
    lines = "".join(json.dumps(row) + "\n" for group in groups for row in group)
    with gzip.open(folder / f"{corpus}.jsonl.gz", "wt") as file:
        file.write(lines)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    (folder / "content").mkdir()
    # Innocent words speak for a mail, which is what showing them below spam is for.
    letters = innocent(random.Random(1)).lower().split()
    for corpus in CORPORA:
        write(
            folder / "content",
            corpus,
            rows_of(corpus, "spam", ["pills", "cheaply"], "2007"),
            rows_of(corpus, "spam", ["pills", "cheaply"], "2008", count=29),
            rows_of(corpus, "ham", ["meeting", *letters]),
        )
    for corpus in BULK:
        write(folder / "content", corpus, rows_of(corpus, "marketing", ["ballot", *letters]))
    write(folder / "content", PHISHING, rows_of(PHISHING, "phish", ["pills", "cheaply"], "2021"))
    return folder


@pytest.fixture(scope="module")
def fitted(folder):
    terms = Terms.of(read_corpora(folder, [*CORPORA, *BULK, PHISHING]))
    return terms, SETTINGS, unseen_fits(terms, SETTINGS, Likeness.none(), lambda _: None)


@pytest.fixture(scope="module")
def judged(folder, fitted):
    said: list[str] = []
    return *robustness(folder, *fitted, said.append), said


def test_every_corpus_left_out_is_judged_as_a_whole_and_by_years_of_thirty_mails(judged):
    _, by_year, said = judged
    names = ["+".join(names) for names in HELD_OUT]
    found = [(row.corpus, row.year, row.messages) for row in by_year]
    # The two lists are one: 29 mails each of 2008 are enough together.
    lists = [(names[-1], "", 138), (names[-1], "2007", 80), (names[-1], "2008", 58)]
    alone = [(name, *row) for name in names[:-1] for row in (("", 69), ("2007", 40))]
    assert found == [*alone, *lists, (PHISHING, "", 40), (PHISHING, "2021", 40)]
    assert len(said) == len(HELD_OUT) + 1


def test_a_disguise_that_is_read_through_costs_nothing(judged):
    pooled, by_year, _ = judged
    assert [row.name for row in pooled] == list(DISGUISES)
    plain = pooled[0]
    assert plain.recall == plain.recall_clean == plain.auc == 1.0
    for row in by_year:
        for against in (row.of_ham, row.of_bulk):
            assert list(against) == list(DISGUISES)
            assert against["zero width"] == against["plain"] == (1.0, 1.0)


def test_good_words_are_heard(folder, fitted):
    terms, settings, fits = fitted
    mails = [mail for mail in read_messages(folder, "enron1") if mail.kind is not Kind.WANTED]
    raw = _scores(mails, terms, fits[1], settings)
    assert list(raw) == list(DISGUISES)
    assert np.array_equal(raw["zero width"] > raw["good words"], np.ones(69, dtype=bool))
    assert raw["plain"].mean() > raw["good words"].mean() + 0.1


def test_the_tables_have_a_line_a_disguise_and_a_line_a_year(judged):
    pooled, by_year, _ = judged
    console = Console(width=220, record=True)
    print_disguises(pooled, console)
    print_disguised_years(by_year, console)
    said = console.export_text()
    assert all(name in said for name in DISGUISES)
    assert said.count("1.00 / 1.00") >= 2 * len(by_year)
    assert "recall at 1.0% of ham" in said
    assert "recall at 0.1% of ham" in said


def test_each_year_and_ham_are_sampled_apart():
    def mails(kind, year, count):
        message = canonical({"body": "hello"})
        return [Labelled(f"{kind}{year}{i}", kind, "x", message, year) for i in range(count)]

    spam = Kind.UNSOLICITED
    given = [*mails(spam, "2007", 400), *mails(spam, "", 20), *mails(Kind.WANTED, "2007", 500)]
    found = sample(given)
    counted = [(m.kind is Kind.WANTED, m.year) for m in found]
    assert [counted.count(row) for row in ((True, "2007"), (False, "2007"), (False, ""))] == [
        300,
        300,
        20,
    ]
    assert len({mail.id for mail in found}) == len(found)
    assert sample(given) == found


def test_thresholds_are_those_of_undisguised_good_mail():
    """Of 1,000 ham 0 to 999 ten pass 989, one 998; of bulk ten times as loud ten pass 9,890."""
    ham = np.arange(1000.0)
    raw = {"plain": np.full(40, 990.5), "zero width": np.full(40, 9_900.5)}
    (row,) = _by_year("x", raw, np.full(40, ""), (ham, 10 * ham))
    assert row.of_ham == {"plain": (1.0, 0.0), "zero width": (1.0, 1.0)}
    assert row.of_bulk == {"plain": (0.0, 0.0), "zero width": (1.0, 0.0)}


def test_ham_disguised_alike_moves_its_threshold_and_not_the_clean_one():
    ham, spam = np.arange(100.0), np.full(100, 99.5)
    bad = np.repeat([False, True], 100)
    raw = {"plain": np.append(ham, spam), "zero width": np.append(ham + 50, spam)}
    plain, disguised = _alike(raw, bad)
    assert (plain.auc, plain.recall, plain.recall_clean) == (1.0, 1.0, 1.0)
    assert (disguised.auc, disguised.recall, disguised.recall_clean) == (0.5, 0.0, 1.0)
