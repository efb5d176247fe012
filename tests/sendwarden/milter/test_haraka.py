"""The same in a real Haraka from npm, with the plugin in front and a sink behind."""

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from benchmarks._postfix import free_port, wait_for
from tests.conftest import missing
from tests.sendwarden.milter.conftest import House, Sink
from tests.sendwarden.milter.test_postfix import (
    _arrived,
    _fresh,
    _good,
    _message,
    _phish,
    _recipients,
    _send,
)

_SOURCE = Path(__file__).parents[3] / "integrations" / "haraka"


@pytest.fixture(scope="session")
def haraka_modules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Haraka as the lock file has it, installed by npm."""
    if not shutil.which("npm"):
        missing("haraka", "no npm here; install Node.js 20 or newer")
    folder = tmp_path_factory.mktemp("haraka")
    for name in ("package.json", "package-lock.json"):
        shutil.copy(_SOURCE / name, folder)
    command = ["npm", "ci", "--no-audit", "--no-fund", "--omit=optional"]
    installed = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=300, check=False
    )
    if installed.returncode != 0:
        missing("haraka", f"npm could not install Haraka: {installed.stderr[-300:]}")
    return folder / "node_modules"


@pytest.fixture
def haraka(
    haraka_modules: Path, house: House, sink: Sink, tmp_path: Path
) -> Iterator[Callable[..., int]]:
    """Start a Haraka with the plugin; options are lines of its configuration."""
    running = []

    def start(*options: str) -> int:
        folder, port = tmp_path / "haraka", free_port()
        (folder / "config").mkdir(parents=True)
        shutil.copytree(_SOURCE / "plugins", folder / "plugins")
        shutil.copy(haraka_modules / "Haraka" / "config" / "connection.ini", folder / "config")
        config = {
            "smtp.ini": f"listen=127.0.0.1:{port}\n",
            "me": "mx.esp.example\n",
            "loglevel": "warn\n",
            "plugins": "trusted\nsendwarden\nqueue/smtp_forward\n",
            "smtp_forward.ini": f"host=127.0.0.1\nport={sink.port}\nenable_outbound=true\n",
            "sendwarden.ini": "\n".join(
                [
                    "[main]",
                    f"url=http://127.0.0.1:{house.port}",
                    "account_header=X-Account",
                    *options,
                ]
            ),
        }
        # Stands for what authenticates customers: without it Haraka relays for nobody.
        (folder / "plugins" / "trusted.js").write_text(
            "exports.hook_connect = (next, connection) => { connection.relaying = true; next() }\n"
        )
        for name, text in config.items():
            (folder / "config" / name).write_text(text)
        program = haraka_modules / "Haraka" / "bin" / "haraka"
        process = subprocess.Popen(
            ["node", str(program), "-c", str(folder)],
            env={**os.environ, "SENDWARDEN_API_KEY": house.key},
        )
        running.append(process)
        wait_for(port, process)
        return port

    yield start
    for process in running:
        process.kill()
        process.wait()


def test_haraka_stops_phishing_and_lets_a_good_sender_pass(
    house: House, haraka: Callable[..., int], sink: Sink
) -> None:
    _good(house)
    _fresh(house)
    port = haraka()
    bad = _send(port, _phish(), _recipients(80))
    good = _send(port, _message("good", "news", 40, "Our news"), _recipients(40))
    assert bad[250] <= 50, "no more than a first stage"
    assert sum(bad.values()) == 80
    assert good[250] >= 20
    assert len(_arrived(sink, "news", good[250])) == good[250]
    assert all(b"X-Sendwarden-Decision: " in message for _, message in sink.got)
    unknown = _send(port, _message("nobody", "x", 3, "hello"), _recipients(1))
    assert unknown == {450: 1}


@pytest.mark.slow
def test_haraka_waits_while_sendwarden_is_away_and_goes_on_after(
    house: House, haraka: Callable[..., int], sink: Sink
) -> None:
    _good(house)
    port = haraka()
    message = _message("good", "stream", 60, "hello", X_Stream="transactional")
    assert _send(port, message, ["r0@x.example"]) == {250: 1}
    house.kill()
    later = _message("good", "later", 60, "hello", X_Stream="transactional")
    assert _send(port, later, ["r1@x.example"]) == {450: 1}
    house.start()
    time.sleep(0.2)
    assert _send(port, later, ["r1@x.example"]) == {250: 1}
    assert _arrived(sink, "later", 1) == ["r1@x.example"]
