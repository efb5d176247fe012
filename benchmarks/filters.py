"""The text model beside bogofilter, SpamAssassin and rspamd, all trained on the same mail, offline.

Each corpus is left out in turn. Needs the corpora (`SENDWARDEN_DATA`) and the Debian packages bogofilter,
spamassassin, rspamd and redis-server; a filter that is not installed is left out with a word. Samples of
each corpus with a fixed seed, since SpamAssassin reads five messages a second.
"""

import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
from rich.console import Console
from rich.table import Table
from sklearn.metrics import roc_auc_score

from benchmarks._filters import PEERS, Mail, Peer
from benchmarks._samples import Samples, data_folder, samples_of, terms_of
from training.content.corpora import BULK, CORPORA, Kind, Labelled
from training.content.fit import FitSettings, fit_head, scores
from training.content.likeness import Likeness
from training.content.matrix import Terms
from training.content.unseen import UNSEEN, split, threshold_of, unseen_corpora, unseen_fits

HELD_OUT = ("trec07p_first_half", "enron1", "lingspam", "spamassassin")
Floats = npt.NDArray[np.float64]


def run(quick: bool) -> None:
    """Print ROC AUC and recall at 1 % of the corpus's own ham, ours and the filters', on the same mail."""
    folder = data_folder()
    if folder is None:
        return
    each = 40 if quick else 80
    samples = samples_of(folder, each)
    terms = terms_of(samples)
    ours = partial(_ours, terms, Likeness.shipped(terms.terms))
    rows = [(held, "ours", *_timed(samples, held, ours)) for held in HELD_OUT]
    for peer in PEERS:
        if peer.missing:
            print(f"{peer.name} left out: {', '.join(peer.missing)} not installed")
            continue
        score = partial(_theirs, peer, samples)
        rows += [(held, peer.name, *_timed(samples, held, score)) for held in HELD_OUT]
    _print(rows, each)
    _on_unseen_corpora(folder, 250 if quick else 1_000)


def _on_unseen_corpora(folder: Path, each: int) -> None:
    """Print recall at 1 % of other corpora's ham and bulk; bogofilter alone is fast enough to compare."""
    samples = samples_of(folder, each)
    terms = terms_of(samples)
    likeness = Likeness.shipped(terms.terms)
    ours = unseen_corpora(terms, FitSettings(), unseen_fits(terms, FitSettings(), likeness, _quiet))
    peer = next(peer for peer in PEERS if peer.name == "bogofilter")
    table = Table(title=f"unseen corpora, recall at 1 % of ham and bulk; at most {each:,} messages a corpus and kind")  # fmt: skip
    for heading in ("unseen", "ours", peer.name):
        table.add_column(heading, justify="left" if heading == "unseen" else "right")
    for row, names in zip(ours, UNSEEN, strict=True):
        theirs = "-" if peer.missing else f"{_unseen_recall(peer, samples, terms, names):.3f}"
        table.add_row(row.name, f"{row.recall:.3f}", theirs)
    Console(width=130).print(table)


def _unseen_recall(peer: Peer, samples: Samples, terms: Terms, names: tuple[str, ...]) -> float:
    mails = [mail for found in samples.values() for mail in found]
    known, good = split(terms, names)
    bad, bulk = terms.of_corpora(names) & terms.unwanted, terms.of_corpora(BULK)
    tested = [mails[i] for i in np.flatnonzero(good | bad)]
    raw = np.full(len(mails), np.nan)
    raw[good | bad] = _learnt(peer, [mails[i] for i in np.flatnonzero(known & ~good)], tested)
    threshold = threshold_of(raw[good & ~bulk], raw[good & bulk])
    return float((raw[bad] > threshold).mean())


def _timed(
    samples: Samples, held: str, score: Callable[[str], Floats]
) -> tuple[float, float, float]:
    """Return ROC AUC, recall at 1 % of ham, and seconds to learn and score."""
    started = time.perf_counter()
    raw = score(held)
    seconds = time.perf_counter() - started
    unwanted = np.array([mail.kind is not Kind.WANTED for mail in samples[held]])
    recall = float((raw[unwanted] > np.quantile(raw[~unwanted], 0.99)).mean())
    return float(roc_auc_score(unwanted, raw)), recall, seconds


def _print(rows: list[tuple[str, str, float, float, float]], each: int) -> None:
    table = Table(title=f"each corpus left out; at most {each:,} messages a corpus and kind")
    names = list(dict.fromkeys(name for _, name, *_ in rows))
    table.add_column("left out")
    for name in names:
        table.add_column(f"{name}: AUC, recall at 1 %", justify="right")
    for held in HELD_OUT:
        cells = [f"{auc:.3f} {recall:.3f}" for h, _, auc, recall, _ in rows if h == held]
        table.add_row(held, *cells)
    means = [[row for row in rows if row[1] == name] for name in names]
    table.add_row("mean", *(f"{_mean(found, 2):.3f} {_mean(found, 3):.3f}" for found in means))
    table.add_row("seconds a corpus", *(f"{_mean(found, 4):.0f}" for found in means))
    Console(width=130).print(table)


def _mean(rows: list[tuple[str, str, float, float, float]], place: int) -> float:
    return float(np.mean([row[place] for row in rows]))


def _quiet(_: str) -> None:
    pass


def _fitted(held: str) -> list[str]:
    return [c.name for c in CORPORA if c.fitted and c.name != held]


def _ours(terms: Terms, likeness: Likeness, held: str) -> Floats:
    settings = FitSettings()
    rows = terms.of_corpora(_fitted(held))
    head = fit_head(terms, rows, terms.unwanted, settings, likeness)
    return scores(terms, head, settings)[terms.of_corpora([held])]


def _theirs(peer: Peer, samples: Samples, held: str) -> Floats:
    known = [mail for name in _fitted(held) for mail in samples[name]]
    return _learnt(peer, known, samples[held])


def _learnt(peer: Peer, known: list[Labelled], tested: list[Labelled]) -> Floats:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        spam = [mail for mail in known if mail.kind is not Kind.WANTED]
        ham = [mail for mail in known if mail.kind is Kind.WANTED]
        mail = Mail(
            spam=_written(place / "spam", spam),
            ham=_written(place / "ham", ham),
            test=_written(place / "test", tested),
        )
        (place / "own").mkdir()
        return peer.scores(place / "own", mail)


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
