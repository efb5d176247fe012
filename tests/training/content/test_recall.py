import numpy as np

from training.content.recall import recall_at, share_above, threshold_at

WANTED = np.arange(101.0)


def test_a_threshold_lets_a_share_of_wanted_mail_pass():
    assert threshold_at(WANTED, 0.05) == 95.0
    assert share_above(WANTED, 95.0) == 5 / 101


def test_recall_is_of_unwanted_mail_above_that_threshold():
    assert recall_at(np.array([0.0, 95.0, 96.0, 200.0]), WANTED, 0.05) == 0.5
