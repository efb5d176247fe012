"""A whole decision beside a bare prediction.

Ours: `POST /v1/accounts/{id}/score` on `sendwarden serve` - read the account's tiles, compute the
features, score, apply the policy, store the decision durably (SQLite, synchronous=FULL), answer.
Peer: `mlflow models serve` answering `/invocations` of the same LightGBM model on one ready-made
row: no features, no policy, nothing stored. It is asked twice: with named columns, as models that
were trained on a table are (`dataframe_split`), and with bare numbers (`inputs`). All are driven by the same client with the same
number of connections; CPU is that of the server's processes alone.
"""

import http.client
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
from rich.console import Console
from rich.table import Table

CONNECTIONS = 8
Request = Callable[[int], tuple[str, bytes, dict[str, str]]]


@dataclass(frozen=True)
class Measured:
    """What one server did under load."""

    name: str
    requests: int
    seconds: float
    cpu_seconds: float
    memory_mib: float

    @property
    def per_second(self) -> float:
        return self.requests / self.seconds

    @property
    def cpu_ms(self) -> float:
        return 1_000 * self.cpu_seconds / self.requests


def run(quick: bool) -> None:
    """Print requests/s and server CPU per request of both."""
    requests = 400 if quick else 4_000
    accounts = 50 if quick else 500
    with tempfile.TemporaryDirectory() as folder:
        allowed = _measure_sendwarden(Path(folder) / "good", requests, accounts, bounces=1)
        explained = _measure_sendwarden(Path(folder) / "bad", requests, accounts, bounces=24)
        named, bare = _measure_mlflow(Path(folder), max(requests // 4, 100))
    table = Table(title=f"decisions over HTTP, {CONNECTIONS} connections")
    for heading in ("server", "requests/s", "server CPU ms/request", "memory MiB"):
        table.add_column(heading, justify="left" if heading == "server" else "right")
    for m in (allowed, explained, named, bare):
        table.add_row(m.name, f"{m.per_second:,.0f}", f"{m.cpu_ms:.2f}", f"{m.memory_mib:,.0f}")
    console = Console(width=110)
    console.print(table)
    console.print(
        "CPU per request, whole decision that allows / bare prediction: "
        f"{allowed.cpu_ms / named.cpu_ms:.2f} (named columns), "
        f"{allowed.cpu_ms / bare.cpu_ms:.2f} (bare numbers)"
    )


def _measure_sendwarden(folder: Path, requests: int, accounts: int, bounces: int) -> Measured:
    """Measure decisions on accounts with that many hard bounces in forty events."""
    home = folder / "home"
    environment = {**os.environ, "SENDWARDEN_HOME": str(home), "SENDWARDEN_DATABASE_URL": ""}
    environment.pop("SENDWARDEN_DATABASE_URL")
    key = _sendwarden(
        environment, "keys", "create", "bench", "--scope", "score", "--scope", "ingest", "--quiet"
    )
    port = _free_port()
    command = [sys.executable, "-m", "sendwarden", "serve", "--port", str(port), "--quiet"]
    with _server(command, environment, port, "/readyz") as process:
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        _fill(port, headers, accounts, bounces)
        action = _action(port, headers)
        return _load(
            f"sendwarden: features + model + policy + durable record, {action}",
            port,
            process,
            requests,
            lambda i: (f"/v1/accounts/acct-{i % accounts}/score", b"", headers),
        )


def _measure_mlflow(folder: Path, requests: int) -> list[Measured]:
    model_uri, row = _log_bare_model(folder)
    port = _free_port()
    mlflow = str(Path(sys.executable).with_name("mlflow"))
    command = [mlflow, "models", "serve", "-m", model_uri, "-p", str(port), "--env-manager", "local", "-w", "1"]  # fmt: skip
    columns = [f"column_{i}" for i in range(len(row))]
    bodies = {
        "named columns": json.dumps({"dataframe_split": {"columns": columns, "data": [row]}}),
        "bare numbers": json.dumps({"inputs": [row]}),
    }
    headers = {"Content-Type": "application/json"}
    # mlflow starts its web server by name, so that must be found first on the path.
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    with _server(command, {**os.environ, "PATH": path}, port, "/ping") as process:
        return [
            _load(
                f"mlflow models serve: bare prediction, {form}",
                port,
                process,
                requests,
                _always("/invocations", body.encode(), headers),
            )
            for form, body in bodies.items()
        ]


def _always(path: str, body: bytes, headers: dict[str, str]) -> Request:
    """Return what sends the same request each time."""
    return lambda _: (path, body, headers)


def _log_bare_model(folder: Path) -> tuple[str, list[float]]:
    """Save the account risk trees of the shipped bundle as an MLflow LightGBM model."""
    import lightgbm
    import mlflow.lightgbm

    from models.registry import starter_files

    text = starter_files()["account.risk.txt"].decode()
    booster = lightgbm.Booster(model_str=text)
    path = folder / "bare"
    mlflow.lightgbm.save_model(booster, path)
    return str(path), [0.0] * booster.num_feature()


def _action(port: int, headers: dict[str, str]) -> str:
    """Return what is decided on the first account, so that the table says which path it shows."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("POST", "/v1/accounts/acct-0/score", headers=headers)
    action: str = json.loads(connection.getresponse().read())["action"]
    connection.close()
    return action if action == "allow" else f"{action} with reasons"


def _fill(port: int, headers: dict[str, str], accounts: int, bounces: int) -> None:
    """Put accounts with three weeks of hourly sending, so that look-ups read real tiles."""
    now = datetime.now(UTC).replace(microsecond=0)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for i in range(accounts):
        created = (now - timedelta(days=200)).isoformat()
        _call(
            connection,
            "PUT",
            f"/v1/accounts/acct-{i}",
            json.dumps({"created_at": created}).encode(),
            headers,
        )
    kinds = [("sent", "delivered", "open")[n % 3] for n in range(40 - bounces)]
    kinds += ["hard_bounce"] * bounces
    lines = [
        json.dumps({
            "event_id": f"{i}-{n}", "type": kinds[n], "account_id": f"acct-{i}",
            "occurred_at": now.isoformat(), "mailbox_provider": f"provider-{n % 5}.example",
        })
        for i in range(accounts)
        for n in range(40)
    ]  # fmt: skip
    ndjson = {**headers, "Content-Type": "application/x-ndjson"}
    for first in range(0, len(lines), 1_000):
        _call(
            connection,
            "POST",
            "/v1/events",
            "\n".join(lines[first : first + 1_000]).encode(),
            ndjson,
        )
    connection.close()


def _load(
    name: str, port: int, process: psutil.Process, requests: int, request: Request
) -> Measured:
    _drive(port, max(requests // 20, 20), request)
    before, started = _cpu_seconds(process), time.perf_counter()
    _drive(port, requests, request)
    seconds, cpu = time.perf_counter() - started, _cpu_seconds(process) - before
    memory = sum(p.memory_info().rss for p in _family(process)) / 2**20
    return Measured(name, requests, seconds, cpu, memory)


def _drive(port: int, requests: int, request: Request) -> None:
    """Send `requests` requests over keep-alive connections; any answer but 200 fails the run."""
    failures: list[str] = []

    def client(first: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            for i in range(first, requests, CONNECTIONS):
                path, body, headers = request(i)
                _call(connection, "POST", path, body, headers)
        except (RuntimeError, OSError) as error:
            failures.append(str(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=client, args=(n,)) for n in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise RuntimeError(failures[0])


def _call(
    connection: http.client.HTTPConnection,
    method: str,
    path: str,
    body: bytes,
    headers: dict[str, str],
) -> None:
    connection.request(method, path, body=body, headers=headers)
    response = connection.getresponse()
    answer = response.read()
    if response.status not in (200, 201, 202):
        raise RuntimeError(f"{method} {path}: {response.status} {answer[:300]!r}")


@contextmanager
def _server(
    command: list[str], environment: dict[str, str], port: int, ready: str
) -> Iterator[psutil.Process]:
    with tempfile.TemporaryFile() as log:
        child = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            _wait_ready(child, port, ready, log)
            yield psutil.Process(child.pid)
        finally:
            if child.poll() is None:
                for process in _family(psutil.Process(child.pid)):
                    process.terminate()
            child.wait(20)


def _wait_ready(child: "subprocess.Popen[bytes]", port: int, path: str, log: object) -> None:
    for _ in range(600):
        if child.poll() is not None:
            break
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
        try:
            connection.request("GET", path)
            if connection.getresponse().status == 200:
                return
        except OSError:
            pass
        finally:
            connection.close()
        time.sleep(0.1)
    log.seek(0)  # type: ignore[attr-defined]
    raise RuntimeError(log.read().decode(errors="replace")[-2_000:])  # type: ignore[attr-defined]


def _family(process: psutil.Process) -> list[psutil.Process]:
    return [process, *process.children(recursive=True)]


def _cpu_seconds(process: psutil.Process) -> float:
    return sum(p.cpu_times().user + p.cpu_times().system for p in _family(process))


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _sendwarden(environment: dict[str, str], *arguments: str) -> str:
    command = [sys.executable, "-m", "sendwarden", *arguments]
    return subprocess.run(
        command, env=environment, check=True, capture_output=True, text=True
    ).stdout.strip()
