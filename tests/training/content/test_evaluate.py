import random

from training.content.corpora import BULK
from training.content.evaluate import HELD_OUT, PHISHING, held_out_folds
from training.content.fit import FitSettings
from training.content.likeness import Likeness
from training.content.matrix import Terms

from .made_up import appeals


def test_written_bulk_mail_is_left_out_with_all_bulk_and_learnt_from_beside():
    rng = random.Random(1)
    terms = Terms.of(list(appeals(rng, [names[0] for names in HELD_OUT])))
    settings = FitSettings(least_count=3, least_sources=1, light=())
    said: list[str] = []
    folds = held_out_folds(terms, settings, Likeness.none(), said.append)
    assert [fold.name for fold in folds] == ["+".join(names) for names in HELD_OUT]
    assert len(said) == len(HELD_OUT)
    for fold in folds:
        assert fold.recall == fold.recall_narrow == 1.0
        assert fold.flagged[PHISHING] == 1.0
        assert [fold.flagged[name] for name in BULK] == [1.0, 1.0, 1.0]
        assert max(fold.flagged_beside_written[name] for name in BULK) < 0.5
