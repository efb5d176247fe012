"""What every test can ask for, and what happens where it is missing.

`SENDWARDEN_REQUIRE` (CI sets `postgres,corpus,browser,nsd,postfix,haraka,spark,oidc`) turns a missing requirement from a skip into a failure.
"""

import os
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import settings

# A busy machine is no fault: what has to be fast is timed where that is asked.
settings.register_profile("house", deadline=None)
settings.load_profile("house")

_REQUIRED = {name for name in os.environ.get("SENDWARDEN_REQUIRE", "").split(",") if name}
_ROOT = Path(__file__).parent.parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests come first, so that no worker is left alone with one at the end."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


def missing(requirement: str, reason: str) -> NoReturn:
    """Skip, or fail where the requirement is declared to be present."""
    if requirement in _REQUIRED:
        pytest.fail(f"{requirement} is required here: {reason}")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def corpus_dir() -> Path:
    """The folder of real mail (`SENDWARDEN_DATA`)."""
    folder = Path(os.environ.get("SENDWARDEN_DATA", "../shared/data"))
    folder = folder if folder.is_absolute() else (_ROOT / folder).resolve()
    if not (folder / "README.md").is_file():
        missing("corpus", f"no real mail at {folder}; set SENDWARDEN_DATA")
    return folder


@pytest.fixture(scope="session")
def postgres_url() -> str:
    """A PostgreSQL database whose tables the tests may drop."""
    import sqlalchemy

    url = os.environ.get(
        "SENDWARDEN_TEST_POSTGRES", "postgresql+psycopg://root@127.0.0.1:5432/test"
    )
    try:
        engine = sqlalchemy.create_engine(url, connect_args={"connect_timeout": 3})
        with engine.connect():
            pass
        engine.dispose()
    except sqlalchemy.exc.OperationalError as error:
        missing("postgres", f"no PostgreSQL at {url}: {error}")
    return url


@pytest.fixture(scope="session")
def made_mlflow(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """MLflow's SQLite file as it is new: to be copied, for its migrations take seconds."""
    import warnings

    from models.registry import Registry

    folder = tmp_path_factory.mktemp("made-mlflow")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert Registry(f"sqlite:///{folder / 'mlflow.db'}", folder / "artifacts").aliases() == {}
    return folder / "mlflow.db"


@pytest.fixture(scope="session")
def nsd_program() -> str:
    """NSD, an authoritative DNS server (Debian package nsd)."""
    import shutil

    program = shutil.which("nsd") or shutil.which("nsd", path="/usr/sbin:/usr/local/sbin")
    return program or missing("nsd", "no NSD here; apt-get install nsd")


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Debian's Chromium (`apt install chromium`), or the one that SENDWARDEN_CHROMIUM names."""
    import shutil

    found = os.environ.get("SENDWARDEN_CHROMIUM") or shutil.which("chromium")
    if not found:
        missing("browser", "no Chromium; apt install chromium, or set SENDWARDEN_CHROMIUM")
    return found


@pytest.fixture(scope="session")
def spark_here() -> None:
    """PySpark (`requirements-spark.lock`) and Java 17 or newer."""
    import importlib.util
    import shutil

    if importlib.util.find_spec("pyspark") is None:
        missing("spark", "no PySpark here; make setup-spark")
    if not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        missing("spark", "no Java here; apt-get install openjdk-17-jre-headless")
    # Starts sooner; what runs for seconds only gains nothing from the better compiler.
    os.environ.setdefault("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")


@pytest.fixture(scope="session")
def provider_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real OpenID provider (`oidc-provider`), as the lock file has it, installed by npm."""
    import shutil
    import subprocess

    source = _ROOT / "tests" / "console" / "provider"
    if not shutil.which("npm"):
        missing("oidc", "no npm here; install Node.js 20 or newer")
    folder = tmp_path_factory.mktemp("provider")
    shutil.copytree(source, folder, dirs_exist_ok=True)
    command = ["npm", "ci", "--no-audit", "--no-fund"]
    installed = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=300, check=False
    )
    if installed.returncode != 0:
        missing("oidc", f"npm could not install the provider: {installed.stderr[-300:]}")
    return folder
