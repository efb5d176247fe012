"""Processes of their own, forked from one that has everything imported; `sendwarden` among them.

Tests start, kill and start them again dozens of times; each would spend seconds on importing. That one
runs nothing but imports: no thread and no lock of its is copied.
"""

import os
import signal
import sys
import tempfile
import time
from collections.abc import Mapping
from multiprocessing import get_context
from pathlib import Path

PROCESSES = get_context("forkserver")
# What a command imports when it runs; what is not installed is left out.
PROCESSES.set_forkserver_preload([
    "aiosmtpd.controller", "alembic.command", "faststream.nats", "faststream.rabbit", "features.lists", "httpx", "prometheus_client",
    "sendwarden.cli.app", "sendwarden.compose", "sendwarden.consume", "sendwarden.lmtp", "sendwarden.milter.server",
    "service.api.app", "service.console.app", "uvicorn", "uvicorn.lifespan.on", "uvicorn.loops.auto", "uvicorn.protocols.http.auto",
])  # fmt: skip


def _run(arguments: tuple[str, ...], environment: Mapping[str, str], out: str, err: str) -> None:
    """Be `sendwarden` with these arguments, surroundings and outputs."""
    os.environ.clear()
    os.environ.update(environment)
    for path, stream in ((out, sys.stdout), (err, sys.stderr)):
        with Path(path).open("ab") as file:
            os.dup2(file.fileno(), stream.fileno())
    sys.argv = ["sendwarden", *arguments]
    from sendwarden.__main__ import main

    main()


class Forked:
    """One `sendwarden` process."""

    def __init__(self, *arguments: str, environment: Mapping[str, str]) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="sendwarden-forked-")
        self._out, self._err = (Path(self._folder.name) / name for name in ("out", "err"))
        named = (arguments, dict(environment), str(self._out), str(self._err))
        self._process = PROCESSES.Process(target=_run, args=named)
        self._process.start()

    @property
    def returncode(self) -> int | None:
        return self._process.exitcode

    @property
    def out(self) -> str:
        return self._out.read_text() if self._out.exists() else ""

    @property
    def err(self) -> str:
        return self._err.read_text() if self._err.exists() else ""

    def wait_until_said(self, words: str, seconds: float = 60.0) -> str:
        """Wait for words on standard error; return all that was said there."""
        deadline = time.monotonic() + seconds
        while words not in self.err:
            assert self.poll() is None, self.err
            assert time.monotonic() < deadline, self.err
            time.sleep(0.01)
        return self.err

    def poll(self) -> int | None:
        return self.returncode

    def send_signal(self, number: signal.Signals) -> None:
        assert self._process.pid is not None
        if self.poll() is None:
            os.kill(self._process.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def wait(self, seconds: float = 30.0) -> int:
        self._process.join(seconds)
        assert self.returncode is not None, f"still running after {seconds} s"
        return self.returncode

    def close(self) -> None:
        """Kill it if it runs still, and forget what it said."""
        self.kill()
        self.wait()
        self._process.close()
        self._folder.cleanup()
