"""A real tracking server with PostgreSQL behind it keeps runs, versions, aliases and artifacts."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
import sqlalchemy

from models.bundle import digest_of
from models.registry import Registry, RegistryError, Run

Files = dict[str, bytes]
# MLflow 3 on SQLAlchemy 2.1 and Python 3.11 warns about itself; nothing of that is ours.
pytestmark = [
    pytest.mark.postgres,
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::DeprecationWarning:mlflow"),
    pytest.mark.filterwarnings("ignore::FutureWarning:mlflow"),
]


@pytest.fixture(scope="module")
def database(postgres_url: str) -> Iterator[str]:
    name = f"mlflow_{uuid4().hex[:12]}"
    engine = sqlalchemy.create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    yield sqlalchemy.make_url(postgres_url).set(database=name).render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    engine.dispose()


@pytest.fixture(scope="module")
def server(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """Start it and yield its URL and where it keeps artifacts."""
    folder = tmp_path_factory.mktemp("mlflow")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [
        sys.executable, "-m", "mlflow", "server", "--backend-store-uri", database,
        "--artifacts-destination", str(folder / "kept"), "--host", "127.0.0.1", "--port", str(port),
        "--workers", "1",
    ]  # fmt: skip
    quiet = {
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "DO_NOT_TRACK": "true",
        "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
    }
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=folder, env=os.environ | quiet, stdout=log, stderr=log,
            start_new_session=True,
        )  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    try:
        _wait(url, process, folder / "log")
        yield url, folder / "kept"
    finally:
        os.killpg(process.pid, 15)
        process.wait(30)


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(f"{url}/health", timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.3)
    pytest.fail(log.read_text()[-2000:])


def test_a_remote_registry_keeps_everything_and_moves_its_aliases(
    server: tuple[str, Path], database: str, toy_files: Files, tmp_path: Path
) -> None:
    url, kept = server
    registry = Registry(url, tmp_path / "of-this-machine")
    card = tmp_path / "card.md"
    card.write_text("# Card")
    run = Run({"seed": 1}, {"campaign.pr_auc": 0.9}, {"data": "abc", "simulated": "false"}, {"plots/card.md": card})  # fmt: skip
    manifest = json.loads(toy_files["manifest.json"]) | {"note": {"number": 2}}
    second = toy_files | {"manifest.json": json.dumps(manifest).encode()}
    assert registry.register(toy_files, run).aliases == ("champion",)
    assert registry.register(second, run).aliases == ("challenger",)
    assert registry.aliases() == {
        "champion": digest_of(toy_files), "challenger": digest_of(second),
    }  # fmt: skip
    assert registry.set_champion(digest_of(second))
    assert registry.aliases() == {
        "champion": digest_of(second), "previous": digest_of(toy_files),
    }  # fmt: skip
    assert registry.pull("champion") == second
    assert registry.pull("previous") == toy_files
    assert registry.tag(digest_of(second), {"gates": "passed"})
    # Bytes went over HTTP to the server; nothing was written beside the client.
    assert len(list(kept.rglob("bundle/manifest.json"))) == 2
    assert [path.read_text() for path in kept.rglob("plots/card.md")] == ["# Card", "# Card"]
    assert not (tmp_path / "of-this-machine").exists()
    engine = sqlalchemy.create_engine(database)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM model_versions").scalar() == 2
        found = connection.exec_driver_sql(
            "SELECT value FROM tags WHERE key = 'data' ORDER BY run_uuid LIMIT 1"
        ).scalar()
    engine.dispose()
    assert found == "abc"


def test_a_server_that_is_away_is_one_clear_error(
    toy_files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(RegistryError, match=r"MLflow at http://127\.0\.0\.1"):
        Registry(f"http://127.0.0.1:{port}").pull("champion")
