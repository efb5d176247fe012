"""What the milter costs: the same Postfix with it and without it, in one run.

Eight connections hand over messages of a running campaign to a real Postfix, which relays them to
Postfix's own sink. With the milter every message is judged: decisions are kept while they are valid,
mails are granted by the API in blocks.
"""

import os
import shutil
import smtplib
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import httpx
from rich.console import Console
from rich.table import Table

from benchmarks._postfix import free_port, running_postfix, wait_for

SENDERS = 8


@dataclass
class Measured:
    """Milliseconds a message took from MAIL to the answer, and all in all."""

    name: str
    seconds: float = 0.0
    taken_ms: list[float] = field(default_factory=list)


def run(quick: bool) -> None:
    """Print messages a second and the cost of a message, with and without the milter."""
    messages = 300 if quick else 3_000
    console = Console(width=110)
    if not shutil.which("smtp-sink", path="/usr/sbin") or os.getuid() != 0:
        console.print("no Postfix here, or not root; apt-get install postfix")
        return
    with tempfile.TemporaryDirectory() as folder, _sink() as sink:
        with running_postfix(sink, "") as port:
            plain = _load("Postfix alone", port, messages)
        with (
            _milter(Path(folder)) as milter,
            running_postfix(sink, f"inet:127.0.0.1:{milter}") as port,
        ):
            checked = _load("Postfix with the milter", port, messages)
    table = Table(title=f"{messages:,} messages over {SENDERS} connections")
    for heading in ("", "messages/s", "ms a message, median", "99 %"):
        table.add_column(heading, justify="right" if heading else "left")
    for one in (plain, checked):
        cuts = statistics.quantiles(one.taken_ms, n=100)
        table.add_row(
            one.name, f"{messages / one.seconds:,.0f}", f"{cuts[49]:.1f}", f"{cuts[98]:.1f}"
        )
    console.print(table)
    cost = statistics.median(checked.taken_ms) - statistics.median(plain.taken_ms)
    share = plain.seconds / checked.seconds
    console.print(
        f"the check adds {cost:.1f} ms to the median message; throughput is {share:.0%} of Postfix alone"
    )


def _load(name: str, port: int, messages: int) -> Measured:
    found, left, lock = Measured(name), list(range(messages)), threading.Lock()
    message = EmailMessage()
    message["From"], message["Subject"] = "news@shop.example", "Our news"
    message["X-Account"], message["X-Campaign-ID"] = "bench", "bench-news"
    message["X-Campaign-Recipients"], message["X-Stream"] = str(messages * 2), "transactional"
    message.set_content("New tea is in the shop. " * 40)
    raw = message.as_bytes()

    def sender() -> None:
        with smtplib.SMTP("127.0.0.1", port, timeout=60) as server:
            while True:
                with lock:
                    if not left:
                        return
                    number = left.pop()
                started = time.perf_counter()
                server.sendmail("b@esp.example", [f"r{number}@x.example"], raw)
                taken = 1_000 * (time.perf_counter() - started)
                with lock:
                    found.taken_ms.append(taken)

    threads = [threading.Thread(target=sender) for _ in range(SENDERS)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found.seconds = time.perf_counter() - started
    if len(found.taken_ms) != messages:
        raise RuntimeError(f"{name}: {len(found.taken_ms)} of {messages} messages were taken")
    return found


@contextmanager
def _sink() -> Iterator[int]:
    port = free_port()
    command = ["/usr/sbin/smtp-sink", "-u", "nobody", "-c", f"127.0.0.1:{port}", "500"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            wait_for(port, process)
            yield port
        finally:
            process.terminate()


@contextmanager
def _milter(home: Path) -> Iterator[int]:
    """Run Sendwarden and its milter with one known account."""
    environment = {**os.environ, "SENDWARDEN_HOME": str(home)}
    environment.pop("SENDWARDEN_DATABASE_URL", None)
    command = [sys.executable, "-m", "sendwarden"]
    made = subprocess.run(
        [*command, "keys", "create", "mta", "--scope", "admin", "--quiet"],
        env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    environment["SENDWARDEN_API_KEY"] = key = made.stdout.strip()
    port, api = free_port(), free_port()
    serve = subprocess.Popen([*command, "serve", "--port", str(api), "--quiet"], env=environment)
    try:
        wait_for(api, serve)
        created = (datetime.now(UTC) - timedelta(days=900)).isoformat()
        httpx.put(
            f"http://127.0.0.1:{api}/v1/accounts/bench", headers={"Authorization": f"Bearer {key}"},
            json={"created_at": created, "paid": True}, timeout=30,
        ).raise_for_status()  # fmt: skip
        milter = subprocess.Popen(
            [*command, "milter", "--api", f"http://127.0.0.1:{api}", "--port", str(port),
             "--account-header", "X-Account"],
            env=environment, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            wait_for(port, milter)
            yield port
        finally:
            milter.terminate()
            milter.wait()
    finally:
        serve.terminate()
        serve.wait()
