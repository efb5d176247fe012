"""Hostile bodies against a real server process: a 4xx or a flagged result, bounded time and memory."""

import gzip
import io
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import polars
import psutil
import pytest

CPU_SECONDS = 40.0
GROWTH_BYTES = 900 * 2**20
MESSAGE = {"account_id": "a-1", "recipients": 1, "stream": "broadcast"}
IMPORTS = "/v1/accounts/a-1/lists/l-1/imports?source=file"


class Victim:
    """A server process and a client with an admin key."""

    def __init__(self, process: psutil.Process, http: httpx.Client) -> None:
        self.process, self.http = process, http
        self.first_bytes = self.peak_bytes()

    def peak_bytes(self) -> int:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1_024

    def cpu_seconds(self) -> float:
        """Time of the processor, which a busy machine does not stretch as it does the clock."""
        times = self.process.cpu_times()
        return float(times.user + times.system)

    def send(self, path: str, kind: str, content: Any, **headers: str) -> httpx.Response:
        return self.http.post(path, content=content, headers={"Content-Type": kind, **headers})

    def score(self, message: Any) -> httpx.Response:
        return self.http.post("/v1/campaigns/c-1/score", json={**MESSAGE, "message": message})


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "sendwarden", *arguments]


@pytest.fixture(scope="module")
def victim(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Victim]:
    home = tmp_path_factory.mktemp("victim")
    environment = {**os.environ, "SENDWARDEN_HOME": str(home)}
    create = command("keys", "create", "t", "--scope", "admin", "--quiet")
    key = subprocess.run(
        create, env=environment, check=True, capture_output=True, text=True
    ).stdout.strip()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    serve = command("serve", "--port", str(port), "--quiet")
    log = (home / "log").open("wb")
    child = subprocess.Popen(serve, env=environment, stdout=log, stderr=log)
    headers = {"Authorization": f"Bearer {key}"}
    try:
        with httpx.Client(
            base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=280
        ) as http:
            wait_until_up(http, child)
            put = http.put("/v1/accounts/a-1", json={"created_at": "2026-01-01T00:00:00Z"})
            assert put.status_code == 200, put.text
            yield Victim(psutil.Process(child.pid), http)
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait(30)
        log.close()
    logged = (home / "log").read_text()
    assert "Traceback" not in logged
    assert "unhandled" not in logged, logged[-2_000:]


def wait_until_up(http: httpx.Client, child: "subprocess.Popen[bytes]") -> None:
    for _ in range(600):
        assert child.poll() is None
        try:
            if http.get("/healthz").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError("the server did not start")


