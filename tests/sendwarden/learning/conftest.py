"""An installation with a decision log and verdicts, written into its store in a second."""

import json
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from msgspec import structs
from typer.testing import CliRunner

from features.catalogue import Catalogue, digest_of, load_catalogue
from features.records import Account, Subject
from models.decision import Decision, Forecast, Interval, Seen, SubjectRef
from models.registry import starter_files
from sendwarden.cli.app import build
from sendwarden.compose import build_store
from sendwarden.settings import Settings, load_settings
from service.stores.contract import Label, Store
from tests.service.databases import unsynced

NOW = datetime.now(UTC).replace(microsecond=0)
RUNNER = CliRunner()


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture
def settings(tmp_path: Path, made_mlflow: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    home = tmp_path / "home"
    home.mkdir()
    # The tables of MLflow take seconds to make; tests/models makes them anew.
    shutil.copy(made_mlflow, home / "mlflow.db")
    monkeypatch.setenv("SENDWARDEN_HOME", str(home))
    monkeypatch.setenv("SENDWARDEN_DATABASE_URL", unsynced(f"sqlite:///{home / 'sendwarden.db'}"))
    monkeypatch.setenv("LOGNAME", "ann")
    return load_settings()


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    opened = build_store(settings)
    yield opened
    opened.close()


@pytest.fixture
def run() -> Callable[..., str]:
    def ran(*arguments: object, code: int = 0) -> str:
        result = RUNNER.invoke(build(), [str(one) for one in arguments])
        assert result.exit_code == code, result.output
        assert "Traceback" not in result.output
        return result.output

    return ran


def fill(
    store: Store,
    catalogue: Catalogue,
    accounts: int = 150,
    each: int = 6,
    *,
    seed: int = 0,
    signal: float = 2.0,
    days: float = 60,
    moved: float = 0.0,
    labelled: float = 1.0,
    older: bool = False,
) -> None:
    """Log campaign decisions of a new kind of abuse: what tells it apart is `open_rate_7d` alone.

    `signal` is how far; a negative one turns it round in the later half. `moved` shifts
    `hard_bounce_rate_7d` in the last ten days. `older`: every other account's decisions logged the
    features in another order, as earlier code would have, and one that is gone.
    """
    columns = json.loads(catalogue.definitions(Subject.CAMPAIGN))
    then = json.dumps([["gone", "", 0, ["gone"]], *reversed(columns)])
    store.keep_feature_set(digest_of(then), then)
    rng = np.random.default_rng(seed)
    names = catalogue.names(Subject.CAMPAIGN)
    told, shifted = names.index("open_rate_7d"), names.index("hard_bounce_rate_7d")
    for owner in range(accounts):
        bad = owner % 3 == 0
        account_id = f"acct-{owner:03d}"
        store.put_account(
            Account(account_id=account_id, created_at=NOW - timedelta(days=300),
                    country="DE" if owner % 2 else "TW", plan="pro" if owner % 5 else "trial"),
            {}, NOW - timedelta(days=299),
        )  # fmt: skip
        for number in range(each):
            at = NOW - timedelta(days=float(rng.uniform(1, days)))
            vector = rng.random(len(names))
            vector[rng.random(len(names)) < 0.3] = np.nan
            later = at > NOW - timedelta(days=days * 0.4)
            sign = -1.0 if signal < 0 and later else 1.0
            vector[told] = 0.3 + 0.1 * rng.standard_normal() - 0.1 * abs(signal) * bad * sign
            vector[shifted] = rng.random() * 0.02 + moved * (at > NOW - timedelta(days=10))
            made = _decision(f"{account_id}-{number}", account_id, at, vector, catalogue, rng)
            if older and owner % 2:
                turned = (0.5, *reversed(made.vector))
                made = structs.replace(made, feature_set=digest_of(then), vector=turned)
            store.save_decision(made, recipients=500 * (number + 1))
            if rng.random() < labelled:
                store.add_label(_label(made, bad))


def _decision(
    name: str, account_id: str, at: datetime, vector: np.ndarray, catalogue: Catalogue,
    rng: np.random.Generator,
) -> Decision:  # fmt: skip
    rate = Interval(mean=0.01, low=0.0, high=0.05)
    risk = float(rng.random() * 0.1)
    return Decision(
        decision_id=name, subject=SubjectRef(type=Subject.CAMPAIGN, id=f"c-{name}"),
        account_id=account_id, as_of=at, action="allow", limits=None, risk=risk, malicious=risk / 2,
        careless=risk - risk / 2, forecast=Forecast(hard_bounce_rate=rate, complaint_rate=rate),
        reasons=(), rules=(), policy_version="p-1", model_version="m-1",
        feature_set=catalogue.fingerprint(Subject.CAMPAIGN), valid_until=at + timedelta(hours=1),
        vector=tuple(np.float32(vector).astype(float).tolist()),
        seen=Seen(stream="broadcast", recipients=5_000, account_age_days=300.0),
    )  # fmt: skip


def _label(decision: Decision, bad: bool) -> Label:
    return Label(
        label_id=f"l-{decision.decision_id}", decision_id=decision.decision_id,
        account_id=decision.account_id, verdict="abusive" if bad else "legitimate",
        known_at=decision.as_of + timedelta(hours=5), category="new_scam" if bad else None,
    )  # fmt: skip


@pytest.fixture
def starter() -> dict[str, bytes]:
    return starter_files()
