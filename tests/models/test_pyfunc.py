"""A bundle loads as an MLflow model, from a folder and by its registered name, and gives its scores."""

from pathlib import Path

import mlflow
import numpy as np
import pandas as pd
import pytest

from features.catalogue import load_catalogue
from features.records import Subject
from models.bundle import Bundle, BundleRefused, digest_of
from models.pyfunc import SCORES
from models.registry import Registry, Run, read_folder, starter_files, write_model

# MLflow 3 on SQLAlchemy 2.1 and Python 3.11 warns about itself; nothing of that is ours.
pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning:mlflow"),
    pytest.mark.filterwarnings("ignore::FutureWarning:mlflow"),
    pytest.mark.filterwarnings("ignore:.*Any type hint is inferred:UserWarning"),
]


@pytest.fixture
def rows() -> pd.DataFrame:
    names = load_catalogue().names(Subject.CAMPAIGN)
    values = np.random.default_rng(0).random((40, len(names)))
    values[values < 0.3] = np.nan
    return pd.DataFrame(values, columns=list(names))


def test_scores_by_registered_name_are_the_bundles(tmp_path: Path, rows: pd.DataFrame) -> None:
    uri = f"sqlite:///{tmp_path / 'mlflow.db'}"
    files = starter_files()
    registry = Registry(uri, tmp_path / "artifacts")
    registry.register(files, Run({}, {}, {}, {}), promote=True)
    assert digest_of(registry.pull("champion")) == digest_of(files)
    before = mlflow.get_tracking_uri()
    mlflow.set_tracking_uri(uri)
    try:
        model = mlflow.pyfunc.load_model(
            "models:/sendwarden@champion", model_config={"subject": "campaign"}
        )
    finally:
        mlflow.set_tracking_uri(before)
    scores = model.predict(rows[rows.columns[::-1]])
    table = Bundle.from_files(files, load_catalogue()).score_many(Subject.CAMPAIGN, rows.to_numpy())
    expected = (table.risk, table.malicious, table.careless)
    for name, column in zip(SCORES, expected, strict=True):
        assert np.array_equal(scores[name], column)


def test_a_model_folder_is_a_bundle_that_is_checked(tmp_path: Path, rows: pd.DataFrame) -> None:
    write_model(starter_files(), tmp_path / "model")
    assert read_folder(tmp_path / "model") == starter_files()
    model = mlflow.pyfunc.load_model(str(tmp_path / "model"))
    assert model.model_config["subject"] == "account"
    with pytest.raises(ValueError, match="not the features"):
        model.predict(rows)
    (tmp_path / "model" / "account.risk.txt").write_text("tree")
    with pytest.raises(BundleRefused):
        mlflow.pyfunc.load_model(str(tmp_path / "model"))
