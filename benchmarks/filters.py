"""The text model beside bogofilter, each corpus left out in turn, both trained on the same mail.

Needs the corpora (`SENDWARDEN_DATA`) and the Debian package `bogofilter`; says so and ends where one is
missing. Samples of each corpus, so that it runs in minutes; fixed seed.
"""

import os
import random
import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import numpy.typing as npt
from rich.console import Console
from rich.table import Table
from sklearn.metrics import roc_auc_score

from features.content import analyse
from training.content.corpora import CORPORA, Example, Kind, Labelled, read_messages
from training.content.fit import FitSettings, fit_head, scores
from training.content.matrix import Terms
from training.content.word_vectors import WordVectors

HELD_OUT = ("trec07p_first_half", "enron1", "lingspam", "spamassassin")
Floats = npt.NDArray[np.float64]
Samples = dict[str, list[Labelled]]


def run(quick: bool) -> None:
    """Print ROC AUC and recall at 1 % of ham, ours and bogofilter's, on the same messages."""
    folder = Path(os.environ.get("SENDWARDEN_DATA", "../shared/data"))
    if shutil.which("bogofilter") is None or not (folder / "content").is_dir():
        print("needs SENDWARDEN_DATA and: apt-get install bogofilter")
        return
    each = 250 if quick else 1_000
    samples = {c.name: _sample(list(read_messages(folder, c.name)), each) for c in CORPORA}
    terms = Terms.of(
        [
            Example(name, mail.id, mail.kind, mail.source, analyse(mail.message))
            for name, mails in samples.items()
            for mail in mails
        ]
    )
    table = Table(title=f"each corpus left out; at most {each:,} messages a corpus and kind")
    for heading in ("left out", "AUC ours", "bogofilter", "recall ours", "bogofilter"):
        table.add_column(heading, justify="left" if heading == "left out" else "right")
    for held in HELD_OUT:
        unwanted = np.array([mail.kind is not Kind.WANTED for mail in samples[held]])
        both = [_ours(terms, held), _bogofilter(samples, held)]
        cells = [f"{roc_auc_score(unwanted, raw):.3f}" for raw in both]
        cells += [f"{_recall(raw, unwanted):.3f}" for raw in both]
        table.add_row(held, *cells)
    Console(width=110).print(table)


def _sample(mails: list[Labelled], each: int) -> list[Labelled]:
    rng = random.Random(1)
    sides = [[mail for mail in mails if mail.kind is kind] for kind in Kind]
    return [mail for side in sides for mail in rng.sample(side, min(each, len(side)))]


def _recall(raw: Floats, unwanted: npt.NDArray[np.bool_]) -> float:
    return float((raw[unwanted] > np.quantile(raw[~unwanted], 0.99)).mean())


def _fitted(held: str) -> list[str]:
    return [c.name for c in CORPORA if c.fitted and c.name != held]


def _ours(terms: Terms, held: str) -> Floats:
    settings = FitSettings()
    rows = terms.of_corpora(_fitted(held))
    head = fit_head(terms, rows, terms.unwanted, settings, WordVectors.shipped())
    return scores(terms, head, settings)[terms.of_corpora([held])]


def _bogofilter(samples: Samples, held: str) -> Floats:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        training = [mail for name in _fitted(held) for mail in samples[name]]
        for side, flag in ((True, "-s"), (False, "-n")):
            mails = [mail for mail in training if (mail.kind is not Kind.WANTED) is side]
            _call(place, [flag], _written(place / flag, mails))
        said = _call(place, ["-TT"], _written(place / "test", samples[held]))
    return np.array([float(line.split()[-1]) for line in said.splitlines()])


def _call(place: Path, flags: list[str], files: list[Path]) -> str:
    command = ["bogofilter", "-d", str(place), *flags, "-b"]
    names = "".join(f"{file}\n" for file in files)
    done = subprocess.run(command, input=names, capture_output=True, text=True, check=False)
    if done.returncode > 2:
        raise RuntimeError(done.stderr)
    return done.stdout


def _written(folder: Path, mails: list[Labelled]) -> list[Path]:
    """Write messages as the text model sees them: From, Subject and the text that readers see."""
    folder.mkdir()
    files = []
    for number, mail in enumerate(mails):
        said = mail.message
        links = "\n".join(link.url for link in said.links[:50])
        head = f"From: {said.from_.name} <{said.from_.address}>\nSubject: {said.subject}\n"
        file = folder / f"{number:05d}"
        text = f"{head}Content-Type: text/plain; charset=utf-8\n\n{said.text}\n{links}\n"
        file.write_text(text, encoding="utf-8", errors="replace")
        files.append(file)
    return files
