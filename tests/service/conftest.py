"""A whole service for tests: SQLite in a temporary folder, small trees, the real policy and API."""

import itertools
import secrets
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import lightgbm
import numpy as np
import pytest
import uvicorn

from features.catalogue import Catalogue, load_catalogue
from features.hashing import AddressHasher
from features.records import Subject
from models.bundle import Bundle, HeadSpec, bundle_files
from models.calibration import Calibration
from models.heads import all_heads
from models.policy import Policy, default_policy_text, load_policy
from service.api.app import create_app
from service.desk.sign_in import Keys
from service.keys import create_key
from service.live import Fixed
from service.policies.acts import PolicyActs
from service.stores import open_store
from service.stores.contract import Store
from service.warden import Warden
from tests.service.databases import Emptied, new_postgres, unsynced, with_tables

START = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
# A rule of its own, so that tests can ask for any action without guessing scores.
RULES = """
  - name: ask_terminate
    when: recipients == 666.0
    action: terminate
    lanes: [broadcast]
    reason: POLICY_RULE
  - name: ask_review
    when: recipients == 555.0
    action: review
    lanes: [broadcast]
    reason: POLICY_RULE
"""


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> datetime:
        self.now += timedelta(**by)
        return self.now


def small_files(catalogue: Catalogue, rounds: int = 20) -> dict[str, bytes]:
    """Bundle files of trees fitted on noise; every risk they give is low."""
    rng = np.random.default_rng(0)
    heads: dict[str, HeadSpec] = {}
    for subject, name in all_heads():
        columns = catalogue.names(subject)
        rows = rng.random((200, len(columns)))
        rows[rng.random(rows.shape) < 0.5] = np.nan
        data = lightgbm.Dataset(rows, rng.random(200) > 0.5, feature_name=list(columns))
        settings = {"objective": "binary", "num_leaves": 6, "verbose": -1, "num_threads": 1}
        text = lightgbm.train(settings, data, rounds).model_to_string()
        heads[name] = HeadSpec(text, Calibration((-4.0, 4.0), (0.0, 0.04)))
    typical = {subject: np.full(len(catalogue.names(subject)), 0.5) for subject in Subject}
    return bundle_files(heads, catalogue, typical, {"trained_on": "noise"})


@pytest.fixture
def empty_postgres(postgres_url: str) -> Iterator[str]:
    """The URL of an empty PostgreSQL database, dropped afterwards."""
    yield from new_postgres(postgres_url)


@pytest.fixture(scope="session")
def made_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables and no rows. Copying it takes less than the migrations do."""
    path = tmp_path_factory.mktemp("made") / "store.db"
    with_tables(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def copy_of_sqlite(made_sqlite: Path) -> Callable[[Path], str]:
    """Put the tables into a new file; return its URL, for tests that lose nothing without power."""
    return lambda path: unsynced(f"sqlite:///{shutil.copy(made_sqlite, path)}")


@pytest.fixture(scope="session")
def emptied_postgres(postgres_url: str) -> Iterator[list[Emptied]]:
    """At most one PostgreSQL database, used by one test after another."""
    kept: list[Emptied] = []
    yield kept
    for database in kept:
        database.drop()


@pytest.fixture
def postgres_tables(postgres_url: str, emptied_postgres: list[Emptied]) -> Iterator[str]:
    """The URL of a PostgreSQL database with all tables and no rows."""
    database = emptied_postgres.pop() if emptied_postgres else Emptied(postgres_url)
    yield database.url
    if database.empty():
        emptied_postgres.append(database)
    else:
        database.drop()


@pytest.fixture(params=["sqlite", "postgresql"])
def durable_store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database with all tables and no rows, which keeps all that it answered."""
    if request.param == "sqlite":
        copied = shutil.copy(request.getfixturevalue("made_sqlite"), tmp_path / "store.db")
        return f"sqlite:///{copied}"
    return str(request.getfixturevalue("postgres_tables"))


@pytest.fixture
def store_url(durable_store_url: str) -> str:
    """The same for the tests that lose nothing when the power goes: no commit waits for the disk."""
    return unsynced(durable_store_url)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database without tables, dropped afterwards."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'store.db'}"
    return str(request.getfixturevalue("empty_postgres"))


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="session")
def bundle_of(catalogue: Catalogue) -> Callable[[int], dict[str, bytes]]:
    return lambda rounds: small_files(catalogue, rounds)


@pytest.fixture(scope="session")
def bundle(catalogue: Catalogue) -> Bundle:
    return Bundle.from_files(small_files(catalogue), catalogue)


@pytest.fixture(scope="session")
def policy(catalogue: Catalogue) -> Policy:
    """The default policy with the rules above in place of its own."""
    return load_policy(policy_text(), catalogue)


