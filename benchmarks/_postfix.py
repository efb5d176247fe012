"""A Postfix of one's own on loopback: queue, log and ports apart from the machine's."""

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

DAEMONS = Path("/usr/lib/postfix/sbin")
_MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
pickup    unix  n  -  n  60    1     pickup
cleanup   unix  n  -  n  -     0     cleanup
qmgr      unix  n  -  n  1     1     qmgr
rewrite   unix  -  -  n  -     -     trivial-rewrite
bounce    unix  -  -  n  -     0     bounce
defer     unix  -  -  n  -     0     bounce
trace     unix  -  -  n  -     0     bounce
verify    unix  -  -  n  -     1     verify
flush     unix  n  -  n  1000? 0     flush
proxymap  unix  -  -  n  -     -     proxymap
smtp      unix  -  -  n  -     -     smtp
relay     unix  -  -  n  -     -     smtp
showq     unix  n  -  n  -     -     showq
error     unix  -  -  n  -     -     error
retry     unix  -  -  n  -     -     error
discard   unix  -  -  n  -     -     discard
anvil     unix  -  -  n  -     1     anvil
scache    unix  -  -  n  -     1     scache
postlog   unix-dgram n - n  -     1     postlogd
"""
_MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
daemon_directory = {daemons}
command_directory = /usr/sbin
mail_owner = postfix
setgid_group = postdrop
myhostname = mx.esp.example
mydestination =
alias_maps =
alias_database =
local_recipient_maps =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
relayhost = [127.0.0.1]:{sink}
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_milters = {milters}
milter_default_action = tempfail
maillog_file = {folder}/log/maillog
maillog_file_prefixes = {folder}
smtpd_client_connection_count_limit = 0
smtpd_error_sleep_time = 0
smtpd_soft_error_limit = 100000
smtpd_hard_error_limit = 100001
"""


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def wait_for(port: int, process: "subprocess.Popen[bytes] | None" = None) -> None:
    for _ in range(600):
        if process is not None and process.poll() is not None:
            raise RuntimeError(f"ended with {process.returncode}")
        with socket.socket() as tried:
            tried.settimeout(1)
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"nothing listens on {port}")


@contextmanager
def running_postfix(sink: int, milters: str) -> Iterator[int]:
    """Run a Postfix of one's own, with queue and log in a folder, and yield its port."""
    port = free_port()
    # Its daemons run as another user, who may not look into the tests' own folders.
    folder = Path(tempfile.mkdtemp(prefix="sendwarden-postfix-"))
    folder.chmod(0o755)
    for name in ("conf", "queue", "data", "log"):
        (folder / name).mkdir(mode=0o755)
    shutil.chown(folder / "data", "postfix", "postfix")
    config = folder / "conf"
    (config / "master.cf").write_text(_MASTER.format(port=port))
    (config / "main.cf").write_text(
        _MAIN.format(folder=folder, daemons=DAEMONS, sink=sink, milters=milters)
    )
    command = ["/usr/sbin/postfix", "-c", str(config)]
    started = subprocess.run([*command, "start"], capture_output=True, text=True, check=False)
    try:
        assert started.returncode == 0, started.stderr + started.stdout
        wait_for(port)
        yield port
    finally:
        subprocess.run([*command, "abort"], capture_output=True, check=False)
        time.sleep(0.2)
        shutil.rmtree(folder, ignore_errors=True)
