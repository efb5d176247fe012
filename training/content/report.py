"""The figures of an evaluation, for reading."""

from rich.console import Console
from rich.table import Table

from training.content.corpora import BULK
from training.content.evaluate import PHISHING, Fold
from training.content.evasions import DISGUISES
from training.content.robustness import SHARES, Disguised, DisguisedRecall
from training.content.unseen import NewBulk, Unseen
from training.content.written import WrittenFigures


def print_folds(folds: list[Fold], console: Console | None = None) -> None:
    """Print one line a held-out corpus, and their mean."""
    table = Table(
        title="text model: each corpus left out; from `narrow` on also all legitimate bulk and phishing\n"
        "threshold at 1 % of the held-out corpus's own ham; flagged shares of what was left out; `beside written`: written bulk mail was learnt from"
    )
    beside = [f"{name}, beside written" for name in BULK]
    for heading in ("left out", "ROC AUC", "recall", "narrow", PHISHING, *BULK, *beside):
        table.add_column(heading, justify="left" if heading == "left out" else "right")
    for fold in folds:
        table.add_row(fold.name, *(f"{figure:.3f}" for figure in _figures(fold)))
    columns = zip(*map(_figures, folds), strict=True)
    table.add_row("mean", *(f"{sum(column) / len(folds):.3f}" for column in columns))
    (console or Console(width=150)).print(table)


def print_unseen(found: list[Unseen], console: Console | None = None) -> None:
    """Print one line an unseen corpus, their mean, and recall by year."""
    table = Table(
        title="text model on corpora it was not fitted on; 1 % false positives, ham and legitimate bulk weighted equally"
    )
    for heading in ("unseen", "AUC ham", "AUC bulk", "recall, ham", "recall, bulk", "recall", "good words added", "at 0.1 % (95 %)", "of ham", "of bulk", "recall by year (messages)"):  # fmt: skip
        table.add_column(heading, justify="left" if heading == "unseen" else "right")
    for row in found:
        years = ", ".join(f"{year} {recall:.2f} ({n})" for year, (n, recall) in row.years.items())
        table.add_row(
            row.name, *(f"{figure:.3f}" for figure in _unseen_figures(row)), *_strict(row), years
        )
    columns = zip(*map(_unseen_figures, found), strict=True)
    table.add_row("mean", *(f"{sum(column) / len(found):.3f}" for column in columns), *[""] * 4)
    (console or Console(width=220)).print(table)


def print_written(found: list[WrittenFigures], console: Console | None = None) -> None:
    """Print one line a round and language of written mail."""
    table = Table(
        title="mail written for the training, not real: each round judged by a model that learnt from real mail alone,\n"
        "and from the other rounds as well; recall where 5 % of the round's wanted mail is flagged"
    )
    for heading in ("round", "language", "messages", "ROC AUC, real alone", "recall", "ROC AUC, and the other rounds", "recall"):  # fmt: skip
        table.add_column(heading, justify="left" if heading == "language" else "right")
    for row in found:
        figures = (*row.real_only, *row.with_other_rounds)
        language = "English" if row.english else "other"
        table.add_row(row.round, language, str(row.messages), *(f"{x:.3f}" for x in figures))
    (console or Console(width=150)).print(table)


def print_new_bulk(found: list[NewBulk], console: Console | None = None) -> None:
    """Print what is flagged of phishing and of bulk mail of kinds never met, a line a fit."""
    table = Table(
        title="no legitimate bulk and no phishing known; threshold at 1 % of all ham, a fifth of it kept back; shares flagged"
    )
    table.add_column("written bulk mail")
    for name in (PHISHING, *BULK):
        table.add_column(name, justify="right")
    for row in found:
        figures = (f"{row.flagged[name]:.3f}" for name in (PHISHING, *BULK))
        table.add_row("learnt from" if row.beside_written else "left out", *figures)
    (console or Console(width=150)).print(table)


def _strict(row: Unseen) -> list[str]:
    intervals = (row.recall_strict, row.recall_strict_ham, row.recall_strict_bulk)
    return [f"{recall:.3f} ({low:.3f}-{high:.3f})" for recall, low, high in intervals]


def _unseen_figures(row: Unseen) -> list[float]:
    return [
        row.auc_ham,
        row.auc_bulk,
        row.recall_ham,
        row.recall_bulk,
        row.recall,
        row.good_words,
    ]


def print_disguises(found: list[Disguised], console: Console | None = None) -> None:
    """Print one line a disguise."""
    table = Table(
        title="disguises done to good and bad mail alike; means over the corpora left out that have ham of their own\n"
        "recall at 1 % of that ham"
    )
    for heading in ("disguise", "ROC AUC", "recall", "recall at the clean threshold"):
        table.add_column(heading, justify="left" if heading == "disguise" else "right")
    for row in found:
        figures = (row.auc, row.recall, row.recall_clean)
        table.add_row(row.name, *(f"{figure:.3f}" for figure in figures))
    (console or Console(width=150)).print(table)


def print_disguised_years(found: list[DisguisedRecall], console: Console | None = None) -> None:
    """Print a table a share of wanted mail, with one line a corpus left out and a year of it."""
    for place, share in enumerate(SHARES):
        table = Table(
            title=f"recall at {share:.1%} of ham / of legitimate bulk and political mail, by corpus left out and year\n"
            "unwanted mail is disguised, wanted mail of the other corpora sets the threshold as it is"
        )
        for heading in ("unseen", "year", "messages", *DISGUISES):
            table.add_column(heading, justify="left" if heading == "unseen" else "right")
        for row in found:
            table.add_row(row.corpus, row.year or "all", str(row.messages), *_cells(row, place))
        (console or Console(width=200)).print(table)


def _cells(row: DisguisedRecall, place: int) -> list[str]:
    return [f"{row.of_ham[x][place]:.2f} / {row.of_bulk[x][place]:.2f}" for x in DISGUISES]


def _figures(fold: Fold) -> list[float]:
    return [
        fold.auc,
        fold.recall,
        fold.recall_narrow,
        fold.flagged[PHISHING],
        *(fold.flagged[name] for name in BULK),
        *(fold.flagged_beside_written[name] for name in BULK),
    ]