def line_of(size: int) -> Iterator[bytes]:
    """One line that never ends, after a good header."""
    yield b"email\n"
    for _ in range(size // 2**20):
        yield b"a" * 2**20


def gzip_bomb(size: int) -> bytes:
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=1) as file:
        file.write(b"email\n")
        for _ in range(size // 2**20):
            file.write((b"a" * 1_013 + b"@b.example\n") * 1_024)
    return packed.getvalue()


def parquet_bomb() -> bytes:
    """About 5 GB of text in a few kilobytes: one long value, repeated by dictionary."""
    file = io.BytesIO()
    value = "a" * 1_000 + "@mail.example"
    polars.select(email=polars.repeat(value, 5_000_000, dtype=polars.String)).write_parquet(
        file, compression="zstd"
    )
    return file.getvalue()


def mime_of(parts: int) -> str:
    return 'Content-Type: multipart/mixed; boundary="b"\n\n' + "--b\n\nx\n" * parts


def nested_mime(depth: int) -> str:
    return "".join(
        f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(depth)
    )


MESSAGES: dict[str, Callable[[], Any]] = {
    "empty": lambda: "",
    "truncated MIME": lambda: mime_of(3)[:-20] + "--b\nContent-Type: text/html\nContent-Tr",
    "a million MIME parts": lambda: mime_of(1_000_000),
    "MIME nested 20,000 deep": lambda: nested_mime(20_000),
    "HTML nested a million deep": lambda: (
        "From: a@b.example\nContent-Type: text/html\n\n" + "<div>" * 1_000_000
    ),
    "NUL bytes": lambda: "From: \x00a@b.example\nSubject: \x00\n\n\x00" * 1_000,
    "a header of 8 MB": lambda: "Subject: " + "x" * 8_000_000 + "\n\nHello",
    "a million headers": lambda: "X-A: b\n" * 1_000_000 + "\nHello",
    "base64 of nothing but A": lambda: (
        "Content-Transfer-Encoding: base64\nContent-Type: text/html\n\n" + "A" * 8_000_000
    ),
    "an encoded word without end": lambda: "Subject: " + "=?utf-8?q?" * 200_000 + "\n\nx",
    "quotes and brackets": lambda: "From: " + '"<(' * 300_000 + "\n\nx",
    "a million links": lambda: (
        "Content-Type: text/html\n\n" + '<a href="http://a.example/">b</a>' * 500_000
    ),
    "an unclosed tag": lambda: "Content-Type: text/html\n\n<a href='" + "x" * 4_000_000,
    "parts: deep HTML": lambda: {"from": "a@b.example", "html": "<table><tr><td>" * 200_000},
    "parts: strange headers": lambda: {"headers": {"\x00": "\n\n", "From": "x" * 100_000}},
    "charset that is none": lambda: "Content-Type: text/plain; charset=rot13\n\nHello",
}


@pytest.fixture(autouse=True)
def _bounded(victim: Victim) -> Iterator[None]:
    before = victim.cpu_seconds()
    yield
    assert victim.cpu_seconds() - before < CPU_SECONDS
    assert victim.http.get("/healthz").status_code == 200
    grown = victim.peak_bytes() - victim.first_bytes
    assert grown < GROWTH_BYTES, f"{grown / 2**20:.0f} MiB more at the peak"


@pytest.mark.parametrize("name", MESSAGES)
def test_a_hostile_message_is_decided_on(victim: Victim, name: str) -> None:
    answer = victim.score(MESSAGES[name]())
    assert answer.status_code == 200, answer.text[:500]


@pytest.mark.parametrize(
    "body",
    [
        b'{"message": "' + b"\xff" * 1_000 + b'"}',
        b'{"message": "\\ud800"}',
        b'{"message": ' + b"[" * 1_000_000,
        b'{"message": {"headers": ' + b'{"a":' * 500_000,
        b'{"recipients": ' + b"9" * 5_000_000 + b"}",
        b'{"a": 1, ' * 200_000,
    ],
)
def test_hostile_json_is_a_problem(victim: Victim, body: bytes) -> None:
    answer = victim.send("/v1/campaigns/c-1/score", "application/json", body)
    assert answer.status_code in (400, 422), answer.text[:500]


def rejected(answer: httpx.Response) -> int:
    assert answer.status_code == 200, answer.text[:500]
    body = answer.json()
    assert body["accepted"] == 0
    return len(body["rejected"])


def test_events_that_make_no_sense_are_rejected_row_by_row(victim: Victim) -> None:
    good = {"event_id": "e", "type": "sent", "account_id": "a-1", "occurred_at": "2026-01-01T00:00:00Z"}  # fmt: skip
    bad: list[dict[str, Any]] = [
        {**good, "occurred_at": "0000-01-01T00:00:00Z"},
        {**good, "occurred_at": "99999-01-01T00:00:00Z"},
        {**good, "occurred_at": "2026-01-01T00:00:00"},
        {**good, "occurred_at": 1e300},
        {**good, "event_id": "x" * 10_000},
        {**good, "account_id": "a b"},
        {**good, "smtp_code": 10**30},
        {**good, "event_id": "a\x00b"},
    ]
    lines = [json.dumps(row).encode() for row in bad]
    lines += [b'{"event_id": ' + b"[" * 100_000, b"\xff\xfe", b"\x00" * 100, b"9" * 10_000]
    answer = victim.send("/v1/events", "application/x-ndjson", b"\n".join(lines))
    assert rejected(answer) == len(lines)


@pytest.mark.parametrize(
    ("content", "statuses"),
    [
        (b"[" * 5_000_000, {400, 422}),
        (b"[" + b"1," * 2_000_000 + b"1]", {413, 422}),
        (b"\n" * 10_000_000, {200}),
        (b"{}\n" * 3_000_000, {413, 422}),
    ],
)
def test_hostile_event_bodies_are_bounded(
    victim: Victim, content: bytes, statuses: set[int]
) -> None:
    answer = victim.send("/v1/events", "application/json", content)
    assert answer.status_code in statuses, answer.text[:500]


def test_an_endless_event_line_is_cut_off(victim: Victim) -> None:
    try:
        answer = victim.send("/v1/events", "application/x-ndjson", line_of(2**30))
    except httpx.TransportError:
        return  # the server answered 413 and hung up while this side still sent
    assert answer.status_code == 413


def test_a_gzip_bomb_of_events_is_refused(victim: Victim) -> None:
    bomb = gzip.compress(b"\n" * 200_000_000, 1)
    kind = "application/x-ndjson"
    answer = victim.send("/v1/events", kind, bomb, **{"Content-Encoding": "gzip"})
    assert answer.status_code == 413


def flagged(answer: httpx.Response) -> bool:
    if answer.status_code in (413, 422):
        return True
    body = answer.json()
    return bool(answer.status_code == 200 and body["rows"] == body["invalid"] + body["valid"])


def test_a_list_whose_line_is_a_gigabyte(victim: Victim) -> None:
    answer = victim.send(IMPORTS, "text/csv", line_of(2**30))
    assert flagged(answer), answer.text[:500]
    assert answer.status_code != 200 or answer.json()["valid"] == 0


def test_a_gzip_bomb_of_a_list(victim: Victim) -> None:
    answer = victim.send(IMPORTS, "text/csv", gzip_bomb(2**30))
    assert flagged(answer), answer.text[:500]


def test_a_parquet_bomb(victim: Victim) -> None:
    bomb = parquet_bomb()
    assert len(bomb) < 5_000_000
    answer = victim.send(IMPORTS, "application/vnd.apache.parquet", bomb)
    assert flagged(answer), answer.text[:500]


@pytest.mark.parametrize("kind", ["text/csv", "application/x-ndjson"])
@pytest.mark.parametrize(
    "body",
    [
        b"email\n" + b'"' * 1_000_000,
        b"email\n" + b"\x00" * 1_000_000,
        b"email" + b",email" * 100_000 + b"\n",
        b"email\n" + b"\xff\xfe\n" * 100_000,
        b"email,opted_in_at\na@b.example,0001-01-01\nb@b.example,9999-12-31T23:59:59Z\n",
        b'{"email": ' + b"[" * 100_000 + b"\n",
    ],
)
def test_hostile_lists_are_refused_or_flagged(victim: Victim, body: bytes, kind: str) -> None:
    answer = victim.send(IMPORTS, kind, body)
    assert flagged(answer), answer.text[:500]
