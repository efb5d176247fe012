"""Assembles the command line from the commands found in `sendwarden.cli`."""

import typer

import sendwarden.cli
from features.discovery import discover
from sendwarden.cli.command import Command

HELP = """Sendwarden decides, before mail leaves an e-mail service provider, whether it may.

Start with [bold]sendwarden demo[/bold]; every command has examples in its own --help.
"""


def build() -> typer.Typer:
    """Return the command line with every discovered command."""
    root = typer.Typer(help=HELP, no_args_is_help=True, rich_markup_mode="rich")
    for command in discover(sendwarden.cli, Command):
        if isinstance(command.app, typer.Typer):
            root.add_typer(command.app, name=command.name)
        else:
            root.command(name=command.name)(command.app)
    return root
