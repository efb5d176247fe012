import random

from training.content.corpora import BULK, Kind
from training.content.evaluate import HELD_OUT, PHISHING, held_out_folds
from training.content.fit import FitSettings
from training.content.likeness import Likeness
from training.content.matrix import Terms

from .made_up import mails


def test_written_bulk_mail_is_left_out_with_all_bulk_and_learnt_from_beside():
    """Appeals say a word of spam, and one that only bulk mail which was written knows as wanted."""
    rng = random.Random(1)
    rows = []
    for names in HELD_OUT:
        rows += mails(rng, names[0], Kind.UNSOLICITED, ["pills", "offer"])
        rows += mails(rng, names[0], Kind.WANTED, ["meeting"])
    for name in BULK:
        rows += mails(rng, name, Kind.WANTED, ["offer", "members"])
    rows += mails(rng, PHISHING, Kind.MALICIOUS, ["password", "pills"])
    rows += mails(rng, "written_bulk", Kind.WANTED, ["offer", "members"])
    settings = FitSettings(least_count=3, least_sources=1, light=())
    said: list[str] = []
    folds = held_out_folds(Terms.of(rows), settings, Likeness.none(), said.append)
    assert [fold.name for fold in folds] == ["+".join(names) for names in HELD_OUT]
    assert len(said) == len(HELD_OUT)
    for fold in folds:
        assert fold.recall == fold.recall_narrow == 1.0
        assert fold.flagged[PHISHING] == 1.0
        assert [fold.flagged[name] for name in BULK] == [1.0, 1.0, 1.0]
        assert max(fold.flagged_beside_written[name] for name in BULK) < 0.5
