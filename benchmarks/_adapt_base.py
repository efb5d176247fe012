"""Small fits to be taught on: models that know nothing of some corpora."""

import numpy as np

from models.content import TextModel
from models.registry import read_text_model
from training.content.fit import FitSettings, Head, build, fit_head
from training.content.likeness import Likeness
from training.content.matrix import Mask, Terms

SETTINGS = FitSettings(most_of_a_group=1_200, fits=2)


def base_model(terms: Terms, likeness: Likeness, known: Mask) -> TextModel:
    """Fit wanted against unwanted on some rows; calibrated as the shipped model is, two numbers of it."""
    head = fit_head(terms, known, terms.unwanted, SETTINGS, likeness)
    none = Head(*(np.zeros_like(part) for part in (head.weights, head.seen, head.shared)))
    calibration = TextModel.from_bytes(read_text_model() or b"").calibration
    return build(terms, head, none, calibration, SETTINGS, likeness)
