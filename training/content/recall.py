"""How much passes the threshold that a share of wanted mail passes."""

import numpy as np

from training.content.logistic import Floats


def threshold_at(wanted: Floats, false_positives: float) -> float:
    """Return the score that a share of wanted mail passes."""
    return float(np.quantile(wanted, 1 - false_positives))


def share_above(raw: Floats, threshold: float) -> float:
    """Return the share of scores above a threshold: recall of unwanted mail, false positives of wanted."""
    return float((raw > threshold).mean())


def recall_at(unwanted: Floats, wanted: Floats, false_positives: float) -> float:
    """Return the share of unwanted mail above the score that a share of wanted mail passes."""
    return share_above(unwanted, threshold_at(wanted, false_positives))
