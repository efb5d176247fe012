"""Messages a second on one core: bytes to numbers, terms, fingerprint and judgement.

Floor: the standard library's parser walking the same bytes and decoding their text parts, nothing
else. Mail: real messages where `SENDWARDEN_DATA` is at hand, else ones made here.
"""

import email
import email.message
import email.policy
import gzip
import json
import os
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path

from rich.console import Console
from rich.table import Table

from features.content import analyse, read_message
from models.content import TextModel
from models.registry import read_text_model

CORPORA = ("spamassassin", "list_industrypack_devel", "list_kasan_dev")


def run(quick: bool) -> None:
    """Print messages/s of our steps and of the floor, measured on the same messages."""
    mails = _mails(200 if quick else 1_500)
    model = TextModel.from_bytes(read_text_model() or b"")
    steps: dict[str, Callable[[bytes], object]] = {
        "floor: standard library email, text decoded": _floor,
        "read_message": read_message,
        "read_message + analyse": lambda raw: analyse(read_message(raw)),
        "whole path, text model included": lambda raw: model.judge(analyse(read_message(raw))),
    }
    table = Table(title=f"{len(mails):,} messages, mean {_mean_kib(mails):.1f} KiB, one core")
    for heading in ("step", "messages/s", "ms/message"):
        table.add_column(heading, justify="left" if heading == "step" else "right")
    for name, step in steps.items():
        seconds = _cpu_seconds(step, mails)
        table.add_row(name, f"{len(mails) / seconds:,.0f}", f"{1_000 * seconds / len(mails):.2f}")
    Console(width=100).print(table)


def _cpu_seconds(step: Callable[[bytes], object], mails: list[bytes]) -> float:
    for raw in mails[:50]:
        step(raw)
    started = time.process_time()
    for raw in mails:
        step(raw)
    return time.process_time() - started


def _floor(raw: bytes) -> int:
    message = email.message_from_bytes(raw, policy=email.policy.compat32)
    texts = [
        part.get_payload(decode=True)
        for part in message.walk()
        if part.get_content_maintype() == "text"
    ]
    return sum(len(text) for text in texts if isinstance(text, bytes))


def _mean_kib(mails: list[bytes]) -> float:
    return sum(map(len, mails)) / len(mails) / 1024


def _mails(count: int) -> list[bytes]:
    folder = Path(os.environ.get("SENDWARDEN_DATA", "../shared/data")) / "content"
    each = count // len(CORPORA)
    files = [folder / f"{name}.jsonl.gz" for name in CORPORA]
    if not all(file.is_file() for file in files):
        return [_made(i) for i in range(count)]
    found: list[bytes] = []
    for file in files:
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            rows = islice((json.loads(line) for line in lines), each)
            found.extend(row["raw"].encode("latin-1") for row in rows)
    return found


def _made(number: int) -> bytes:
    cell = "<tr><td style='padding:8px'><a href='https://shop{0}.example/p{1}'>Item {1}</a> now $ {1}.90</td></tr>"
    rows = "".join(cell.format(number, i) for i in range(60))
    page = f"<html><body><p>Hello, our spring collection is here.</p><table>{rows}</table></body></html>"
    head = f"From: Shop <news@shop{number}.example>\nSubject: News {number}\nContent-Type: text/html\n\n"
    return (head + page).encode()
