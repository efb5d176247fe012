"""`sendwarden docs`: the generated parts of the documentation."""

from typing import Annotated

import typer

from sendwarden.cli.command import Command


def docs(
    check: Annotated[bool, typer.Option("--check", help="Fail when one is stale.")] = False,
) -> None:
    """Write the generated tables of features, reasons, settings and commands, and the picture of cards, into docs/.

    Example: sendwarden docs --check
    """
    from sendwarden.generated_docs import stale_documents

    stale = stale_documents()
    for document in stale:
        if check:
            typer.echo(f"stale: {document.path}; run `make docs` and commit", err=True)
        else:
            document.path.write_text(document.text, encoding="utf-8")
            typer.echo(f"wrote {document.path}")
    if check and stale:
        raise typer.Exit(1)


COMMAND = Command("docs", docs)
