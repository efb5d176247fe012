import numpy as np
import pytest
from scipy.optimize import check_grad
from scipy.sparse import csr_matrix

from training.content.logistic import Design, Problem, _Loss, fit_logistic
from training.content.pooling import Pieces


def problem(rng, direction, shift=0.0):
    """Column 0 decides; column 1 marks corpus 1, which is `shift` more often unwanted."""
    corpus = np.arange(400) % 2
    rows = np.stack([rng.normal(size=400), corpus.astype(float)], axis=1)
    answer = rows[:, 0] + shift * corpus + rng.normal(size=400) > shift / 2
    design = Design(csr_matrix(rows), np.zeros((400, 0)))
    return Problem(
        rows=design,
        piece_values=design,
        pieces=Pieces.single(np.arange(400), 1.0),
        whole_share=0.0,
        answer=answer,
        weights=np.ones(400),
        corpus=corpus,
        penalty=np.full(2, 1e-3),
        direction=np.array(direction, np.int8),
    )


def test_a_free_weight_follows_the_answers():
    found = fit_logistic(problem(np.random.default_rng(1), [0, 0]), 1e-3)
    assert found[0] > 1


@pytest.mark.parametrize(("direction", "expected"), [(-1, 0.0), (1, 1.0)])
def test_a_direction_is_kept(direction, expected):
    found = fit_logistic(problem(np.random.default_rng(1), [direction, 0]), 1e-3)
    assert found[0] == 0.0 if not expected else found[0] > expected


def test_what_only_tells_corpora_apart_goes_to_the_offset():
    given = problem(np.random.default_rng(1), [0, 0], shift=3.0)
    own_offsets = fit_logistic(given, offset_penalty=1e-6)
    common_offset = fit_logistic(given, offset_penalty=1e3)
    assert abs(own_offsets[1]) < 0.2 < 2 < common_offset[1]


def test_the_slope_is_that_of_the_loss():
    rng = np.random.default_rng(2)
    pieces = Design(csr_matrix(rng.normal(size=(9, 3))), rng.normal(size=(9, 2)))
    whole = Design(csr_matrix(rng.normal(size=(4, 3))), rng.normal(size=(4, 2)))
    given = Problem(
        rows=whole,
        piece_values=pieces,
        pieces=Pieces(np.array([0, 1, 2, 3, 4, 5, 8, 6, 7]), np.array([0, 0, 0, 1, 1, 2, 2, 3, 3]), 9, 1.5),
        whole_share=0.5,
        answer=np.array([True, False, True, False]),
        weights=np.array([1.0, 2.0, 1.0, 0.5]),
        corpus=np.array([0, 0, 1, 1]),
        penalty=np.full(5, 0.01),
        direction=np.zeros(5, np.int8),
    )  # fmt: skip
    loss = _Loss(given, 0.1)
    at = rng.normal(size=8)
    assert check_grad(lambda x: loss(x)[0], lambda x: loss(x)[1], at, epsilon=1e-3) < 1e-2
