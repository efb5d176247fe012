"""`sendwarden audit`: prove the log of what people did."""

from typing import TYPE_CHECKING, Annotated

import typer

from sendwarden.cli.command import Command

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.desk.records import Entry
    from service.stores.contract import Store

app = typer.Typer(help="The hash-chained log of what people did.", no_args_is_help=True)


@app.command()
def verify(
    head: Annotated[
        str | None, typer.Option(help="NUMBER:SEAL printed earlier; must still be in the chain.")
    ] = None,
) -> None:
    """Check every entry of the audit log against the one before; exit 1 if any was touched.

    Prints the head of the chain. Keep it elsewhere and hand it back with --head: a log that was
    cut off at the end is whole in itself, but lacks it.

    Example: sendwarden audit verify --head 1042:9f2c...
    """
    from sendwarden.compose import build_store
    from sendwarden.settings import load_settings
    from service.desk.chain import Broken
    from service.desk.chain import verify as verify_chain
    from service.desk.sign_in import Keys

    settings = load_settings()
    store = build_store(settings)
    seen: set[str] = set()
    try:
        last = verify_chain(Keys(settings.key_bytes()).audit, _entries(store, seen))
    except Broken as error:
        typer.echo(f"the audit log does not hold: {error}", err=True)
        raise typer.Exit(1) from error
    finally:
        store.close()
    if head is not None and head not in seen:
        typer.echo("the audit log does not hold: it lacks the head given", err=True)
        raise typer.Exit(1)
    if last is None:
        typer.echo("the audit log is empty")
    else:
        typer.echo(f"{last.number} entries hold; head {last.number}:{last.seal}")


def _entries(store: "Store", seen: set[str]) -> "Iterator[Entry]":
    after = 0
    while page := store.entries(after):
        for entry in page:
            seen.add(f"{entry.number}:{entry.seal}")
            yield entry
        after = max(entry.number for entry in page)


COMMAND = Command("audit", app)
