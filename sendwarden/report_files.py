"""Abuse reports from files and Maildirs: each mail opens or joins an incident, as POST /v1/reports does."""

from collections import Counter
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Final

import typer

from sendwarden.clocks import system_clock
from sendwarden.compose import build_warden
from sendwarden.ingest_files import mark_seen, progress_bar
from sendwarden.parse_files import mails_of
from sendwarden.settings import load_settings
from service.errors import UnreadablePayload
from service.stores.contract import Incident

MAIL: Final = "message/rfc822"
_JSON: Final = "application/json"
Take = Callable[[bytes, str, datetime], Incident]


def report_paths(paths: list[Path]) -> int:
    """Take in the reports and print the incidents; return the exit code (1: something was refused).

    Of a Maildir the mails in `new` are read and moved to `cur`; a crash before the move leaves a mail
    that is known when it is read again.
    """
    found: Counter[str] = Counter()
    incidents: dict[str, Incident] = {}
    with closing(build_warden(load_settings())) as warden, progress_bar() as progress:
        for path in paths:
            files = _unread(path) if path.is_dir() else [path]
            task = progress.add_task(path.name, total=len(files))
            for file in files:
                incident = _taken(warden.take_report, file)
                progress.advance(task)
                if incident is None:
                    found["unreadable"] += 1
                    continue
                found["read"] += 1
                incidents[incident.incident_id] = incident
                if file.parent.name == "new":
                    mark_seen(file, path)
    _print(found, list(incidents.values()))
    return 1 if found["unreadable"] else 0


def _unread(folder: Path) -> list[Path]:
    return [file for file in mails_of(folder) if file.parent.name != "cur"]


def _taken(take: Take, file: Path) -> Incident | None:
    body = file.read_bytes()
    kind = _JSON if body.lstrip()[:1] == b"{" else MAIL
    try:
        return take(body, kind, system_clock())
    except UnreadablePayload as error:
        typer.echo(f"  {file}: {error}", err=True)
        return None


def _print(found: Counter[str], incidents: list[Incident]) -> None:
    typer.echo(f"read {found['read']:,}, not readable {found['unreadable']:,}")
    for incident in sorted(incidents, key=lambda one: (one.severity, one.opened_at)):
        facts = incident.facts
        typer.echo(
            f"severity {incident.severity} {facts['category']}: account {incident.account_id or 'unknown'}, "
            f"{facts['reports']:,} reports, incident {incident.incident_id}"
        )
