import random

import numpy as np

from training.content.corpora import Kind
from training.content.fit import FitSettings
from training.content.likeness import Likeness
from training.content.matrix import Terms
from training.content.written import written_figures

from .made_up import mails


def test_a_round_is_judged_by_what_real_mail_and_the_other_rounds_teach():
    """Real mail knows pills alone; parcels are known from the other rounds, in English and German."""
    rng = random.Random(1)
    rows = []
    for corpus in ("enron1", "lingspam"):
        rows += mails(rng, corpus, Kind.UNSOLICITED, ["pills"])
        rows += mails(rng, corpus, Kind.WANTED, ["meeting"])
    for name in ("1", "2", "3"):
        for language, word in (("en", "parcel"), ("de", "paket")):
            rows += mails(rng, "written", Kind.MALICIOUS, [word], f"{name}/{language}/malicious")
            rows += mails(
                rng, "written", Kind.UNSOLICITED, [word], f"{name}/{language}/unsolicited"
            )
            rows += mails(rng, "written", Kind.WANTED, ["receipt"], f"{name}/{language}/notice")
    said: list[str] = []
    found = written_figures(
        Terms.of(rows), FitSettings(least_count=3), Likeness.none(), said.append
    )
    assert [(row.round, row.english, row.messages) for row in found] == [
        (name, english, 120) for name in ("1", "2", "3") for english in (True, False)
    ]
    assert len(said) == 3
    for row in found:
        assert abs(row.real_only[0] - 0.5) < 0.1
        assert row.with_other_rounds == (1.0, 1.0)
    assert np.isfinite([row.real_only[1] for row in found]).all()
