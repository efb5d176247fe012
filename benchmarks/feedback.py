"""Bounces, log lines and webhooks: how many are read rightly, and how fast on one core.

Peers in the same run: flufl.bounce and the standard library's mail parser on the same mails.
"""

import os
import time
from collections.abc import Callable, Sequence
from email import message_from_bytes
from email.policy import compat32
from pathlib import Path
from typing import Final

from flufl.bounce import all_failures
from rich.console import Console
from rich.table import Table

from benchmarks._bounces import Score, engine_of, expectations, mails, score
from features.sources import dsn
from features.sources.exim import EXIM
from features.sources.postfix import POSTFIX

_ROOT: Final = Path(__file__).parent.parent
_ENGINES: Final = 2


def data_dir() -> Path:
    """Return the folder of real mail."""
    folder = Path(os.environ.get("SENDWARDEN_DATA", "../shared/data"))
    return folder if folder.is_absolute() else (_ROOT / folder).resolve()


def rates(bodies: Sequence[bytes], work: Callable[[bytes], object], seconds: float) -> float:
    """Return how many bodies a second of CPU time `work` takes."""
    done, started = 0, time.process_time()
    while (taken := time.process_time() - started) < seconds or not done:
        for body in bodies:
            work(body)
        done += len(bodies)
    return done / taken


def run(quick: bool) -> None:
    """Print accuracy and throughput."""
    console = Console(width=110)
    folder = data_dir() / "bounces"
    if (folder / "eml").is_dir():
        _accuracy(console, folder)
        _throughput(console, folder, 1.0 if quick else 5.0)
    else:
        console.print(f"no real mail at {folder}; set SENDWARDEN_DATA")
    _log_throughput(console, 1.0 if quick else 5.0)


def _accuracy(console: Console, folder: Path) -> None:
    scores = score(folder)
    table = Table("bounces: read as their collectors do", "right", "of", "share", "aim")
    rows: tuple[tuple[str, Score, str], ...] = (
        ("hard or not (Sisimai)", scores.hard, "97 %"),
        ("  of those its `filtered` alone", scores.filtered_hard, ""),
        ("class, by the table (Sisimai)", scores.classes, "92 %"),
        ("no bounce: complaint, delivered, away", scores.kinds, ""),
        ("failed addresses (flufl.bounce)", scores.addresses, "97 %"),
        ("still being tried or not (flufl.bounce)", scores.temporary, ""),
    )
    for name, one, aim in rows:
        table.add_row(name, str(one.right), str(one.of), f"{one.share:.1%}", aim)
    engines = sorted({engine_of(row) for row in expectations(folder, "sisimai")})
    for half in range(_ENGINES):
        part = score(folder, frozenset(engines[half::_ENGINES]))
        name = f"class, every second MTA or provider, part {half + 1}"
        table.add_row(
            name, str(part.classes.right), str(part.classes.of), f"{part.classes.share:.1%}", ""
        )
    console.print(table)


def _throughput(console: Console, folder: Path, seconds: float) -> None:
    bodies = list(mails(folder))
    table = Table("raw bounces, one core", "a second", "aim")
    for name, work, aim in (
        ("ours: events with class", lambda body: dsn.parse(body, ""), "1,000"),
        ("flufl.bounce: addresses only", lambda b: all_failures(message_from_bytes(b)), ""),
        (
            "floor: parse the mail (email.parser)",
            lambda b: message_from_bytes(b, policy=compat32),
            "",
        ),
    ):
        table.add_row(name, f"{rates(bodies, work, seconds):,.0f}", aim)
    console.print(table)


_LOG_LINES: Final = {
    "postfix": (
        "Nov 23 10:00:01 mx1 postfix/cleanup[101]: 3F1A{n:05X}: message-id=<m{n}@shop.example>",
        (
            "Nov 23 10:00:02 mx1 postfix/qmgr[102]: 3F1A{n:05X}: from=<bounce+acme+spring+{n}@esp.example>, "
            "size=1234, nrcpt=2 (queue active)"
        ),
        (
            "Nov 23 10:00:03 mx1 postfix/smtp[103]: 3F1A{n:05X}: to=<a{n}@gmail.com>, "
            "relay=gmail-smtp-in.l.google.com[192.0.2.27]:25, delay=1.2, delays=0.1/0/0.5/0.6, dsn=2.0.0, "
            "status=sent (250 2.0.0 OK  1700000000 x - gsmtp)"
        ),
        (
            "Nov 23 10:00:03 mx1 postfix/smtp[103]: 3F1A{n:05X}: to=<b{n}@example.org>, "
            "relay=mx.example.org[192.0.2.28]:25, delay=1.2, delays=0.1/0/0.5/0.6, dsn=5.1.1, status=bounced "
            "(host mx.example.org[192.0.2.28] said: 550 5.1.1 <b{n}@example.org>: Recipient address rejected: "
            "User unknown in virtual mailbox table (in reply to RCPT TO command))"
        ),
        "Nov 23 10:00:04 mx1 postfix/qmgr[102]: 3F1A{n:05X}: removed",
    ),
    "exim": (
        (
            "2026-11-23 10:00:01 1t{n:04d}-00001Z-2x <= bounce+acme+spring+{n}@esp.example H=app [10.0.0.1] "
            "P=esmtpsa A=plain:acme S=1200 id=m{n}@shop.example"
        ),
        (
            "2026-11-23 10:00:02 1t{n:04d}-00001Z-2x => a{n}@gmail.com R=dnslookup T=remote_smtp "
            'H=gmail-smtp-in.l.google.com [192.0.2.27] C="250 2.0.0 OK"'
        ),
        (
            "2026-11-23 10:00:02 1t{n:04d}-00001Z-2x ** b{n}@example.org R=dnslookup T=remote_smtp "
            "H=mx.example.org [192.0.2.28]: SMTP error from remote mail server after RCPT TO:<b{n}@example.org>: "
            "550 5.1.1 User unknown"
        ),
        "2026-11-23 10:00:03 1t{n:04d}-00001Z-2x Completed",
    ),
}
_MAILS: Final = 2_000


def _log_throughput(console: Console, seconds: float) -> None:
    table = Table("log lines, one core: every second attempt fails", "lines a second", "aim")
    for source in (POSTFIX, EXIM):
        lines = [line.format(n=n) for n in range(_MAILS) for line in _LOG_LINES[source.name]]
        body = "\n".join(lines).encode()
        done = rates([body], lambda text, parse=source.parse: parse(text, ""), seconds)
        table.add_row(source.name, f"{done * len(lines):,.0f}", "20,000")
    console.print(table)
