"""NSD, a real authoritative DNS server, on a port of its own with zones that tests write."""

import random
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from service.resolver import DnsResolver

ZONES = Path(__file__).parent / "zones"
_HEAD = "$TTL 60\n@ SOA ns.test. admin.test. 1 60 60 60 60\n@ NS ns.test.\n"


@pytest.fixture(scope="session")
def nsd(
    nsd_program: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[], DnsResolver]]:
    """The server with every zone of the folder; its answers are what the product sees."""
    folder = tmp_path_factory.mktemp("nsd")
    port = _free_port()
    config = folder / "nsd.conf"
    config.write_text(_configuration(folder, port))
    log = (folder / "output").open("wb")
    server = subprocess.Popen([nsd_program, "-d", "-c", str(config)], stdout=log, stderr=log)
    try:
        _wait(port, server, folder / "output")
        yield lambda: DnsResolver(2.0, ("127.0.0.1",), port)
    finally:
        server.terminate()
        server.wait(10)
        log.close()


def _configuration(folder: Path, port: int) -> str:
    lines = [
        "server:", "  ip-address: 127.0.0.1", f"  port: {port}", '  username: ""',
        f'  zonesdir: "{folder}"', f'  pidfile: "{folder}/nsd.pid"', '  database: ""',
        f'  zonelistfile: "{folder}/zone.list"', f'  xfrdfile: "{folder}/xfrd.state"',
        f'  xfrdir: "{folder}"', "  server-count: 1", "remote-control:", "  control-enable: no",
    ]  # fmt: skip
    for zone in sorted(ZONES.glob("*.zone")):
        text = zone.read_text()
        (folder / zone.name).write_text(text if "SOA" in text else _HEAD + text)
        lines += ["zone:", f"  name: {zone.stem}", f"  zonefile: {zone.name}"]
    return "\n".join(lines) + "\n"


def _free_port() -> int:
    """Return a port that is free for TCP and UDP, as a name server needs it.

    Below those that outgoing connections take: one of theirs may be gone a moment later.
    """
    for _ in range(50):
        port = random.SystemRandom().randrange(20_000, 32_000)
        with (
            socket.socket(socket.AF_INET, socket.SOCK_STREAM) as stream,
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as packets,
        ):
            try:
                stream.bind(("127.0.0.1", port))
                packets.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("no port is free for both")


def _wait(port: int, server: "subprocess.Popen[bytes]", output: Path) -> None:
    import dns.exception
    import dns.message
    import dns.query

    question = dns.message.make_query("good.example", "SOA")
    for _ in range(100):
        assert server.poll() is None, output.read_text()
        try:
            dns.query.udp(question, "127.0.0.1", 0.2, port)
        except (dns.exception.Timeout, OSError):
            time.sleep(0.05)
        else:
            return
    raise AssertionError(output.read_text())
