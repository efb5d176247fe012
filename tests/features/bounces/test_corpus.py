"""Real bounces are read as the projects that collected them read them."""

import pytest

from benchmarks._bounces import CLASSES, NO_CLASS, Scores, engine_of, expectations, score


@pytest.fixture(scope="module")
def folder(corpus_dir):
    return corpus_dir / "bounces"


@pytest.fixture(scope="module")
def scores(folder) -> Scores:
    return score(folder)


def test_every_word_of_theirs_has_a_class_or_says_nothing_of_it(folder) -> None:
    words = {one["reason"] for row in expectations(folder, "sisimai") for one in row["expected"]}
    assert words <= set(CLASSES) | NO_CLASS
    assert not set(CLASSES) & NO_CLASS


def test_hard_bounces_are_told_from_others(scores: Scores) -> None:
    """Most misses are Sisimai's `filtered`: words of an unknown user that it does not count as hard."""
    assert scores.hard.of > 350
    assert scores.hard.share >= 0.965, scores.hard.missed
    others = scores.hard.right - scores.filtered_hard.right
    assert others / (scores.hard.of - scores.filtered_hard.of) >= 0.985


def test_classes_are_theirs(scores: Scores) -> None:
    assert scores.classes.of > 330
    assert scores.classes.share >= 0.955, scores.classes.missed


def test_failed_addresses_are_found(scores: Scores) -> None:
    assert scores.addresses.of > 95
    assert scores.addresses.share >= 0.97, scores.addresses.missed
    assert scores.temporary.share >= 0.98, scores.temporary.missed


def test_what_is_no_bounce_is_none(scores: Scores) -> None:
    assert scores.kinds.share == 1, scores.kinds.missed


@pytest.mark.parametrize("half", [0, 1])
def test_no_half_of_the_programs_carries_the_other(folder, half: int) -> None:
    engines = sorted({engine_of(row) for row in expectations(folder, "sisimai")})
    assert score(folder, frozenset(engines[half::2])).classes.share >= 0.92
