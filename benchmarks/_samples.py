"""Samples of the corpora for benchmarks that compare models on the same mail."""

import os
import random
from pathlib import Path

from joblib import Parallel, delayed

from features.content import analyse
from training.content.corpora import CORPORA, Example, Kind, Labelled, read_messages
from training.content.matrix import Terms

Samples = dict[str, list[Labelled]]


def data_folder() -> Path | None:
    """Return the folder of corpora (`SENDWARDEN_DATA`); None, with a word, where there is none."""
    folder = Path(os.environ.get("SENDWARDEN_DATA", "../shared/data"))
    if (folder / "content").is_dir():
        return folder
    print(f"left out: no corpora in {folder} (SENDWARDEN_DATA)")
    return None


def samples_of(folder: Path, each: int) -> Samples:
    """Return at most `each` messages of every corpus and kind, drawn with a fixed seed."""
    names = [corpus.name for corpus in CORPORA]
    found = Parallel(n_jobs=-1)(delayed(_sample)(folder, name, each) for name in names)
    return dict(zip(names, found, strict=True))


def _sample(folder: Path, name: str, each: int) -> list[Labelled]:
    rng, mails = random.Random(1), list(read_messages(folder, name))
    sides = [[mail for mail in mails if mail.kind is kind] for kind in Kind]
    return [mail for side in sides for mail in rng.sample(side, min(each, len(side)))]


def terms_of(samples: Samples) -> Terms:
    """Return the terms of the samples, in their order."""
    return Terms.of(
        [
            Example(name, mail.id, mail.kind, mail.source, analyse(mail.message), mail.year)
            for name, mails in samples.items()
            for mail in mails
        ]
    )
