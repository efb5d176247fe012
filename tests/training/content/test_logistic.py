import numpy as np
import pytest
from scipy.sparse import csr_matrix

from training.content.logistic import Problem, fit_logistic


def problem(rng, direction, shift=0.0):
    """Column 0 decides; column 1 marks corpus 1, which is `shift` more often unwanted."""
    corpus = np.arange(400) % 2
    rows = np.stack([rng.normal(size=400), corpus.astype(float)], axis=1)
    answer = rows[:, 0] + shift * corpus + rng.normal(size=400) > shift / 2
    return Problem(
        csr_matrix(rows), answer, np.ones(400), corpus, np.full(2, 1e-3), np.array(direction, np.int8)
    )  # fmt: skip


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
