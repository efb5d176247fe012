"""Spark of two kinds: threads of this process, and a real master with two workers."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def spark_master(spark_here: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a standalone master on the loopback that has two workers of one core each."""
    folder = tmp_path_factory.mktemp("spark")
    with ExitStack() as stack:
        master = stack.enter_context(
            _running(folder, "master", "master.Master", "--webui-port", "0", "--port", "0")
        )
        url = _wait_for(master, r"Starting Spark master at (spark://\S+)")
        options = ("--webui-port", "0", "--cores", "1", "--memory", "1g", "--work-dir")
        workers = [
            stack.enter_context(
                _running(folder, name, "worker.Worker", *options, str(folder / name), url)
            )
            for name in ("one", "two")
        ]
        for worker in workers:
            _wait_for(worker, r"(Successfully registered) with master")
        yield url


@contextmanager
def _running(folder: Path, name: str, program: str, *arguments: str) -> Iterator[Path]:
    """Run a Spark daemon; yield its log."""
    import pyspark

    home = Path(pyspark.__file__).parent
    log = folder / f"{name}.log"
    surroundings = os.environ | {
        "SPARK_HOME": str(home),
        "SPARK_LOCAL_DIRS": str(folder),
        "SPARK_DAEMON_MEMORY": "256m",
        "PYSPARK_PYTHON": sys.executable,
    }
    command = [home / "bin" / "spark-class", f"org.apache.spark.deploy.{program}", *arguments]
    if program == "master.Master":
        command += ["--host", "127.0.0.1"]
    else:
        command[2:2] = ["--host", "127.0.0.1"]
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, env=surroundings)
        try:
            yield log
        finally:
            process.terminate()
            process.wait(20)


def _wait_for(log: Path, pattern: str, seconds: float = 60.0) -> str:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if found := re.search(pattern, log.read_text()):
            return found[1]
        time.sleep(0.1)
    raise AssertionError(log.read_text())
