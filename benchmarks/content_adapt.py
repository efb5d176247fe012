"""What fifty labelled mails of a platform do to the text model, on mail that was not taught. All of it real.

(a) Each corpus left out of the fit, then 50 of its mails taught as they come; judged on the rest, at the
score that 1 % of other corpora's ham and bulk mail passes. (b) All legitimate bulk and phishing left out of
the fit, then 25 and 50 wanted mails of one kind of bulk taught; the rest of that kind, phishing and spam of
a corpus that was never fitted on are judged at the score that 1 % of ham passed before. How far weights may
move is chosen for each corpus by the others. Needs the corpora (`SENDWARDEN_DATA`); small base fits.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
from rich.console import Console
from rich.table import Table

from benchmarks._adapt_base import base_model
from models.content import TextModel
from training.content.adapt import CHOSEN, AdaptSettings, CommonTerms, Taught, adapt, weights_of
from training.content.corpora import ALL_BULK, BULK, BY_NAME, NOTICES, WRITTEN
from training.content.evaluate import PHISHING
from training.content.likeness import Likeness
from training.content.matrix import Mask, Terms
from training.content.recall import share_above, threshold_at
from training.content.scored_mail import Floats, ScoredMail, keys_of
from training.content.train import read_terms
from training.content.unseen import UNSEEN, split, threshold_of

Places = npt.NDArray[np.intp]
NEVER_FITTED = "trec07p_first_half"
NEW_KINDS = (*ALL_BULK, PHISHING)
_NEVER = 10**9
_MOVES = ((8.0, 6_400.0), (16.0, 1_600.0), (16.0, 6_400.0), (32.0, 1_600.0), (32.0, 6_400.0), (32.0, 25_600.0), (64.0, 25_600.0), (128.0, 25_600.0))  # fmt: skip
TRIED = (
    replace(CHOSEN, spread=1.5, commonness=0.0),
    *(replace(CHOSEN, spread=spread, commonness=common) for spread, common in _MOVES),
    replace(CHOSEN, least_mails=_NEVER),
)
# Recall lost on other senders' abuse counts twice against what is won on own mail.
_PRICE = 2.0


@dataclass(frozen=True)
class Base:
    """A model that knows nothing of some corpora, and samples of mail to judge by their rows in `terms`."""

    terms: Terms
    model: TextModel
    places: dict[str, Places]
    common: CommonTerms

    @cached_property
    def rows(self) -> Places:
        return np.unique(np.concatenate(list(self.places.values())))

    @cached_property
    def mail(self) -> ScoredMail:
        found = [self.terms.examples[i].analysis for i in self.rows]
        keys = np.unique(np.concatenate([self.model.keys, keys_of(found)]))
        return ScoredMail.of(self.model, found, keys)

    @cached_property
    def judged(self) -> Mask:
        found = (self.terms.examples[i].analysis for i in self.rows)
        return np.array([self.model.judge(analysis).judged for analysis in found])

    def scores(self, model: TextModel) -> Floats:
        """Return the score of each row of `terms`, NaN where it is in no sample; not judged is lowest."""
        raw = np.full(len(self.terms.examples), np.nan)
        found = self.mail.scores(weights_of(model, self.mail.keys, 0))
        raw[self.rows] = np.where(self.judged, found, -np.inf)
        return raw

    @cached_property
    def before(self) -> Floats:
        return self.scores(self.model)

    def taught(self, rows: Places, settings: AdaptSettings) -> Floats:
        """Return the scores of a model that was taught some rows."""
        examples = [self.terms.examples[i] for i in rows]
        mails = [Taught(example.analysis, example.kind) for example in examples]
        return self.scores(adapt(self.model, mails, self.common, settings))


def run(quick: bool) -> None:
    """Print what is flagged before and after own mail was taught, and what it costs elsewhere."""
    folder = Path(os.environ.get("SENDWARDEN_DATA", "../shared/data"))
    if not (folder / "content").is_dir():
        print(f"left out: no corpora in {folder} (SENDWARDEN_DATA)")
        return
    terms = read_terms(folder, lambda _: None)
    likeness = Likeness.shipped(terms.terms)
    draws = 1 if quick else 4
    corpora = {
        "+".join(n): _of_corpus(terms, likeness, n) for n in (UNSEEN[2:4] if quick else UNSEEN)
    }
    kinds = _of_kinds(terms, likeness)
    figures = [_figures(corpora, kinds, draws, settings) for settings in TRIED]
    worth = {name: [_worth(found[name]) for found in figures] for name in figures[0]}
    picked = {name: _best([w for n, w in worth.items() if n != name]) for name in worth}
    _print_tried(worth)
    _print_corpora({n: (TRIED[picked[n]], figures[picked[n]][n]) for n in corpora})
    _print_kinds({n: (TRIED[picked[n]], figures[picked[n]][n]) for n in BULK})
    _print_more(kinds, draws)
    print(
        f"best over all: {_called(TRIED[_best(list(worth.values()))])}; shipped: {_called(CHOSEN)}"
    )


# Of a corpus: one row; of a kind: 25 and 50 mails. Means over draws, names in the headings below.
Figures = dict[str, npt.NDArray[np.float64]]


def _figures(corpora: dict[str, Base], kinds: Base, draws: int, settings: AdaptSettings) -> Figures:
    return {
        **{
            name: np.mean([_corpus_draw(base, seed, settings) for seed in range(draws)], axis=0)
            for name, base in corpora.items()
        },
        **{
            name: np.array([
                np.mean([_kind_draw(kinds, name, n, seed, settings) for seed in range(draws)], axis=0)
                for n in (25, 50)
            ])
            for name in BULK
        },
    }  # fmt: skip


def _corpus_draw(base: Base, seed: int, settings: AdaptSettings) -> list[float]:
    """Return recall, own ham flagged and others' recall, each before and after, and good mail above the
    threshold of before.
    """
    own = base.places["own"]
    taught, rest = _drawn(base, own, 50, seed)
    bad, good = rest[base.terms.unwanted[rest]], rest[~base.terms.unwanted[rest]]
    found = []
    for raw in (base.before, base.taught(taught, settings)):
        threshold = threshold_of(raw[base.places["ham"]], raw[base.places["bulk"]])
        others = [rows for name, rows in base.places.items() if name.startswith("bad ")]
        elsewhere = np.mean([share_above(raw[rows], threshold) for rows in others])
        ham = share_above(raw[good], threshold) if len(good) else np.nan
        found.append((share_above(raw[bad], threshold), ham, float(elsewhere)))
    first = threshold_of(base.before[base.places["ham"]], base.before[base.places["bulk"]])
    passed = np.mean([share_above(raw[base.places[kind]], first) for kind in ("ham", "bulk")])
    return [*(value for pair in zip(*found, strict=True) for value in pair), float(passed)]


def _kind_draw(base: Base, kind: str, n: int, seed: int, settings: AdaptSettings) -> list[float]:
    """Return shares flagged of the rest of the kind, phishing, spam and the other kinds, each before and
    after.
    """
    taught, rest = _drawn(base, base.places[kind], n, seed)
    judged = [rest, base.places[PHISHING], base.places["spam"]]
    judged.append(np.concatenate([base.places[other] for other in BULK if other != kind]))
    threshold = threshold_at(base.before[base.places["ham"]], 0.01)
    after = base.taught(taught, settings)
    return [share_above(raw[rows], threshold) for rows in judged for raw in (base.before, after)]


def _drawn(base: Base, own: Places, n: int, seed: int) -> tuple[Places, Places]:
    """Return mails to teach, of those that can be judged, and the rest."""
    judged = own[np.isfinite(base.before[own])]
    taught = np.sort(np.random.default_rng(seed).choice(judged, n, replace=False))
    return taught, np.setdiff1d(own, taught)


def _worth(found: npt.NDArray[np.float64]) -> float:
    """Return what is won on own mail, less the price of what is lost elsewhere."""
    if found.ndim == 1:
        before, after, _, _, elsewhere, elsewhere_after, _ = found
        return float(after - before - _PRICE * (elsewhere - elsewhere_after))
    own, own_after, phishing, phishing_after, spam, spam_after, _, _ = found.mean(axis=0)
    lost = (phishing - phishing_after + spam - spam_after) / 2
    return float(own - own_after - _PRICE * lost)


def _best(worths: Sequence[Sequence[float]]) -> int:
    return int(np.argmax(np.mean(worths, axis=0)))


def _of_corpus(terms: Terms, likeness: Likeness, names: tuple[str, ...]) -> Base:
    known, good = split(terms, names)
    mine, bulk = terms.of_corpora(names), terms.of_corpora(BULK)
    places = {
        "own": _some(mine, 1_500),
        "ham": _some(good & ~bulk, 1_500),
        "bulk": _some(good & bulk, 1_500),
    }
    for name in np.unique(terms.corpus[terms.unwanted & ~mine]):
        if BY_NAME[str(name)].judged:
            places[f"bad {name}"] = _some(terms.of_corpora([name]) & terms.unwanted, 300)
    return _base(terms, likeness, known & ~good, places, (NOTICES, *WRITTEN))


def _of_kinds(terms: Terms, likeness: Likeness) -> Base:
    known, good = split(terms, NEW_KINDS)
    places = {
        **{name: _some(terms.of_corpora([name]), 1_000) for name in (*BULK, PHISHING)},
        "ham": _some(good, 3_000),
        "spam": _some(terms.of_corpora([NEVER_FITTED]) & terms.unwanted, 1_000),
    }
    return _base(terms, likeness, known & ~good, places, (NOTICES, WRITTEN[0]))


def _base(
    terms: Terms, likeness: Likeness, known: Mask, places: dict[str, Places], common: tuple[str, ...]
) -> Base:  # fmt: skip
    shared = np.flatnonzero(terms.of_corpora(common))[::4]
    count = CommonTerms.of([terms.examples[i].analysis for i in shared])
    return Base(terms, base_model(terms, likeness, known), places, count)


def _some(rows: Mask, most: int) -> Places:
    places = np.flatnonzero(rows)
    return np.sort(np.random.default_rng(0).permutation(places)[:most])


def _called(settings: AdaptSettings) -> str:
    words = ", known words only" if settings.least_mails == _NEVER else ""
    return f"spread {settings.spread:g}, commonness {settings.commonness:g}{words}"


def _print_tried(worth: dict[str, list[float]]) -> None:
    table = Table(title=f"won on own mail less {_PRICE:g} times what is lost elsewhere")
    for heading in ("how far weights may move", "corpora", "new kinds of bulk", "all"):
        table.add_column(heading, justify="left" if heading.startswith("how") else "right")
    for i, settings in enumerate(TRIED):
        sides = [[w[i] for n, w in worth.items() if (n in BULK) == bulk] for bulk in (False, True)]
        means = [float(np.mean(side)) for side in (*sides, [*sides[0], *sides[1]])]
        table.add_row(_called(settings), *(f"{mean:.3f}" for mean in means))
    Console(width=130).print(table)


def _print_corpora(found: dict[str, tuple[AdaptSettings, npt.NDArray[np.float64]]]) -> None:
    table = Table(
        title="corpora never met, 50 labelled mails taught; recall at 1 % of other ham and bulk"
    )
    for heading in ("corpus", "recall", "its ham flagged", "recall elsewhere", "1 % of before", "chosen by the others"):  # fmt: skip
        table.add_column(heading)
    for name, (settings, row) in found.items():
        table.add_row(name, *_pairs(row[:6]), f"{row[6]:.4f}", _called(settings))
    mean = np.nanmean([row for _, row in found.values()], axis=0)
    table.add_row("mean", *_pairs(mean[:6]), f"{mean[6]:.4f}", "")
    Console(width=150).print(table)


def _print_kinds(found: dict[str, tuple[AdaptSettings, npt.NDArray[np.float64]]]) -> None:
    table = Table(
        title="bulk mail of kinds never met, wanted mails of the kind taught; share flagged"
    )
    for heading in ("kind", "taught", "the rest of it", "phishing", "spam never fitted on", "other new bulk", "chosen by the others"):  # fmt: skip
        table.add_column(heading)
    for name, (settings, rows) in found.items():
        for n, row in zip((25, 50), rows, strict=True):
            table.add_row(name, str(n), *_pairs(row), _called(settings))
    Console(width=150).print(table)


def _print_more(base: Base, draws: int) -> None:
    """Print what eight times as many mails do, as much evidence as 50 of them and as 400, shipped setting."""
    table = Table(title="400 wanted political mails taught; share flagged")
    for heading in ("counted as", "the rest of it", "phishing", "spam never fitted on", "other new bulk"):  # fmt: skip
        table.add_column(heading)
    for most in (CHOSEN.most_mails, 400.0):
        settings = replace(CHOSEN, most_mails=most)
        rows = [_kind_draw(base, BULK[0], 400, seed, settings) for seed in range(draws)]
        table.add_row(f"{most:g} mails", *_pairs(np.mean(rows, axis=0)))
    Console(width=150).print(table)


def _pairs(row: npt.NDArray[np.float64]) -> list[str]:
    return [f"{a:.3f} > {b:.3f}" if np.isfinite(a) else "-" for a, b in row.reshape(-1, 2)]