def policy_text() -> str:
    """The text of the tests' policy."""
    text = default_policy_text()
    head, tail = text.split("\nrules:")[0], text[text.index("# --- Limits") :]
    # The bundle of the tests knows nothing of risk: evidence alone shall stop.
    tail = tail.replace("stop_risk: 0.10", "stop_risk: 0")
    return f"{head}\nrules:{RULES}\n{tail}"


def numbered_ids() -> Callable[[], str]:
    """Ids that sort in the order in which they were made."""
    count, lock = itertools.count(1), threading.Lock()

    def new_id() -> str:
        with lock:
            return f"id-{next(count):08d}"

    return new_id


@dataclass
class House:
    """One installation under test."""

    warden: Warden
    store: Store
    clock: Clock
    folder: Path
    model: Fixed[Bundle | None]


@pytest.fixture(scope="session")
def open_house(
    catalogue: Catalogue, bundle: Bundle, policy: Policy, made_sqlite: Path
) -> Callable[..., Any]:
    """Open an installation in a folder; options replace parts of it."""

    @contextmanager
    def opened(folder: Path, **options: Any) -> Iterator[House]:
        if (store := options.pop("store", None)) is None:
            if not (file := folder / "warden.db").exists():
                shutil.copy(made_sqlite, file)
            store = open_store(unsynced(f"sqlite:///{file}"))
        store.migrate()
        model = options.pop("model", Fixed(bundle))
        warden = Warden(
            store=store,
            model=model,
            policy=options.pop("policy", Fixed(policy)),
            text_model=options.pop("text_model", None),
            hasher=AddressHasher(b"k" * 32),
            catalogue=catalogue,
            new_id=options.pop("new_id", numbered_ids()),
            keys=Keys(b"k" * 32),
            random=secrets.token_bytes,
            private_webhooks=True,
            **options,
        )
        try:
            yield House(warden, store, Clock(), folder, model)
        finally:
            warden.close()

    return opened


@pytest.fixture
def house(open_house: Callable[..., Any], tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path) as opened:
        yield opened


@dataclass
class Api:
    """A running server and keys to it."""

    http: httpx.Client
    house: House
    url: str
    keys: dict[str, str]

    def __call__(self, method: str, path: str, scope: str = "admin", **options: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.keys[scope]}", **options.pop("headers", {})}
        return self.http.request(method, path, headers=headers, **options)


class Echo:
    """Stands where replays are plugged in: says what it was asked. The real ones are tested apart."""

    def backtest(self, live: Policy, draft: Policy, since: datetime) -> dict[str, Any]:
        return {"live": live.version, "draft": draft.version, "since": since.isoformat()}

    def frontier(self, policy: Policy, since: datetime) -> dict[str, Any]:
        return {"decisions": 0, "accounts": 0, "minutes_of_one": 360.0, "tried": []}


def lab_of(house: House) -> PolicyActs:
    """What people do with the policies of an installation."""
    return PolicyActs(
        house.store, house.warden.policy, house.warden.catalogue, b"k" * 32,
        lambda: uuid4().hex, Echo(),
    )  # fmt: skip


@contextmanager
def serving(house: House, **options: Any) -> Iterator[Api]:
    """Serve an installation over a real socket."""
    keys = {
        scope: create_key(house.store, scope, [scope], bytes([i]) * 32, START)
        for i, scope in enumerate(("score", "ingest", "review", "admin"))
    }
    lab = lab_of(house)
    app = create_app(house.warden, clock=house.clock, lab=lab, **options)
    server = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, access_log=False, ws="none")
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.005)
        port = server.servers[0].sockets[0].getsockname()[1]
        url = f"http://127.0.0.1:{port}"
        with httpx.Client(base_url=url, timeout=60) as http:
            yield Api(http, house, url, keys)
    finally:
        server.should_exit = True
        thread.join(30)


@pytest.fixture(scope="module")
def api(open_house: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """One server a module; tests use account ids of their own."""
    with open_house(tmp_path_factory.mktemp("api")) as house, serving(house) as served:
        yield served


@pytest.fixture(scope="session")
def serve() -> Callable[..., Any]:
    return serving


@pytest.fixture
def account_id(request: pytest.FixtureRequest) -> str:
    """An id that no other test uses."""
    return f"acct-{abs(hash(request.node.nodeid)):x}"


@pytest.fixture
def account(api: Api, account_id: str) -> str:
    """An account that is put."""
    answer = api("PUT", f"/v1/accounts/{account_id}", json={"created_at": "2026-01-01T00:00:00Z"})
    assert answer.status_code == 200, answer.text
    return account_id
