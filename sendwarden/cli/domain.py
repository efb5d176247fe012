"""`sendwarden domain`: how a sending domain authenticates its mail, and what to publish."""

from typing import TYPE_CHECKING, Annotated

import typer

from sendwarden.cli.command import Command

if TYPE_CHECKING:
    from features.dns import Finding
    from models.reasons.language import Language

app = typer.Typer(help="Look at sending domains.", no_args_is_help=True)


@app.callback()
def domains() -> None:
    """Look at sending domains."""


@app.command()
def check(
    domain: Annotated[str, typer.Argument(help="The domain in the From address.")],
    selector: Annotated[
        list[str] | None, typer.Option(help="A DKIM selector that the mail uses; repeatable.")
    ] = None,
    lang: Annotated[str, typer.Option(help="en or zh-Hant.")] = "en",
) -> None:
    """Ask DNS about a sending domain and print what to do and the exact records to publish.

    Exit code 1 when something must be done.

    Examples:

        sendwarden domain check shop.example

        sendwarden domain check shop.example --selector s1 --lang zh-Hant
    """
    from features.dns import Severity
    from models.languages import TAGS, load_language
    from sendwarden.clocks import system_clock
    from sendwarden.compose import resolver, sending_setup
    from sendwarden.settings import load_settings
    from service.deliverability.domains import DomainCheckUp

    if lang not in TAGS:
        raise typer.BadParameter(f"one of {', '.join(TAGS)}", param_hint="--lang")
    settings = load_settings()
    report = DomainCheckUp(resolver(settings), sending_setup(settings))(
        domain, system_clock(), tuple(selector or ())
    )
    typer.echo(
        f"{report.domain}: SPF {_word(report.spf.result)} ({report.spf.lookups} look-ups), "
        f"DKIM {_word(report.dkim.result)}, DMARC {_word(report.dmarc.policy)}"
    )
    for finding in report.findings:
        _print(finding, load_language(lang))
    if not report.complete:
        typer.echo("DNS did not answer every question; try again later.", err=True)
    if any(finding.severity is Severity.MUST for finding in report.findings):
        raise typer.Exit(1)


def _word(value: str | None) -> str:
    return "unknown" if value is None else str(value)


def _print(finding: "Finding", language: "Language") -> None:
    typer.echo(f"\n[{finding.severity}] {language(finding.message).format(**finding.values)}")
    typer.echo(f"  {language(finding.todo).format(**finding.values)}")
    for record in finding.records:
        typer.echo(f"  {record.name}  {record.type}  {record.value}")


COMMAND = Command("domain", app)
