"""export, import, purge, dataset and rescore as they are typed: what works, and what mistakes are told."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner, Result

from features.records import Account, Event, EventType
from sendwarden.cli.app import build
from sendwarden.compose import open_sql_store
from sendwarden.settings import load_settings
from service.stores.contract import StampedEvent

NOW = datetime.now(UTC)
YESTERDAY = NOW - timedelta(days=1)
TODAY = f"{NOW:%Y-%m-%d}"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An installation with two accounts that sent yesterday and today."""
    folder = tmp_path / "home"
    store = open_sql_store(load_settings(home=folder))
    for number in range(2):
        store.put_account(Account(account_id=f"a{number}", created_at=YESTERDAY), {}, YESTERDAY)
    for at in (YESTERDAY, NOW):
        store.ingest([an_event(f"{at}-{i}", f"a{i % 2}", at) for i in range(20)], at)
    store.close()
    return folder


def an_event(event_id: str, account_id: str, at: datetime) -> StampedEvent:
    event = Event(event_id=event_id, type=EventType.SENT, account_id=account_id, occurred_at=at)
    return StampedEvent(event=event)


def run(home: Path, *arguments: object) -> Result:
    surroundings = {"COLUMNS": "200", "TERM": "dumb", "SENDWARDEN_HOME": str(home)}
    return CliRunner().invoke(build(), [str(a) for a in arguments], env=surroundings)


def test_from_export_to_rows(home: Path, tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    # Up to a day, since a test that runs over midnight finds one day more closed.
    first = run(home, "export", "--out", archive, "--until", TODAY)
    assert first.exit_code == 0
    assert "0 decisions of 1 days written" in first.stdout
    assert "1 days were there" in run(home, "export", "--out", archive, "--until", TODAY).stdout
    other = tmp_path / "other"
    assert " 0 were there" in run(other, "import", archive).stdout
    assert "0 tiles put, " in run(other, "import", archive).stdout
    spine = tmp_path / "spine.parquet"
    pl.DataFrame({"account_id": ["a0", "new"], "at": [NOW, NOW]}).write_parquet(spine)
    rows = tmp_path / "rows"
    told = run(home, "dataset", "--tiles", archive, "--spine", spine, "--out", rows)
    assert told.exit_code == 2
    assert "the tiles have no column" in told.stderr, "decisions are no tiles"
    tiles = archive / "tiles"
    told = run(home, "dataset", "--tiles", tiles, "--spine", spine, "--out", rows)
    assert told.exit_code == 0, told.stderr
    assert "2 rows from" in told.stdout
    assert "lack an input" in told.stdout
    assert len(pl.read_parquet(rows / "*.parquet")) == 2


def test_rescore_and_purge(home: Path, tmp_path: Path) -> None:
    told = run(home, "rescore", "--out", tmp_path / "scored", "--show", 1)
    assert told.exit_code == 0, told.stderr
    assert "2 accounts scored from" in told.stdout
    assert told.stdout.count("%") == 1
    purged = run(home, "purge", "--seen-days", 1)
    assert purged.exit_code == 0
    assert "list_sketches" in purged.stdout


MISTAKES = [
    (("export", "--out", "{tmp}/a", "--until", "2999-01-01"), "is not closed yet"),
    (("export", "--out", "{tmp}/a", "--since", "soon"), "does not match"),
    (("import", "{tmp}/none"), "no archive at"),
    (("purge", "--report-days", "0"), "--report-days"),
    (
        ("dataset", "--tiles", "{tmp}/t", "--spine", "{tmp}/s", "--out", "{tmp}/o"),
        "no Parquet file",
    ),
    (("rescore", "--out", "{tmp}"), "File exists"),
    (("rescore", "--out", "{tmp}/o", "--alias", "none"), "no registered model has the alias"),
    (("rescore", "--out", "{tmp}/o", "--engine", "spark", "--conf", "x"), "write NAME=VALUE"),
]


# MLflow 3 on SQLAlchemy 2.1 and Python 3.11 warns about itself; nothing of that is ours.
@pytest.mark.filterwarnings("ignore::DeprecationWarning:mlflow")
@pytest.mark.filterwarnings("ignore::FutureWarning:mlflow")
@pytest.mark.parametrize(("arguments", "message"), MISTAKES)
def test_mistakes_are_told(
    home: Path, tmp_path: Path, arguments: tuple[str, ...], message: str
) -> None:
    told = run(home, *(word.format(tmp=tmp_path) for word in arguments))
    assert told.exit_code == 2
    assert message in told.stderr
    assert "Traceback" not in told.stderr
    assert not (tmp_path / "o").exists()
