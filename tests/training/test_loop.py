"""The learning loop, walked whole on a small simulated provider: an unseen kind of abuse is learned from verdicts."""

import shutil
from pathlib import Path

import pytest
from rich.console import Console

from benchmarks.loop import Size, loop

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning:mlflow"),
    pytest.mark.filterwarnings("ignore::FutureWarning:mlflow"),
]


@pytest.mark.slow
def test_a_handful_of_verdicts_teaches_a_kind_of_abuse_that_was_never_seen(
    tmp_path: Path, made_mlflow: Path
) -> None:
    # Walking the worlds is what takes long: few accounts, many of them abusive, little mail each.
    size = Size(
        accounts=110, provider=130, worlds=1, days=25, abusive_share=0.25, volume=0.2, jobs=1
    )  # fmt: skip
    (tmp_path / "home").mkdir()
    # The tables of MLflow take seconds to make; tests/models makes them anew.
    shutil.copy(made_mlflow, tmp_path / "home" / "mlflow.db")
    found = loop(tmp_path, size, Console(quiet=True))
    assert 0 < found.of_new_kind <= 8
    assert found.after > found.before  # on a world that neither model saw
    assert found.shadowed > 100
    assert found.agreement is not None
    assert found.champion_after_rollback
