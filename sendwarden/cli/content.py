"""`sendwarden content`: train, evaluate and use the text model."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from sendwarden.cli.command import Command

app = typer.Typer(
    help="Judge messages by what they say: train, evaluate and use the text model.",
    no_args_is_help=True,
    rich_markup_mode="rich",
)
Data = Annotated[
    Path,
    typer.Option(
        "--data", envvar="SENDWARDEN_DATA", help="Folder of corpora: content/<name>.jsonl.gz."
    ),
]


@contextmanager
def _progress() -> Iterator[Callable[[str], None]]:
    """Give a function that prints a step with the seconds gone; say it when a corpus is missing."""
    import time

    from training.content.corpora import MissingCorpus

    started = time.monotonic()
    try:
        yield lambda step: typer.echo(f"{time.monotonic() - started:5.0f} s  {step}", err=True)
    except MissingCorpus as missing:
        typer.echo(f"{missing}\nname the folder with --data or SENDWARDEN_DATA", err=True)
        raise typer.Exit(2) from missing


@app.command()
def train(
    data: Data = Path("../shared/data"),
    out: Annotated[Path, typer.Option(help="Where the model and its card go.")] = Path(
        "models/text_model.npz"
    ),
) -> None:
    """Fit the text model on the corpora whose terms allow it, and write it with its card.

    Example: sendwarden content train --data ../shared/data
    """
    from training.content.fit import FitSettings
    from training.content.train import train as fit

    with _progress() as progress:
        fit(data, out, FitSettings(), progress)
    typer.echo(f"wrote {out} ({out.stat().st_size:,} bytes) and {out.with_suffix('.json')}")


@app.command()
def evaluate(
    data: Data = Path("../shared/data"),
    disguises: Annotated[
        bool, typer.Option("--disguises", help="Also what zero-width signs, look-alikes ... do.")
    ] = False,
    disguises_only: Annotated[
        bool, typer.Option("--disguises-only", help="What they do, and nothing else.")
    ] = False,
) -> None:
    """Print what the model does on corpora that it was not fitted on, each left out in turn.

    Example: sendwarden content evaluate --data ../shared/data --disguises
    """
    from training.content.evaluate import held_out_folds
    from training.content.fit import FitSettings
    from training.content.likeness import Likeness
    from training.content.report import (
        print_disguised_years,
        print_disguises,
        print_folds,
        print_new_bulk,
        print_unseen,
        print_written,
    )
    from training.content.robustness import robustness
    from training.content.train import read_terms
    from training.content.unseen import new_bulk, unseen_corpora, unseen_fits
    from training.content.written import written_figures

    with _progress() as progress:
        terms = read_terms(data, progress)
        settings, likeness = FitSettings(), Likeness.shipped(terms.terms)
        unseen = unseen_fits(terms, settings, likeness, progress)
        if not disguises_only:
            print_folds(held_out_folds(terms, settings, likeness, progress))
            print_new_bulk(new_bulk(terms, settings, likeness, progress))
            print_unseen(unseen_corpora(terms, settings, unseen))
            print_written(written_figures(terms, settings, likeness, progress))
        if disguises or disguises_only:
            pooled, by_year = robustness(data, terms, settings, unseen, progress)
            print_disguises(pooled)
            print_disguised_years(by_year)


@app.command()
def score(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Messages (.eml), folders of them, or - for stdin.")
    ] = None,
    maildir: Annotated[
        Path | None, typer.Option(help="A Maildir: its new and cur folders.")
    ] = None,
    jsonl: Annotated[
        Path | None,
        typer.Option(help="One JSON object a line: id, and raw or from/subject/html/text."),
    ] = None,
) -> None:
    """Write one JSON line a message: id, malicious, unsolicited, wanted, judged, reasons.

    By the shipped text model, or the one that SENDWARDEN_TEXT_MODEL_FILE names.

    Example: sendwarden content score campaign.eml

    Example: sendwarden content score --maildir ~/Maildir | jq 'select(.malicious > 0.5)'
    """
    from sendwarden.compose import text_model
    from sendwarden.score_content import NothingToScore, UnreadableMail, score_all
    from sendwarden.settings import BadSettings, load_settings

    try:
        model = text_model(load_settings())
        for line in score_all(model, paths or [], maildir, jsonl):
            typer.echo(line)
    except (BadSettings, NothingToScore, UnreadableMail) as error:
        typer.echo(f"cannot score: {error}", err=True)
        raise typer.Exit(2) from error


_FORMS = "messages (.eml), a folder of them, a Maildir, a .jsonl file or - for stdin."


@app.command()
def adapt(
    out: Annotated[Path, typer.Option(help="Where the taught model goes; not there yet.")],
    wanted: Annotated[list[Path] | None, typer.Option(help=f"Good mail: {_FORMS}")] = None,
    unwanted: Annotated[
        list[Path] | None, typer.Option(help=f"Mail that nobody asked for: {_FORMS}")
    ] = None,
    malicious: Annotated[
        list[Path] | None,
        typer.Option(
            help=f"Phishing and fraud, as unwanted as the rest and told from it: {_FORMS}"
        ),
    ] = None,
) -> None:
    """Teach the text model the platform's own mail: wanted, unwanted, or both.

    Starts from the shipped model each time, so give all mail that is to be taught. Some 50 messages of a
    kind are enough. Nothing of them is kept but weights of words. Options can be repeated.

    Example: sendwarden content adapt --wanted good.jsonl --unwanted bad-maildir --out own_text_model.npz

    Then: SENDWARDEN_TEXT_MODEL_FILE=own_text_model.npz sendwarden serve
    """
    import time

    from sendwarden.adapt_content import (
        NothingToTeach,
        NotWritable,
        check_place,
        read_own,
        report_of,
        teach,
    )
    from sendwarden.cli.paths import there
    from sendwarden.compose import shipped_text_model
    from sendwarden.score_content import NO_MODEL, UnreadableMail
    from training.content.corpora import Kind

    started = time.monotonic()

    def say(step: str) -> None:
        typer.echo(f"{time.monotonic() - started:5.0f} s  {step}", err=True)

    sides = ((Kind.WANTED, wanted), (Kind.UNSOLICITED, unwanted), (Kind.MALICIOUS, malicious))
    try:
        check_place(out)
        model = shipped_text_model()
        if model is None:
            raise NothingToTeach(NO_MODEL)
        found = teach(model, read_own([(k, there(paths or [])) for k, paths in sides], say), say)
        out.write_bytes(found.model.to_bytes())
    except (NothingToTeach, NotWritable, UnreadableMail, OSError) as error:
        typer.echo(f"cannot adapt: {error}", err=True)
        raise typer.Exit(2) from error
    typer.echo("\n".join(report_of(found)))
    typer.echo(
        f"wrote {out} ({out.stat().st_size:,} bytes); to use it: SENDWARDEN_TEXT_MODEL_FILE={out}"
    )


COMMAND = Command("content", app)
