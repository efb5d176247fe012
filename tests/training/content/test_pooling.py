import numpy as np
import pytest

from training.content.pooling import Pieces

OWNER = np.array([0, 0, 0, 1])


def pooled(warmth, scores):
    return Pieces.single(OWNER, warmth).pool(np.array(scores))


def test_a_single_piece_scores_as_it_is():
    assert pooled(2.0, [0, 0, 0, 7.0])[0][1] == pytest.approx(7)


@pytest.mark.parametrize(("warmth", "expected"), [(0.01, 9.0), (1000.0, 4.0)])
def test_pooling_lies_between_mean_and_loudest(warmth, expected):
    assert pooled(warmth, [0.0, 3.0, 9.0, 1.0])[0][0] == pytest.approx(expected, abs=0.02)


def test_shares_go_to_the_loudest():
    _, shares = pooled(1.0, [0.0, 0.0, 5.0, 1.0])
    assert shares[2] > 0.9
    assert shares[:3].sum() == pytest.approx(1)
    assert shares[3] == 1


def test_a_quiet_piece_more_takes_off_little():
    one = Pieces.single(np.array([0]), 2.0).pool(np.array([8.0]))[0][0]
    two = Pieces.single(np.array([0, 0]), 2.0).pool(np.array([8.0, -20.0]))[0][0]
    assert one - two == pytest.approx(2.0 * np.log(2), abs=1e-3)


def test_some_messages_once_more_with_a_piece_each():
    found = Pieces.single(OWNER, 1.0).again(np.array([1, 0]))
    assert found.owner.tolist() == [0, 0, 0, 1, 2, 2, 3, 3, 3, 3]
    assert found.piece.tolist() == [0, 1, 2, 3, 3, 4, 0, 1, 2, 5]
    assert found.n_values == 6
