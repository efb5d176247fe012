"""Open spam filters as peers: each learns from files and scores files, offline, in a folder of its own.

Debian packages bogofilter, spamassassin and rspamd (with redis-server). Nothing of the system's own
configuration is changed; servers listen on loopback and end with the benchmark.
"""

import json
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Files = Sequence[Path]


@dataclass(frozen=True)
class Mail:
    """What a filter learns from, and what it scores then."""

    spam: Files
    ham: Files
    test: Files


@dataclass(frozen=True)
class Peer:
    """A filter: `scores` gives one number a test file, higher for spam."""

    name: str
    programs: tuple[str, ...]
    scores: Callable[[Path, Mail], Floats]

    @property
    def missing(self) -> list[str]:
        return [program for program in self.programs if shutil.which(program) is None]


def bogofilter(place: Path, mail: Mail) -> Floats:
    """Learn and score by bogofilter's own commands."""
    for flag, files in (("-s", mail.spam), ("-n", mail.ham)):
        _bogofilter(place, flag, files)
    said = _bogofilter(place, "-TT", mail.test)
    return np.array([float(line.split()[-1]) for line in said.splitlines()])


def _bogofilter(place: Path, flag: str, files: Files) -> str:
    command = ["bogofilter", "-d", str(place), flag, "-b"]
    names = "".join(f"{file}\n" for file in files)
    done = subprocess.run(command, input=names, capture_output=True, text=True, check=False)
    if done.returncode > 2:
        raise RuntimeError(done.stderr)
    return done.stdout


# One process learns and scores: starting SpamAssassin takes a second.
_PERL = r"""
use Mail::SpamAssassin;
my ($dir) = @ARGV;
my $sa = Mail::SpamAssassin->new({
  dont_copy_prefs => 1, local_tests_only => 1, userprefs_filename => "$dir/user_prefs",
  userstate_dir => $dir, home_dir_for_helpers => $dir });
$sa->init(1);
$| = 1;
while (my $line = <STDIN>) {
  chomp $line;
  my ($what, $path) = split / /, $line, 2;
  open(my $in, '<', $path) or die "$path: $!"; local $/; my $raw = <$in>; close $in; $/ = "\n";
  my $mail = $sa->parse($raw);
  if ($what eq 'test') { my $found = $sa->check($mail); print $found->get_score() . "\n"; $found->finish(); }
  else { $sa->learn($mail, undef, $what eq 'spam' ? 1 : 0, 0)->finish(); }
  $mail->finish();
}
"""


def spamassassin(place: Path, mail: Mail) -> Floats:
    """Learn with its Bayes and score by its rules and Bayes; no test asks the network."""
    (place / "user_prefs").write_text(
        f"use_bayes 1\nbayes_auto_learn 0\nbayes_path {place}/bayes\nbayes_min_ham_num 100\n"
        "bayes_min_spam_num 100\nscore NO_RELAYS 0\nscore NO_RECEIVED 0\n",
        encoding="utf-8",
    )
    orders = [
        f"{what} {path}\n"
        for what, files in (("spam", mail.spam), ("ham", mail.ham), ("test", mail.test))
        for path in files
    ]
    done = subprocess.run(
        ["perl", "-e", _PERL, str(place)],
        input="".join(orders), capture_output=True, text=True, check=True,
    )  # fmt: skip
    return np.array([float(line) for line in done.stdout.split()])


# Modules that would ask the network, or judge a delivery that never took place.
_OFF = (
    "rbl", "surbl", "spf", "dkim", "dmarc", "arc", "asn", "fuzzy_check", "mx_check", "greylist", "ratelimit",
    "replies", "neural", "reputation", "history_redis", "rspamd_update", "url_redirector", "phishing", "dkim_signing",
    "bimi", "once_received", "mid",
)  # fmt: skip


def rspamd(place: Path, mail: Mail) -> Floats:
    """Learn with its Bayes and score by its rules and Bayes, from a server of our own."""
    with _rspamd(place) as (normal, controller):
        for verb, files in (("learnspam", mail.spam), ("learnham", mail.ham)):
            for file in files:
                _post(f"http://127.0.0.1:{controller}/{verb}", file)
        found = [_post(f"http://127.0.0.1:{normal}/checkv2", file) for file in mail.test]
    return np.array([json.loads(answer)["score"] for answer in found])


def _post(url: str, file: Path) -> bytes:
    """Return the answer; a message that cannot be learnt (too short) is answered as a failure."""
    asked = urllib.request.Request(url, data=file.read_bytes())
    try:
        with urllib.request.urlopen(asked, timeout=60) as answer:
            return bytes(answer.read())
    except urllib.error.HTTPError as refused:
        if "learn" not in url:
            raise
        return bytes(refused.read())


@contextmanager
def _rspamd(place: Path) -> Iterator[tuple[int, int]]:
    """Run rspamd and its Redis on loopback; give the ports that score and that learn."""
    normal, controller, proxy, redis = (_free_port() for _ in range(4))
    _configure(place / "local.d", normal, controller, proxy, redis)
    folders = (f"{name}={place}" for name in ("DBDIR", "RUNDIR", "LOGDIR", "LOCAL_CONFDIR"))
    commands = (
        ["redis-server", "--bind", "127.0.0.1", "--port", str(redis), "--save", "", "--dir", str(place)],
        ["rspamd", "-f", "--insecure", *(f"--var={folder}" for folder in folders)],
    )  # fmt: skip
    running: list[subprocess.Popen[bytes]] = []
    try:
        for command, port in zip(commands, (redis, normal), strict=True):
            quiet = subprocess.DEVNULL
            running.append(subprocess.Popen(command, stdout=quiet, stderr=quiet))
            _await(port)
        _await(controller)
        yield normal, controller
    finally:
        for process in reversed(running):
            process.terminate()
            process.wait(30)


def _configure(folder: Path, normal: int, controller: int, proxy: int, redis: int) -> None:
    folder.mkdir()
    bound = {"worker-normal": normal, "worker-controller": controller, "worker-proxy": proxy}
    written = {f"{name}.inc": f'bind_socket = "127.0.0.1:{p}";\ncount = 1;\n' for name, p in bound.items()}  # fmt: skip
    written["worker-fuzzy.inc"] = "count = -1;\n"
    written["options.inc"] = (
        'dns { nameserver = ["127.0.0.1:9:1"]; timeout = 0.01s; retransmits = 1; }\n'
    )
    written["redis.conf"] = f'servers = "127.0.0.1:{redis}";\n'
    written["classifier-bayes.conf"] = f'servers = "127.0.0.1:{redis}";\nmin_learns = 100;\n'
    written |= {f"{module}.conf": "enabled = false;\n" for module in _OFF}
    for name, text in written.items():
        (folder / name).write_text(text, encoding="utf-8")


def _free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


def _await(port: int, seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with socket.socket() as door:
            if door.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError(f"nothing listens on port {port}")


PEERS = (
    Peer("bogofilter", ("bogofilter",), bogofilter),
    Peer("SpamAssassin", ("spamassassin", "perl"), spamassassin),
    Peer("rspamd", ("rspamd", "redis-server"), rspamd),
)
