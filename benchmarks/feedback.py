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
